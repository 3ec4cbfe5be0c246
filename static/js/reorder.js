// Dragging in a list whose items have a form with a place: dropping fills in the place and sends the form, as typing does.
// Pointer events, so that it works by mouse, pen and thumb; the page scrolls along at its edges.
const EDGE = 60;
const STEP = 12;

export default function reorder(list) {
  const items = [...list.querySelectorAll(":scope > [data-item]")];

  function begin(event, item, grip) {
    if (event.button || items.length < 2) return;
    event.preventDefault();
    grip.setPointerCapture(event.pointerId);
    const others = items.filter((other) => other !== item);
    const start = items.indexOf(item);
    let place = start;
    item.classList.add("is-dragged");

    function mark() {
      for (const other of others) other.classList.remove("is-before", "is-after");
      if (place === start) return;
      if (place < others.length) others[place].classList.add("is-before");
      else others[others.length - 1].classList.add("is-after");
    }

    function follow(move) {
      place = others.filter((other) => {
        const box = other.getBoundingClientRect();
        return box.top + box.height / 2 < move.clientY;
      }).length;
      mark();
      if (move.clientY < EDGE) scrollBy(0, -STEP);
      if (move.clientY > innerHeight - EDGE) scrollBy(0, STEP);
    }

    function end(last) {
      grip.removeEventListener("pointermove", follow);
      grip.removeEventListener("pointerup", end);
      grip.removeEventListener("pointercancel", end);
      const wanted = last.type === "pointerup" ? place : start;
      place = start;
      mark();
      item.classList.remove("is-dragged");
      if (wanted === start) return;
      const field = item.querySelector('input[name="place"]');
      field.value = String(wanted + 1);
      field.form.requestSubmit();
    }

    grip.addEventListener("pointermove", follow);
    grip.addEventListener("pointerup", end);
    grip.addEventListener("pointercancel", end);
  }

  for (const item of items) {
    const grip = item.querySelector("[data-grip]");
    if (!grip) continue;
    grip.hidden = false;
    grip.addEventListener("pointerdown", (event) => begin(event, item, grip));
  }
}
