// Results that change in place. The focus stays on a choice that was just made and moves to the heading after a link
// or a search; the sheet of filters stays as it was; addresses stay short because empty boxes are not sent.
export default function results(root) {
  let cause = null;

  root.addEventListener("htmx:configRequest", (event) => {
    const { parameters, elt } = event.detail;
    cause = elt.matches("a") || event.detail.triggeringEvent?.type === "submit" ? "go" : "choice";
    for (const name of Object.keys(parameters)) {
      if (parameters[name] === "") delete parameters[name];
    }
  });

  const opened = () => new Set([...root.querySelectorAll("#filters details[open] > summary > [id]")].map((label) => label.id));
  let before = null;
  let sheet = false;
  root.addEventListener("htmx:beforeSwap", () => {
    before = opened();
    sheet = Boolean(root.querySelector("#filters > .sheet")?.open);
  });
  root.addEventListener("htmx:afterSettle", () => {
    if (before) {
      for (const label of root.querySelectorAll("#filters details > summary > [id]")) label.closest("details").open = before.has(label.id);
      const panel = root.querySelector("#filters > .sheet");
      if (panel) panel.open = cause === "choice" && sheet;
      before = null;
    }
    if (cause === "go") document.getElementById("results-title")?.focus();
    cause = null;
  });
}
