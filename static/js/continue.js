// A long run of several steps goes on by itself. The button beside it does the same by hand.
export default function goOn(form) {
  setTimeout(() => form.requestSubmit(), 400);
}
