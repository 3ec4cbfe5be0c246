// Asks before a page with words that nobody has saved is left or loaded anew. What counts is what stands in the form
// now against what the server sent, so that typing and taking back leaves nothing to ask about. A form that came back
// with what was typed (`data-typed`: a row more, a mend, a preview, a refusal) is unsaved from the start.
export default function unsaved(form) {
  let sending = false;
  // The parser makes one kind of line break of all; a field does so too, but its default keeps what was sent.
  const plain = (text) => text.replace(/\r\n?/g, "\n");

  function isChosenAnew(select) {
    const options = [...select.options];
    const given = options.some((option) => option.defaultSelected);
    if (select.multiple || given) return options.some((option) => option.selected !== option.defaultSelected);
    return select.selectedIndex > 0;
  }

  function isChanged(field) {
    if (!field.name || field.disabled) return false;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.options) return isChosenAnew(field);
    return "defaultValue" in field && plain(field.value) !== plain(field.defaultValue);
  }

  const isDirty = () => "typed" in form.dataset || [...form.elements].some(isChanged);

  form.addEventListener("submit", () => { sending = true; });
  // Back from where it was sent to, with the page as it was kept.
  addEventListener("pageshow", () => { sending = false; });
  addEventListener("beforeunload", (event) => {
    if (!sending && isDirty()) event.preventDefault();
  });
}
