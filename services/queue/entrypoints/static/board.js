// The lobby board: a clock in the office's own time, a knock for each new call, the whole screen.
import { allowSound, knock } from "./knock.js";

const FRESH = 8000; // how long a new call is marked
const root = document.querySelector("[data-live]");
const sound = document.getElementById("sound");
const fullscreen = document.getElementById("fullscreen");
const clock = document.getElementById("clock");

let before, unmark;
document.addEventListener("live", ({ detail }) => {
  const latest = JSON.stringify(detail.calls[0]);
  if (before !== undefined && latest && latest !== before) {
    knock();
    root.dataset.fresh = "";
    clearTimeout(unmark);
    unmark = setTimeout(() => delete root.dataset.fresh, FRESH);
  }
  before = latest ?? "";
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

const time = new Intl.DateTimeFormat(clock.dataset.language, { timeZone: clock.dataset.zone, hour: "2-digit", minute: "2-digit" });
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
