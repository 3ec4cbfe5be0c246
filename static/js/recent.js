// The last searches of this device, in its own storage: nothing is sent. An element with data-recent shows them (a hidden
// disclosure with an empty list, and a hidden line that says when they were forgotten); one with data-search tells which
// search this page is, and in which words.
const KEY = "recent-searches";
const MOST = 6;
// In all languages of the page together.
const MOST_KEPT = 30;
// The words of a search are in the language of the page that it was made on.
const language = document.documentElement.lang;

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => typeof one?.query === "string" && typeof one?.words === "string").slice(0, MOST_KEPT) : [];
  } catch (error) {
    // Storage is switched off, or somebody else wrote there.
    if (error instanceof SyntaxError || error instanceof DOMException) return [];
    throw error;
  }
}

function write(entries) {
  try {
    if (entries.length) localStorage.setItem(KEY, JSON.stringify(entries));
    else localStorage.removeItem(KEY);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}

// The same words and place with another filter is the same search gone on with.
function subject(query) {
  const search = new URLSearchParams(query);
  return JSON.stringify([search.get("q")?.toLowerCase() ?? "", search.get("where")?.toLowerCase() ?? ""]);
}

export function remember(query, words) {
  if (!query || !words) return;
  const others = read().filter((one) => one.language !== language || subject(one.query) !== subject(query));
  write([{ query, words: words.slice(0, 200), language }, ...others].slice(0, MOST_KEPT));
}

export default function recent(root) {
  const list = root.querySelector("[data-recent-list]");
  const some = root.querySelector("[data-recent-some]");
  const none = root.querySelector("[data-recent-none]");
  const current = () => document.querySelector("[data-search]")?.dataset.search ?? "";

  function draw() {
    const entries = read().filter((one) => one.language === language && one.query !== current()).slice(0, MOST);
    list.replaceChildren(...entries.map(({ query, words }) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = `${root.dataset.recent}?${query}`;
      link.textContent = words;
      item.append(link);
      return item;
    }));
    some.hidden = entries.length === 0;
    none.hidden = true;
  }

  function note() {
    const here = document.querySelector("[data-search]");
    if (here) remember(here.dataset.search, here.dataset.words);
    draw();
  }

  root.querySelector("[data-recent-clear]").addEventListener("click", () => {
    write([]);
    draw();
    some.open = false;
    none.hidden = false;
    none.focus();
  });
  document.addEventListener("htmx:afterSettle", note);
  note();
}
