// A row that was just added takes the focus.
export default function added(root) {
  root.querySelector("select, input")?.focus();
}
