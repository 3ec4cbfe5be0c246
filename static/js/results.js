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
  let before = null;
  let isOpen = false;
  // The page before this one may have gone by the back button with its sheet open.
  document.documentElement.classList.remove("has-sheet");

  const shown = () => new URLSearchParams(document.getElementById("results")?.dataset.search ?? "");
  const sheet = () => root.querySelector("#filters > .sheet");
  const inAddress = () => {
    const values = new Map();
    for (const [name, value] of new URLSearchParams(location.search)) values.set(name, [...(values.get(name) ?? []), value]);
    return values;
  };
  const asked = (parameters) => JSON.stringify(
    Object.entries(parameters).map(([name, value]) => [name, [value].flat().filter(Boolean).map(String).sort()]).sort(),
  );
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
    // What is shown already needs no second place in the history.
    if (triggeringEvent?.type === "submit" && asked(parameters) === asked(Object.fromEntries(inAddress()))) {
      event.preventDefault();
      if (isOpen) close({ focus: false });
      document.getElementById("results-title")?.focus();
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
  function remembered() {
    const focused = document.activeElement;
    const choice = cause === "choice" && focused.id && focused.closest("#filters") ? focused : null;
    return {
      folds: opened(),
      isUnfolded: sheet()?.open ?? false,
      scrolled: sheet()?.querySelector(".sheet__body").scrollTop ?? 0,
      choice: choice?.id,
      top: choice?.getBoundingClientRect().top,
    };
  }
  function restore() {
    if (!before) return;
    for (const fold of root.querySelectorAll("#filters details[data-fold]")) {
      if (before.folds.has(fold.dataset.fold)) fold.open = before.folds.get(fold.dataset.fold);
    }
    if (isOpen && cause !== "choice") {
      close({ focus: false });
      before.isUnfolded = false;
    } else if (sheet()) {
      sheet().open = before.isUnfolded;
    }
    if (isOpen) sheet().querySelector(".sheet__body").scrollTop = before.scrolled;
    // Choices above it may have come or gone: the one that was just made stays under the finger.
    const choice = before.choice && document.getElementById(before.choice);
    if (choice) {
      const moved = choice.getBoundingClientRect().top - before.top;
      (isOpen ? sheet().querySelector(".sheet__body") : window).scrollBy({ top: moved, behavior: "instant" });
    }
  }
  root.addEventListener("htmx:beforeSwap", () => { before = remembered(); });
  // Before anything is painted; once more at the end, when nothing moves any longer.
  document.addEventListener("htmx:oobAfterSwap", restore);
  root.addEventListener("htmx:afterSettle", () => {
    restore();
    before = null;
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
