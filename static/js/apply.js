// Applying on a poor line: every change is saved by itself, and saved again when the line is back.
// Without this script each screen is saved when it is sent.
const RETRY_MS = 4000;
const PAUSE_MS = 800;

export default function apply(form) {
  const words = form.dataset;
  const status = form.querySelector("[data-save-status]");
  const file = form.querySelector('input[type="file"]');
  const zone = form.querySelector("[data-time-zone]");
  let timer = 0;
  let busy = false;
  let dirty = false;
  let leaving = false;

  if (zone && !zone.value) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";

  function say(text) {
    if (status.textContent !== text) status.textContent = text;
  }

  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  async function post(withFile) {
    const data = new FormData(form);
    if (file && !withFile) data.delete(file.name);
    const response = await fetch(form.action, { method: "POST", body: data, headers: { "X-Autosave": "1" } });
    if (response.status === 201) {
      const { url } = await response.json();
      history.replaceState(null, "", url);
      form.action = url;
    }
    return response;
  }

  async function save() {
    // A second copy of the first screen would make a second draft: one at a time.
    if (leaving) return;
    if (busy) { later(PAUSE_MS); return; }
    busy = true;
    dirty = false;
    say(words.saving);
    try {
      const response = await post(false);
      if (response.ok) say(words.saved);
      else say("");
    } catch {
      dirty = true;
      say(words.lost);
      later(RETRY_MS);
    }
    busy = false;
  }

  function refuse(message) {
    const list = document.createElement("ul");
    list.className = "errorlist";
    list.setAttribute("role", "alert");
    const item = document.createElement("li");
    item.textContent = message;
    list.append(item);
    file.closest(".field").querySelector(".errorlist")?.remove();
    file.before(list);
    file.value = "";
    say("");
  }

  async function keepFile() {
    const chosen = file.files[0];
    if (!chosen) return;
    if (chosen.size > Number(words.maxBytes)) { refuse(words.tooLarge); return; }
    if (busy) { setTimeout(keepFile, PAUSE_MS); return; }
    busy = true;
    // The answers travel with the file; a save that waited its turn would only talk over what is said about the file.
    clearTimeout(timer);
    dirty = false;
    say(words.checking);
    try {
      const response = await post(true);
      if (response.status === 422) refuse((await response.json()).resume);
      else if (response.ok) {
        const { file_name: name } = await response.json();
        file.closest(".field").querySelector(".errorlist")?.remove();
        // It lies on the server now, and need not travel again when the form is sent.
        file.value = "";
        const kept = form.querySelector("[data-file-kept]");
        kept.querySelector("[data-file-name]").textContent = name;
        kept.hidden = false;
        say(words.kept.replace("%s", name));
      } else say("");
    } catch {
      dirty = true;
      say(words.lost);
      setTimeout(keepFile, RETRY_MS);
    }
    busy = false;
  }

  form.addEventListener("input", (event) => {
    if (event.target === file) return;
    dirty = true;
    later(PAUSE_MS);
  });
  file?.addEventListener("change", keepFile);
  addEventListener("online", () => { if (dirty) save(); });
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      event.preventDefault();
      dirty = true;
      say(words.lost);
      return;
    }
    // A second press while the first is under way; the server would make one application of both anyway.
    if (leaving) { event.preventDefault(); return; }
    leaving = true;
    clearTimeout(timer);
    setTimeout(() => { leaving = false; }, 8000);
  });
  addEventListener("pageshow", () => { leaving = false; });
}
