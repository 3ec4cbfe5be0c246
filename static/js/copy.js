// Shows the button only where the browser can copy.
export default function copy(box) {
  const button = box.querySelector("button");
  const label = button.querySelector("span");
  const status = box.querySelector("[role=status]");
  if (!navigator.clipboard) return;
  button.hidden = false;
  const before = label.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(box.querySelector("input").value);
    label.textContent = status.textContent = box.dataset.done;
    setTimeout(() => { label.textContent = before; status.textContent = ""; }, 2000);
  });
}
