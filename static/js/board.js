// Keys, dragging and the dialog of the board. Every act is the same form that the page has without a script: it is
// fetched, filled in or sent, and the board is taken afresh from the server's answer.
export default function board(root) {
  const dialog = root.querySelector("[data-board-dialog]");
  const dialogBody = dialog.querySelector("[data-dialog-body]");
  const keys = root.querySelector("[data-board-keys]");
  const live = root.querySelector("[data-board-live]");
  const help = document.querySelector("[data-board-help]");
  const fragment = { headers: { "HX-Request": "true" }, credentials: "same-origin" };
  const area = () => root.querySelector("#board");
  const cards = (scope = area()) => [...scope.querySelectorAll(".card")];
  const link = (card) => card.querySelector(".n");
  const box = (card) => card.querySelector("input[type=checkbox]");
  const code = (card) => link(card).pathname.split("/").filter(Boolean).pop();
  const columnOf = (card) => card.closest(".column");
  let lastOpened = null;

  const say = (text) => { live.textContent = ""; requestAnimationFrame(() => { live.textContent = text; }); };

  // --- the selection ---
  function selected() {
    return cards().filter((card) => box(card)?.checked);
  }
  function countSelection() {
    const number = selected().length;
    const words = root.dataset.selected.replace("%s", number);
    const place = root.querySelector("[data-bulk-count]");
    if (place) place.textContent = words;
    const clear = root.querySelector("[data-bulk-clear]");
    if (clear) clear.hidden = number === 0;
    return words;
  }
  root.addEventListener("change", (event) => {
    if (event.target.matches(".card input")) countSelection();
  });
  root.addEventListener("click", (event) => {
    if (!event.target.closest("[data-bulk-clear]")) return;
    for (const card of selected()) box(card).checked = false;
    say(countSelection());
    cards()[0] && link(cards()[0]).focus();
  });

  // --- talking to the server ---
  async function ask(url, options = {}) {
    root.dataset.busy = "";
    try {
      return await fetch(url, { ...fragment, ...options });
    } catch {
      say(root.dataset.lost);
      return null;
    } finally {
      delete root.dataset.busy;
    }
  }
  function swap(html, focusCode) {
    const kept = new Set(selected().map(code));
    const scrolls = new Map([...area().querySelectorAll(".column")].map((column) => [column.dataset.stage, column.querySelector(".column__cards").scrollTop]));
    const sideways = area().querySelector(".board")?.scrollLeft ?? 0;
    area().innerHTML = html;
    for (const card of cards()) if (kept.has(code(card)) && box(card)) box(card).checked = true;
    for (const [stage, top] of scrolls) {
      const list = area().querySelector(`.column[data-stage="${stage}"] .column__cards`);
      if (list) list.scrollTop = top;
    }
    const strip = area().querySelector(".board");
    if (strip) strip.scrollLeft = sideways;
    prepare();
    const card = cards().find((item) => code(item) === focusCode) ?? cards()[0];
    if (card) link(card).focus();
    document.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: {} }));
    const words = [...area().querySelectorAll(".message p")].map((item) => item.textContent).join(" ");
    if (words) say(words);
  }
  async function refresh(focusCode) {
    const answer = await ask(location.href);
    if (answer) swap(await answer.text(), focusCode);
  }
  // Sends a form; the board comes back when it worked, the form with its problem when it did not.
  async function send(url, data, focusCode) {
    const answer = await ask(url, { method: "POST", body: data });
    if (!answer) return;
    const html = await answer.text();
    if (answer.ok && html.includes('id="bulk"')) {
      dialog.close();
      swap(html, focusCode);
      return;
    }
    if (answer.status === 409 || answer.status === 422) {
      show(html);
      const problem = dialogBody.querySelector("[data-refusal], .error-summary li, .errorlist li");
      if (problem) say(problem.textContent.trim());
      if (answer.status === 409) refreshBehind(focusCode);
      return;
    }
    say(root.dataset.lost);
  }
  // The dialog stays open and keeps the focus while the board behind it is renewed.
  async function refreshBehind(focusCode) {
    const answer = await ask(location.href);
    if (!answer) return;
    const focused = document.activeElement;
    swap(await answer.text(), focusCode);
    focused?.focus();
  }

  // --- the dialog ---
  function show(html) {
    dialogBody.innerHTML = html;
    dialog.setAttribute("aria-label", dialogBody.querySelector("h1")?.textContent ?? "");
    if (!dialog.open) dialog.showModal();
    document.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: {} }));
    const problem = dialogBody.querySelector(".error-summary, [data-refusal]");
    const first = ["input[type=radio]:checked", "select", "h1"].map((name) => dialogBody.querySelector(name)).find(Boolean);
    (problem ? dialogBody.querySelector("h1") : first)?.focus();
  }
  async function openMove(card, rejectOnly = false) {
    lastOpened = code(card);
    const url = `${link(card).pathname}${rejectOnly ? "reject" : "move"}/?next=${encodeURIComponent(location.pathname + location.search)}`;
    const answer = await ask(url);
    if (!answer) return;
    if (answer.ok) show(await answer.text());
    else say(root.dataset.lost);
  }
  dialog.addEventListener("submit", (event) => {
    if (event.target.method !== "post") return;
    event.preventDefault();
    send(event.target.action, new FormData(event.target), lastOpened);
  });
  dialog.addEventListener("click", (event) => {
    if (!event.target.closest("[data-dialog-cancel]")) return;
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("close", () => {
    const card = cards().find((item) => code(item) === lastOpened);
    if (card) link(card).focus();
  });
  root.addEventListener("click", (event) => {
    const opener = event.target.closest(".card .m");
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    openMove(opener.closest(".card"));
  });

  // --- keys: only while a card has the focus, so that they never collide with typing or reading aloud ---
  function neighbor(card, key) {
    const own = cards(columnOf(card));
    const place = own.indexOf(card);
    if (key === "ArrowDown") return own[place + 1];
    if (key === "ArrowUp") return own[place - 1];
    const columns = [...area().querySelectorAll(".column")].filter((column) => column.querySelector(".card"));
    const beside = columns[columns.indexOf(columnOf(card)) + (key === "ArrowRight" ? 1 : -1)];
    return beside && (cards(beside)[place] ?? cards(beside).at(-1));
  }
  root.addEventListener("keydown", (event) => {
    const card = event.target.closest?.(".card");
    if (!card || dialog.open || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.startsWith("Arrow")) {
      const next = neighbor(card, event.key);
      if (next) {
        event.preventDefault();
        link(next).focus();
        next.scrollIntoView({ block: "nearest", inline: "nearest" });
      }
    } else if (event.key === "m" && card.querySelector(".m")) {
      event.preventDefault();
      openMove(card);
    } else if (event.key === "x" && box(card)) {
      event.preventDefault();
      box(card).checked = !box(card).checked;
      say(countSelection());
    } else if (event.key === "?") {
      event.preventDefault();
      keys.showModal();
    }
  });
  if (help) {
    help.hidden = false;
    help.addEventListener("click", () => keys.showModal());
  }

  // --- dragging: mouse and pen; a thumb scrolls ---
  let drag = null;
  root.addEventListener("pointerdown", (event) => {
    const card = event.target.closest(".card");
    if (!card || !box(card) || event.pointerType === "touch" || event.button !== 0 || event.target.closest("input, label, .card .m")) return;
    drag = { card, x: event.clientX, y: event.clientY, ghost: null, over: null };
  });
  const dropPlace = (event) => document.elementFromPoint(event.clientX, event.clientY)?.closest(".column, [data-ended]");
  function mark(place) {
    if (drag.over === place) return;
    drag.over?.classList.remove("column--over");
    drag.over = place && place !== columnOf(drag.card) ? place : null;
    drag.over?.classList.add("column--over");
  }
  document.addEventListener("pointermove", (event) => {
    if (!drag) return;
    if (!drag.ghost) {
      if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < 8) return;
      drag.ghost = document.createElement("div");
      drag.ghost.className = "card--ghost";
      drag.ghost.textContent = link(drag.card).textContent;
      root.append(drag.ghost);
      root.dataset.dragging = "";
      drag.card.classList.add("card--lifted");
      columnOf(drag.card).classList.add("column--from");
    }
    drag.ghost.style.transform = `translate(${event.clientX + 12}px, ${event.clientY + 8}px)`;
    mark(dropPlace(event));
  });
  function endDrag() {
    const ended = drag;
    drag = null;
    if (!ended?.ghost) return null;
    ended.ghost.remove();
    delete root.dataset.dragging;
    ended.card.classList.remove("card--lifted");
    columnOf(ended.card)?.classList.remove("column--from");
    ended.over?.classList.remove("column--over");
    // The click that ends a stroke must not open the card.
    root.addEventListener("click", (event) => { event.preventDefault(); event.stopPropagation(); }, { capture: true, once: true });
    setTimeout(() => root.dispatchEvent(new MouseEvent("click")), 0);
    return ended.over ? ended : null;
  }
  document.addEventListener("pointerup", () => {
    const dropped = drag && endDrag();
    if (!dropped) return;
    if (dropped.over.dataset.kind === "rejected") openMove(dropped.card, true);
    else if (dropped.over.dataset.kind !== "withdrawn") dropOn(dropped.card, dropped.over.dataset.stage ?? dropped.over.dataset.ended);
  });
  document.addEventListener("pointercancel", () => drag && endDrag());
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && drag) endDrag(); });
  root.addEventListener("dragstart", (event) => { if (event.target.closest?.(".card")) event.preventDefault(); });

  function dropOn(card, stage) {
    say(root.dataset.dropped.replace("%s", link(card).textContent));
    lastOpened = code(card);
    const data = new FormData();
    data.set("csrfmiddlewaretoken", root.querySelector("#bulk input[name=csrfmiddlewaretoken]").value);
    data.set("version", box(card).value.split(".")[1]);
    data.set("stage", stage);
    data.set("next", location.pathname + location.search);
    send(`${link(card).pathname}move/`, data, code(card));
  }

  // --- what the script adds to the page ---
  function prepare() {
    for (const column of area().querySelectorAll(".column")) {
      if (!column.querySelector(".card input")) continue;
      const all = document.createElement("button");
      all.type = "button";
      all.className = "button button--quiet button--small button--icon column__all";
      all.innerHTML = '<svg width="18" height="18" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true"><path d="m3 17 2 2 4-4M3 7l2 2 4-4M13 6h8M13 12h8M13 18h8"/></svg>';
      all.title = root.dataset.selectAll;
      all.setAttribute("aria-label", `${root.dataset.selectAll}: ${column.querySelector("h2").firstChild.textContent.trim()}`);
      all.addEventListener("click", () => {
        const boxes = cards(column).map(box);
        const value = boxes.some((item) => !item.checked);
        for (const item of boxes) item.checked = value;
        say(countSelection());
      });
      column.querySelector("h2").append(all);
    }
    countSelection();
  }
  prepare();
}
