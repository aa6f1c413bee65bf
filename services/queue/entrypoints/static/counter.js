// The counter: what is left of the ten seconds in which something can be taken back, and the lists of people, which
// change while the page is looked at. Its buttons have letters: keys.js.
import "./keys.js";

const root = document.querySelector("[data-live]");

// A step, or closing a line, can be taken back for a while.
document.querySelectorAll("[data-undo]").forEach((undo) => {
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
});

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
