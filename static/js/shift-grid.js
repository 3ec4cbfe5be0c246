// Fills a whole row or column at once, moves with the arrow keys, and paints with a dragging pointer.
// Without it every box is still a box.
export default function shiftGrid(grid) {
  const boxes = [...grid.querySelectorAll("td input[type=checkbox]")];
  const at = (day, band) => boxes.find((box) => box.dataset.day === String(day) && box.dataset.band === String(band));
  const changed = () => grid.dispatchEvent(new CustomEvent("shifts:change", { bubbles: true }));

  function fill(some) {
    const value = some.some((box) => !box.checked);
    for (const box of some) box.checked = value;
    changed();
  }

  for (const head of grid.querySelectorAll("th[data-column], th[data-row]")) {
    const { column, row, name } = head.dataset;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "shift-grid__fill";
    button.append(...head.childNodes);
    const words = document.createElement("span");
    words.className = "visually-hidden";
    words.textContent = ` – ${grid.dataset.fill.replace("%s", name)}`;
    button.append(words);
    head.append(button);
    button.addEventListener("click", () => fill(boxes.filter((box) => (column === undefined ? box.dataset.band === row : box.dataset.day === column))));
  }

  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  grid.addEventListener("keydown", (event) => {
    const box = event.target.closest("td input");
    const step = steps[event.key];
    if (!box || !step) return;
    const next = at(Number(box.dataset.day) + step[0], Number(box.dataset.band) + step[1]);
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });

  // Painting: the first box decides whether the others are set or cleared. Mouse and pen only; a thumb scrolls.
  let paint = null;
  grid.addEventListener("pointerdown", (event) => {
    const box = event.target.closest("td")?.querySelector("input");
    if (!box || event.pointerType === "touch" || event.button !== 0) return;
    paint = { value: !box.checked, first: box, moved: false };
  });
  grid.addEventListener("pointerover", (event) => {
    const box = event.target.closest("td")?.querySelector("input");
    if (!paint || !box || (box === paint.first && !paint.moved)) return;
    if (!paint.moved) paint.first.checked = paint.value;
    paint.moved = true;
    box.checked = paint.value;
    changed();
  });
  let ended = false;
  document.addEventListener("pointerup", () => {
    ended = paint?.moved ?? false;
    paint = null;
  });
  // A click that ends a stroke on the box where it began would turn that box over once more.
  grid.addEventListener("click", (event) => {
    if (ended && event.detail) event.preventDefault();
    ended = false;
  }, true);
}
