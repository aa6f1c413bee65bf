// The counter by keyboard: the letter on a button presses it. It can be switched off, since a voice that types
// or a hand that slips must not call anybody. Also: what is left of the ten seconds in which a step can be taken
// back, and the lists of people, which change while the page is looked at.
const KEY = "kentongan-keys";
const root = document.querySelector("[data-live]");
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
  const details = button.closest("details");
  if (details?.open) details.querySelector("select, input:not([type=hidden]), textarea")?.focus();
});

// A step can be taken back for a while.
const undo = document.querySelector("[data-undo]");
if (undo) {
  const left = undo.querySelector("[data-undo-left]");
  const until = performance.now() + undo.dataset.undo * 1000;
  left.hidden = false;
  const count = setInterval(() => {
    const seconds = Math.ceil((until - performance.now()) / 1000);
    left.textContent = seconds;
    if (seconds > 0) return;
    clearInterval(count);
    if (undo.contains(document.activeElement)) document.getElementById("now-title").focus();
    undo.remove();
  }, 200);
  left.textContent = undo.dataset.undo;
}

// Lists have forms with keys of their own: the page is read anew and they are taken from it, but never out of
// somebody's hand.
let lists = root.dataset.lists;
const renew = async () => {
  const answer = await fetch(root.dataset.page, { headers: { accept: "text/html" } }).catch(() => undefined);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.querySelectorAll("[data-section]").forEach((section) => {
    const other = page.querySelector(`[data-section="${section.dataset.section}"]`);
    if (!other) return;
    const place = () => section.replaceChildren(...other.childNodes);
    if (section.contains(document.activeElement)) section.addEventListener("focusout", place, { once: true });
    else place();
  });
};

const next = document.querySelector("[data-next]");
document.addEventListener("live", ({ detail }) => {
  detail.services.forEach((service, index) => {
    const node = document.querySelector(`[data-waiting="${index}"]`);
    if (node) node.textContent = service.waiting;
  });
  next.hidden = !detail.next;
  document.querySelector("[data-next-none]").hidden = Boolean(detail.next);
  if (detail.lists === lists) return;
  lists = detail.lists;
  renew();
});
