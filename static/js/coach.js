// The coach beside a form. A remark leads to its words, a mend changes them in the field itself, and undo brings them
// back. Nothing is sent but the question what the coach says now; without this script the same buttons send the form.
const BESIDE = 12;

export default function coach(panel) {
  const form = document.getElementById(panel.dataset.form);
  const told = panel.querySelector("[data-coach-told]");
  const undo = panel.querySelector("[data-coach-undo]");
  const spoken = panel.querySelector("[data-coach-spoken]");
  const findings = panel.querySelector("[data-coach-findings]");
  let last = null;

  const box = (name) => form.elements.namedItem(name);
  const changed = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));

  function tell(words, refused = false) {
    const line = document.createElement("p");
    line.className = refused ? "coach__told coach__told--refused" : "coach__told";
    line.textContent = words;
    told.replaceChildren(line);
  }

  // Where words went nothing is left to know the place by, so the letters on either side tell it.
  const beside = ({ value }, start, text) =>
    `${value.slice(Math.max(0, start - BESIDE), start)}\u0000${value.slice(start + text.length, start + text.length + BESIDE)}`;

  // Only if the words are still where the coach saw them.
  function replace(field, start, old, text) {
    if (!field || field.value.slice(start, start + old.length) !== old) return false;
    field.setRangeText(text, start, start + old.length, "end");
    changed(field);
    return true;
  }

  function moveAway(field, start, line, target) {
    const lines = field.value.split("\n");
    const row = field.value.slice(0, start).split("\n").length - 1;
    if (!target || lines[row] !== line) return false;
    lines.splice(row, 1);
    field.value = lines.join("\n");
    const there = target.value.replace(/\n+$/, "");
    target.value = there ? `${there}\n${line}` : line;
    changed(field);
    changed(target);
    return true;
  }

  function moveBack(field, start, line, target) {
    const there = target.value.split("\n");
    const found = there.lastIndexOf(line);
    if (found < 0) return false;
    there.splice(found, 1);
    target.value = there.join("\n");
    const lines = field.value ? field.value.split("\n") : [];
    lines.splice(field.value.slice(0, start).split("\n").length - 1, 0, line);
    field.value = lines.join("\n");
    changed(field);
    changed(target);
    return true;
  }

  function mend(button) {
    const { mend: name, old, new: text, movedTo } = button.dataset;
    const start = Number(button.dataset.start);
    const field = box(name);
    const done = movedTo ? moveAway(field, start, old, box(movedTo)) : replace(field, start, old, text);
    if (!done) return tell(panel.dataset.changed, true);
    last = { name, start, old, text, movedTo, beside: movedTo ? "" : beside(field, start, text) };
    panel.querySelector("[data-coach-server-undo]")?.remove();
    tell(button.dataset.told);
    undo.hidden = false;
    // The button goes away with its remark; the way back is the next thing anyway.
    undo.focus();
  }

  undo.addEventListener("click", () => {
    const { name, start, old, text, movedTo } = last;
    const field = box(name);
    const done = movedTo
      ? moveBack(field, start, old, box(movedTo))
      : field && beside(field, start, text) === last.beside && replace(field, start, text, old);
    tell(done ? panel.dataset.back : panel.dataset.changed, !done);
    undo.hidden = true;
    panel.querySelector("h2").focus();
  });

  panel.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-mend]");
    if (button) {
      event.preventDefault();
      mend(button);
      return;
    }
    const link = event.target.closest("a[data-box]");
    const field = link && box(link.dataset.box);
    if (!field) return;
    event.preventDefault();
    field.focus({ preventScroll: true });
    field.scrollIntoView({ block: "center" });
    const end = Number(link.dataset.end);
    if (end && field.setSelectionRange) field.setSelectionRange(Number(link.dataset.start), end);
  });

  // A new list keeps the focus near where it was, and is announced once when the outcome differs.
  const stops = () => [...findings.querySelectorAll("a, button")];
  let place = -1;
  findings.addEventListener("htmx:beforeSwap", () => { place = stops().indexOf(document.activeElement); });
  findings.addEventListener("htmx:afterSwap", () => {
    if (place >= 0) (stops()[Math.min(place, stops().length - 1)] ?? panel.querySelector("h2")).focus({ preventScroll: true });
    const short = findings.querySelector("[data-coach-short]")?.dataset.coachShort;
    const link = form?.querySelector("[data-coach-link]");
    if (link && short) link.textContent = short;
    const words = findings.querySelector("[data-coach-summary]")?.dataset.coachSummary ?? "";
    if (words !== spoken.textContent) spoken.textContent = words;
  });
}
