// Characters left of a limit. The limit itself stands in the page; this only counts.
export default function counter(field) {
  const input = field.querySelector("textarea, input");
  const text = field.querySelector("[data-counter]");
  if (!input || !text) return;
  const limit = Number(field.dataset.limit);
  const spoken = document.createElement("span");
  spoken.className = "visually-hidden";
  spoken.setAttribute("role", "status");
  text.after(spoken);
  let waiting = 0;

  function count() {
    // The server counts code points, and one for a line break; so do we.
    const left = limit - [...input.value].length;
    const words = left < 0 ? `${field.dataset.over} ${-left}` : `${field.dataset.left} ${left}`;
    text.textContent = words;
    field.classList.toggle("field--over", left < 0);
    clearTimeout(waiting);
    if (left < limit * 0.1) waiting = setTimeout(() => { spoken.textContent = words; }, 1000);
  }
  input.addEventListener("input", count);
  if (input.value) count();
}
