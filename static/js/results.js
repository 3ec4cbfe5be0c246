// Results that change in place. The focus stays on a choice that was just made and moves to the heading after a link
// or a search; folds stay as they were; addresses stay short because what is empty or of no use is not sent. On a phone
// the filters are a sheet over the page.
const PHONE = matchMedia("(max-width: 55.99em)");
// What means nothing without another.
const NEEDS = { radius: "where", words: "q", level: "lang", pay: "currency", pay_to: "currency" };
// Boxes of words.
const TYPED = ["q", "where"];
// What may be over in a moment: no line, or a server that starts anew. Anything else would only fail once more.
const PASSING = [0, 502, 503, 504];
const AGAIN_MS = 1000;

const address = () => location.pathname + location.search;

// The rest of the page waits behind the sheet; the button, Escape and Back close it. For Back it is a step of its own in the
// history while it is open: choices change the address of that step, and what is left of it is one step if something
// was chosen, and none if not.
function sheetOf(root) {
  const panel = () => root.querySelector("#filters > .sheet");
  const focusButton = () => panel()?.querySelector("summary").focus();
  let isOpen = false;
  // The address of the step below, while the history stands on the sheet's own.
  let below = null;
  let shown = address();
  // What to do when the step is gone.
  let closed = focusButton;

  function behind() {
    return [...document.body.children].filter((element) => !element.contains(root))
      .concat([...root.querySelectorAll(".jobs__line, #results")]);
  }
  function cover(covers) {
    isOpen = covers;
    document.documentElement.classList.toggle("has-sheet", covers);
    for (const element of behind()) element.inert = covers;
  }
  function stand(on) {
    below = on;
    panel().open = true;
    cover(true);
    panel().querySelector("[data-sheet-title]").focus();
  }
  function hide() {
    if (panel()) panel().open = false;
    cover(false);
    const failed = panel()?.querySelector(".jobs__failed");
    if (failed) root.prepend(failed);
  }
  function open() {
    // Where nothing was changed yet, htmx does not know the step below as one that it can bring back.
    history.replaceState({ htmx: true }, "");
    history.pushState({ sheet: address() }, "");
    stand(address());
  }
  function close(then = focusButton) {
    hide();
    if (below === null) {
      then();
      return;
    }
    closed = then;
    history.back();
  }
  // Something else is shown now: the sheet's step has become the step of that.
  function leave() {
    hide();
    history.replaceState({ htmx: true }, "");
    below = null;
  }

  // Back: htmx would load the page of that step, which is here already where it is the one below.
  document.body.addEventListener("htmx:historyCacheMiss", (event) => {
    if (below === null || !root.isConnected) return;
    const [isBelow, then] = [address() === below, closed];
    [below, closed] = [null, focusButton];
    hide();
    if (!isBelow) return;
    event.preventDefault();
    if (shown !== address()) history.pushState({ htmx: true }, "", shown);
    then();
  });
  // Forward: htmx leaves alone what it does not know.
  addEventListener("popstate", ({ state }) => {
    if (state?.sheet === undefined || !root.isConnected) return;
    if (address() === shown && PHONE.matches) stand(state.sheet);
    else location.reload();
  });
  document.body.addEventListener("htmx:beforeHistoryUpdate", ({ detail }) => {
    if (below !== null && root.isConnected) detail.history.type = "replace";
  });
  document.body.addEventListener("htmx:pushedIntoHistory", () => { shown = address(); });
  document.body.addEventListener("htmx:replacedInHistory", () => {
    shown = address();
    if (below !== null && root.isConnected) history.replaceState({ sheet: below }, "");
  });

  root.addEventListener("click", (event) => {
    if (event.target.closest("[data-sheet-close]")) close();
    if (!PHONE.matches || !event.target.closest(".sheet__button")) return;
    event.preventDefault();
    // By keyboard the button is reached from within the sheet as well.
    if (isOpen) close();
    else open();
  });
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOpen && !event.defaultPrevented) close();
  });
  PHONE.addEventListener("change", () => { if (isOpen) close(() => {}); });

  // The page before this one may have gone with its sheet open; this one may have been loaded anew with it.
  document.documentElement.classList.remove("has-sheet");
  if (history.state?.sheet !== undefined) {
    if (PHONE.matches) stand(history.state.sheet);
    else history.replaceState({ htmx: true }, "");
  }
  return { panel, isOpen: () => isOpen, close, leave, cover };
}

export default function results(root) {
  const form = root.querySelector("form");
  let cause = null;
  let before = null;
  let waiting = 0;
  const sheet = sheetOf(root);

  const shown = () => new URLSearchParams(document.getElementById("results")?.dataset.search ?? "");
  const asked = (values) => JSON.stringify([...values].filter(([, value]) => value).map(([name, value]) => [name, String(value)]).sort());
  const focusTitle = () => document.getElementById("results-title")?.focus();

  root.addEventListener("htmx:configRequest", (event) => {
    // Not its `parameters`, which say of two values of one facet that there is none.
    const { formData, elt, triggeringEvent } = event.detail;
    // The same once more.
    if (elt.id === "results") return;
    takeBack();
    cause = elt.matches("a") || triggeringEvent?.type === "submit" ? "go" : "choice";
    // A box that is being typed in is sent when it is left or Enter is pressed: not half a word, because of another choice.
    const typing = document.activeElement;
    if (cause === "choice" && TYPED.includes(typing?.name) && typing.form === form && triggeringEvent?.target !== typing) {
      formData.set(typing.name, shown().get(typing.name) ?? "");
    }
    const said = (name) => formData.getAll(name).some(Boolean);
    for (const name of new Set(formData.keys())) {
      if (!said(name) || (NEEDS[name] && !said(NEEDS[name]))) formData.delete(name);
    }
    // What is shown already needs no second place in the history.
    if (triggeringEvent?.type === "submit" && asked(formData) === asked(new URLSearchParams(location.search))) {
      event.preventDefault();
      if (sheet.isOpen()) sheet.close(focusTitle);
      else focusTitle();
    }
  });

  // --- swapping ---
  const opened = () => new Map([...root.querySelectorAll("#filters details[data-fold]")].map((fold) => [fold.dataset.fold, fold.open]));
  function remembered() {
    const focused = document.activeElement;
    const choice = cause === "choice" && focused.id && focused.closest("#filters") ? focused : null;
    return {
      folds: opened(),
      isUnfolded: sheet.panel()?.open ?? false,
      scrolled: sheet.panel()?.querySelector(".sheet__body").scrollTop ?? 0,
      choice: choice?.id,
      top: choice?.getBoundingClientRect().top,
    };
  }
  function restore() {
    if (!before) return;
    for (const fold of root.querySelectorAll("#filters details[data-fold]")) {
      if (before.folds.has(fold.dataset.fold)) fold.open = before.folds.get(fold.dataset.fold);
    }
    if (sheet.isOpen() && cause !== "choice") {
      sheet.leave();
      before.isUnfolded = false;
    } else if (sheet.panel()) {
      sheet.panel().open = before.isUnfolded;
    }
    if (sheet.isOpen()) sheet.panel().querySelector(".sheet__body").scrollTop = before.scrolled;
    // Choices above it may have come or gone: the one that was just made stays under the finger.
    const choice = before.choice && document.getElementById(before.choice);
    if (choice) {
      const moved = choice.getBoundingClientRect().top - before.top;
      (sheet.isOpen() ? sheet.panel().querySelector(".sheet__body") : window).scrollBy({ top: moved, behavior: "instant" });
    }
  }
  root.addEventListener("htmx:beforeSwap", () => { before = remembered(); });
  // Before anything is painted; once more at the end, when nothing moves any longer.
  document.addEventListener("htmx:oobAfterSwap", restore);
  root.addEventListener("htmx:afterSettle", () => {
    restore();
    before = null;
    if (sheet.isOpen()) sheet.cover(true);
    if (cause === "go") {
      // A link may have taken the words away, or mended them.
      const search = shown();
      for (const name of ["q", "where", "radius"]) {
        if (form.elements[name]) form.elements[name].value = search.get(name) ?? "";
      }
      focusTitle();
    }
    cause = null;
    follow();
  });
  // What leads to this page in another language, or in other colors, leads to what it shows now.
  function follow() {
    for (const link of document.querySelectorAll("header a[hreflang], footer a[hreflang]")) link.search = location.search;
    const next = document.querySelector('.theme-switch [name="next"]');
    if (next) next.value = address();
  }

  // --- when it fails ---
  // What was chosen and typed stays as it is. Once more where that can help, else a link to the page of it.
  function takeBack() {
    clearTimeout(waiting);
    root.querySelector(".jobs__failed")?.remove();
    htmx.trigger("#results", "htmx:abort");
  }
  function tell(path) {
    const said = root.querySelector("[data-failed]").content.cloneNode(true);
    said.querySelector("a").href = path;
    ((sheet.isOpen() && root.querySelector(".filter__actions")) || root).prepend(said);
  }
  function failed({ detail: { elt, xhr, pathInfo } }) {
    const path = pathInfo.finalRequestPath;
    // A server that is too busy says when to come again: asking right away would make it worse.
    const isBusy = Boolean(xhr.getResponseHeader("Retry-After"));
    if (elt.id === "results" || isBusy || !PASSING.includes(xhr.status)) tell(path);
    else waiting = setTimeout(again, AGAIN_MS, path);
  }
  function again(path) {
    // That it fails is told by its events.
    if (root.isConnected) htmx.ajax("GET", path, { source: "#results" }).catch(() => {});
  }
  root.addEventListener("htmx:responseError", failed);
  root.addEventListener("htmx:sendError", failed);
}
