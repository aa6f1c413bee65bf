// The counter by keyboard: the letter on a button presses it. It can be switched off, since a voice that types
// or a hand that slips must not call anybody.
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

document.addEventListener("keydown", (event) => {
  if (!keys.checked || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest("input:not([type=checkbox]), select, textarea")) return;
  const button = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});

document.addEventListener("live", ({ detail }) => {
  detail.services.forEach((service, index) => {
    const node = document.querySelector(`[data-waiting="${index}"]`);
    if (node) node.textContent = service.waiting;
  });
});
