// A form that has been sent is not sent again by an impatient finger. (Sent twice it would still count once:
// the server knows it by its idempotency key.)
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  if ("once" in form.dataset) keepKey(form);
  form.querySelectorAll("button:not([type=button])").forEach((button) => button.setAttribute("aria-disabled", "true"));
});

// Who goes back to a form with data-once and sends the same again means the same: its key stays with that place
// in the history, though the page is loaded anew with another. What was filled in is kept as a checksum only.
const keepKey = (form) => {
  const key = form.elements.idempotency_key;
  const filled = [...new FormData(form)].filter(([name]) => name !== "csrf" && name !== key.name).join();
  const sum = [...filled].reduce((before, letter) => (Math.imul(before, 31) + letter.codePointAt(0)) | 0, 0);
  const { sent } = history.state ?? {};
  if (sent?.sum === sum) key.value = sent.key;
  else history.replaceState({ ...history.state, sent: { sum, key: key.value } }, "");
};

addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
  });
});
