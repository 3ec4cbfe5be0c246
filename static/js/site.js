// The only script on every page. A component names its behavior by address, so that a page loads just what it shows:
//   <div data-module="/static/js/counter.js">  ->  import(...).default(element)
const started = new WeakSet();

function start(root) {
  for (const element of root.querySelectorAll("[data-module]")) {
    if (started.has(element)) continue;
    started.add(element);
    import(element.dataset.module).then((module) => module.default(element));
  }
}

start(document);
document.addEventListener("htmx:load", (event) => start(event.target.parentNode ?? event.target));

// Menus close when one leaves them, by key or by pointer.
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement?.closest("details.menu[open]");
  closeMenus(null);
  menu?.querySelector("summary").focus();
});
