// Saves a form by itself when one pauses. The form keeps its Save button, which does the same without this script.
// The server answers with words for the status line, and with `seen`: what the form has now seen of what is stored.
const PAUSE_MS = 1500;
const RETRY_MS = 5000;

export default function autosave(form) {
  const status = form.querySelector("[data-save-status]");
  const seen = form.querySelector('input[name="seen"]');
  const place = form.querySelector("[data-conflict]");
  const link = form.querySelector("[data-conflict-link]");
  let timer = 0;
  let busy = null;
  let dirty = false;
  // While two texts stand against each other only "Save mine in its place" saves: whose words stay is a person's decision.
  let clashed = place.id === "conflict";

  function say(text) {
    if (status.textContent !== text) status.textContent = text;
  }

  function later(wait) {
    clearTimeout(timer);
    if (!clashed) timer = setTimeout(save, wait);
  }

  function compare() {
    place.scrollIntoView({ block: "start" });
    place.focus({ preventScroll: true });
  }

  async function answer(response) {
    // A sign-in page or an error page instead of an answer: nothing was saved.
    if (response.redirected || !response.headers.get("Content-Type")?.includes("json")) throw new Error("no answer");
    const data = await response.json();
    if (data.seen) seen.value = data.seen;
    if (data.panel) {
      clashed = true;
      place.id = "conflict";
      place.innerHTML = data.panel;
      link.hidden = false;
      compare();
    }
    if (!response.ok) dirty = true;
    say(data.status);
  }

  async function post() {
    dirty = false;
    say(form.dataset.saving);
    try {
      const headers = { "X-Autosave": "1" };
      await answer(await fetch(form.action, { method: "POST", body: new FormData(form), headers }));
    } catch {
      dirty = true;
      say(form.dataset.lost);
      later(RETRY_MS);
    }
  }

  async function save() {
    if (busy) { later(PAUSE_MS); return; }
    busy = post();
    await busy;
    busy = null;
  }

  form.addEventListener("input", () => { dirty = true; later(PAUSE_MS); });
  form.addEventListener("submit", async (event) => {
    if (clashed && event.submitter?.name !== "over") {
      event.preventDefault();
      compare();
      return;
    }
    clearTimeout(timer);
    dirty = false;
    if (!busy) return;
    // The save under way changes what the form has seen: sent now, it would collide with itself.
    event.preventDefault();
    await busy;
    if (!clashed) form.requestSubmit(event.submitter ?? undefined);
  });
  // On a slow line one may have typed before this script arrived.
  if ([...form.elements].some((field) => /^(text|textarea)$/.test(field.type) && field.value !== field.defaultValue)) {
    dirty = true;
    later(PAUSE_MS);
  }
  addEventListener("online", () => { if (dirty) later(0); });
  addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
}
