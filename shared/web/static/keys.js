// A page worked by keyboard: the letter on a button presses it. It can be switched off by the checkbox #keys, since
// a voice that types or a hand that slips must not do anything.
const KEY = "kentongan-keys";
const keys = document.getElementById("keys");
keys.closest("[hidden]").hidden = false;
keys.checked = localStorage.getItem(KEY) !== "off";
const mark = () => { document.documentElement.dataset.keys = keys.checked ? "on" : "off"; };
keys.addEventListener("change", () => {
  localStorage.setItem(KEY, keys.checked ? "on" : "off");
  mark();
});
mark();

export const typing = (event) =>
  !keys.checked || event.repeat || event.ctrlKey || event.altKey || event.metaKey ||
  Boolean(event.target.closest("input:not([type=checkbox]), select, textarea"));

document.addEventListener("keydown", (event) => {
  if (typing(event)) return;
  const button = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
  const details = button.closest("details");
  if (details?.open) details.querySelector("select, input:not([type=hidden]), textarea")?.focus();
});
