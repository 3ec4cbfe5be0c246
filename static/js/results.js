// Results that change in place. The focus stays on a choice that was just made and moves to the heading after a link
// or a search; folds stay as they were; addresses stay short because what is empty or of no use is not sent. On a phone
// the filters are a sheet over the page: the rest waits behind it, Escape and the button close it.
const PHONE = matchMedia("(max-width: 55.99em)");
// What means nothing without another.
const NEEDS = { radius: "where", words: "q", level: "lang", pay: "currency", pay_to: "currency" };
// Boxes of words.
const TYPED = ["q", "where"];

export default function results(root) {
  const form = root.querySelector("form");
  let cause = null;
  let folds = null;
  let scrolled = 0;
  let isOpen = false;
  // The page before this one may have gone by the back button with its sheet open.
  document.documentElement.classList.remove("has-sheet");

  const shown = () => new URLSearchParams(document.getElementById("results")?.dataset.search ?? "");
  const sheet = () => root.querySelector("#filters > .sheet");
  const said = (parameters, name) => {
    const value = parameters[name];
    return Array.isArray(value) ? value.some(Boolean) : Boolean(value);
  };

  root.addEventListener("htmx:configRequest", (event) => {
    const { parameters, elt, triggeringEvent } = event.detail;
    cause = elt.matches("a") || triggeringEvent?.type === "submit" ? "go" : "choice";
    // A box that is being typed in is sent when it is left or Enter is pressed: not half a word, because of another choice.
    const typing = document.activeElement;
    if (cause === "choice" && TYPED.includes(typing?.name) && typing.form === form && triggeringEvent?.target !== typing) {
      parameters[typing.name] = shown().get(typing.name) ?? "";
    }
    for (const name of Object.keys(parameters)) {
      const needed = NEEDS[name];
      if (!said(parameters, name) || (needed && !said(parameters, needed))) delete parameters[name];
    }
  });

  // --- the sheet of a phone ---
  function behind() {
    return [...document.body.children].filter((element) => !element.contains(root))
      .concat([...root.querySelectorAll(".jobs__line, #results")]);
  }
  function cover(covers) {
    isOpen = covers;
    document.documentElement.classList.toggle("has-sheet", covers);
    for (const element of behind()) element.inert = covers;
  }
  function close({ focus = true } = {}) {
    const panel = sheet();
    if (panel) panel.open = false;
    cover(false);
    if (focus) panel?.querySelector("summary").focus();
  }
  root.addEventListener("click", (event) => {
    if (event.target.closest("[data-sheet-close]")) {
      close();
      return;
    }
    const button = event.target.closest(".sheet__button");
    if (!button || !PHONE.matches) return;
    event.preventDefault();
    sheet().open = true;
    cover(true);
    sheet().querySelector("[data-sheet-title]").focus();
  });
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOpen && !event.defaultPrevented) close();
  });
  PHONE.addEventListener("change", () => { if (isOpen) close({ focus: false }); });

  // --- swapping ---
  const opened = () => new Map([...root.querySelectorAll("#filters details[data-fold]")].map((fold) => [fold.dataset.fold, fold.open]));
  function restore() {
    if (!folds) return;
    for (const fold of root.querySelectorAll("#filters details[data-fold]")) {
      if (folds.has(fold.dataset.fold)) fold.open = folds.get(fold.dataset.fold);
    }
    if (isOpen && cause === "choice") {
      sheet().open = true;
      sheet().querySelector(".sheet__body").scrollTop = scrolled;
    } else if (isOpen) {
      close({ focus: false });
    }
    folds = null;
  }
  root.addEventListener("htmx:beforeSwap", () => {
    folds = opened();
    scrolled = sheet()?.querySelector(".sheet__body").scrollTop ?? 0;
  });
  // Before anything is painted; when nothing went out of band, at the end.
  document.addEventListener("htmx:oobAfterSwap", restore);
  root.addEventListener("htmx:afterSettle", () => {
    restore();
    if (isOpen) cover(true);
    if (cause === "go") {
      // A link may have taken the words away, or mended them.
      const search = shown();
      for (const name of ["q", "where", "radius"]) {
        if (form.elements[name]) form.elements[name].value = search.get(name) ?? "";
      }
      document.getElementById("results-title")?.focus();
    }
    cause = null;
  });
  root.addEventListener("htmx:responseError", () => form.submit());
}
