// The crew's page on a net that comes and goes: a form that could not be sent is sent again, with its own key, until
// the server has it, so that it counts once. What changes meanwhile shows by itself, but not while somebody writes.
import "./countdown.js";

const root = document.querySelector("[data-live]");
const sending = document.querySelector("[data-unsent]");
const shown = JSON.parse(root.dataset.shown);
const WAIT = 2000;
let busy = 0;

const writing = () => [...document.querySelectorAll("textarea")].some((area) => area.value.trim());

const pause = () => new Promise((resolve) => {
  const timer = setTimeout(resolve, WAIT);
  addEventListener("online", () => { clearTimeout(timer); resolve(); }, { once: true });
});

const send = async (form) => {
  const body = new URLSearchParams(new FormData(form));
  busy += 1;
  for (;;) {
    const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "text/html" } }).catch(() => undefined);
    if (answer && answer.status !== 503) {
      busy -= 1;
      sending.hidden = true;
      if (answer.redirected) return location.replace(answer.url);
      return form.submit(); // refused: the same key is answered the same, as a page of its own
    }
    sending.hidden = false;
    await pause();
  }
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!("retry" in form.dataset) || event.defaultPrevented) return;
  event.preventDefault();
  send(form);
});

document.addEventListener("live", ({ detail }) => {
  const changed = ["status", "incident", "revision"].some((name) => detail[name] !== shown[name]);
  if (changed && !busy && !writing()) location.replace(root.dataset.page);
});
