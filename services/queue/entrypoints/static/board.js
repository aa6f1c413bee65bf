// The lobby board: a clock in the office's own time, a knock for each new call, the whole screen.
import { allowSound, knock } from "./knock.js";

const FRESH = 8000; // how long a new call is marked
const root = document.querySelector("[data-live]");
const sound = document.getElementById("sound");
const fullscreen = document.getElementById("fullscreen");
const clock = document.getElementById("clock");

// A call is new when its person or counter is, or when the same person is called once more.
const shown = root.querySelector("[data-live-list] > li");
let before = shown ? [...shown.children].map((node) => node.textContent).join(" ") : "";
let times, unmark;
document.addEventListener("live", ({ detail }) => {
  const latest = detail.calls[0];
  const call = latest ? `${latest.number} ${latest.counter}` : "";
  const isNew = call && (call !== before || latest.times > times);
  before = call;
  times = latest?.times;
  if (!isNew) return;
  knock();
  root.dataset.fresh = "";
  clearTimeout(unmark);
  unmark = setTimeout(() => delete root.dataset.fresh, FRESH);
});

sound.hidden = false;
sound.addEventListener("click", async () => {
  await allowSound();
  sound.setAttribute("aria-pressed", "true");
  knock();
});

if (document.fullscreenEnabled) {
  fullscreen.hidden = false;
  fullscreen.addEventListener("click", () => document.documentElement.requestFullscreen());
  document.addEventListener("fullscreenchange", () => { fullscreen.hidden = Boolean(document.fullscreenElement); });
}

const time = new Intl.DateTimeFormat(clock.dataset.language, { timeZone: clock.dataset.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const tick = () => { clock.textContent = time.format(new Date()); };
clock.hidden = false;
tick();
setInterval(tick, 1000);

// A screen on the wall must not go dark while the board is shown.
const stayAwake = () => {
  if (document.visibilityState === "visible") navigator.wakeLock?.request("screen").catch(() => {});
};
document.addEventListener("visibilitychange", stayAwake);
stayAwake();
