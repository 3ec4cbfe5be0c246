// Suggestions while typing, as an ARIA combobox: the focus stays in the box, arrow keys move through the list, Enter takes
// what is marked, Escape closes. The words come from data attributes of the element around the box:
//   data-suggest="/jobs/suggest/places/" data-found="Suggestions: %s"
// A choice with a name (an employer) is sent as that filter instead of as words.
const WAIT = 160;
const SHORTEST = 2;
let lists = 0;

export default function suggest(root) {
  const box = root.querySelector("input");
  const list = document.createElement("ul");
  const status = document.createElement("p");
  list.id = `suggestions-${++lists}`;
  list.className = "suggest";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", root.querySelector("label").textContent.trim());
  list.hidden = true;
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  root.append(list, status);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" })) {
    box.setAttribute(name, value);
  }

  let rows = [];
  let at = -1;
  let timer = 0;
  let asked = null;
  let typed = "";

  function mark(next) {
    at = next;
    rows.forEach((row, place) => row.element.setAttribute("aria-selected", String(place === at)));
    if (at < 0) {
      box.removeAttribute("aria-activedescendant");
      return;
    }
    box.setAttribute("aria-activedescendant", rows[at].element.id);
    rows[at].element.scrollIntoView({ block: "nearest" });
  }

  function close() {
    clearTimeout(timer);
    asked?.abort();
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    status.textContent = "";
    rows = [];
    mark(-1);
  }

  function show(found) {
    rows = found.map((one, place) => {
      const element = document.createElement("li");
      element.id = `${list.id}-${place}`;
      element.className = "suggest__row";
      element.setAttribute("role", "option");
      const label = document.createElement("span");
      label.textContent = one.label;
      if (one.language) label.lang = one.language;
      element.append(label);
      if (one.note) {
        const note = document.createElement("small");
        note.textContent = one.note;
        element.append(note);
      }
      element.addEventListener("click", () => take(place));
      return { ...one, element };
    });
    list.replaceChildren(...rows.map((row) => row.element));
    list.hidden = rows.length === 0;
    box.setAttribute("aria-expanded", String(rows.length > 0));
    mark(-1);
    status.textContent = rows.length ? root.dataset.found.replace("%s", rows.length) : "";
  }

  async function ask() {
    typed = box.value.trim();
    asked?.abort();
    if (typed.length < SHORTEST) {
      close();
      return;
    }
    asked = new AbortController();
    try {
      const url = new URL(root.dataset.suggest, location.href);
      url.searchParams.set("q", typed);
      const response = await fetch(url, { signal: asked.signal, headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!response.ok) return;
      const found = await response.json();
      if (box.value.trim() === typed && document.activeElement === box) show(found.suggestions ?? found.places);
    } catch (error) {
      // A newer letter took over, or the line is down: the box goes on without suggestions.
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
    }
  }

  function take(place) {
    const row = rows[place];
    const form = box.form;
    close();
    if (!row.name) {
      box.value = row.label;
      box.focus();
      box.dispatchEvent(new Event("change", { bubbles: true }));
      return;
    }
    const chosen = document.createElement("input");
    chosen.type = "hidden";
    chosen.name = row.name;
    chosen.value = row.value;
    box.value = "";
    form.append(chosen);
    form.requestSubmit();
    setTimeout(() => chosen.remove());
  }

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const { key } = event;
    if (key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (key === "ArrowDown" && list.hidden) {
      event.preventDefault();
      ask();
    } else if ((key === "ArrowDown" || key === "ArrowUp") && !list.hidden) {
      event.preventDefault();
      // One more place than rows: in it the box itself is meant again.
      const places = rows.length + 1;
      mark((at + 1 + (key === "ArrowDown" ? 1 : -1) + places) % places - 1);
    } else if (key === "Enter" && at >= 0) {
      event.preventDefault();
      take(at);
    } else if (key === "Enter" || key === "Tab") {
      close();
    }
  });
  // A pressed pointer must not take the focus out of the box.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("mousedown", (event) => event.preventDefault());
  box.addEventListener("blur", close);
}
