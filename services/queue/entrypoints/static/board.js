// The lobby board: a clock in the office's own time, calls that light up and are said aloud, the whole screen.
import { allowSound, announce, hush } from "./announcer.js";

const FRESH = 8000; // how long a new call is marked
const root = document.querySelector("[data-live]");
const sound = document.getElementById("sound");
const mute = document.getElementById("mute");
const fullscreen = document.getElementById("fullscreen");
const clock = document.getElementById("clock");

// Calls ---------------------------------------------------------------------------------------------------

const fresh = new Map(); // counter → until when its call is marked
const known = new Map(); // counter → when its latest call was, of those that were shown before
root.querySelectorAll("[data-desk]").forEach(({ dataset }) => known.set(dataset.desk, Date.parse(dataset.calledAt)));
let calls = [];

const light = () => {
  const now = performance.now();
  for (const [desk, until] of fresh) if (until <= now) fresh.delete(desk);
  const rows = root.querySelectorAll("[data-live-list=calls] > li");
  calls.forEach(({ desk }, index) => {
    if (rows[index]) rows[index].toggleAttribute("data-fresh", fresh.has(desk));
  });
  root.toggleAttribute("data-fresh", fresh.size > 0);
};

const flash = ({ desk }) => {
  fresh.set(desk, performance.now() + FRESH);
  light();
  setTimeout(light, FRESH + 50);
};

const stillTrue = (call) => calls.some(({ desk, called_at, here }) => desk === call.desk && called_at === call.called_at && here);

// A call is new when its moment is later than any that was shown of its counter: also when the same person is
// called once more, and not when a call is taken back.
document.addEventListener("live", ({ detail }) => {
  calls = detail.calls;
  const at = (call) => Date.parse(call.called_at);
  const news = calls.filter((call) => at(call) > (known.get(call.desk) ?? 0));
  for (const call of calls) known.set(call.desk, Math.max(at(call), known.get(call.desk) ?? 0));
  light();
  for (const call of news.reverse()) {
    if (!call.here) continue;
    flash(call);
    announce(call, { stillTrue, begun: flash });
  }
});

// Sound ---------------------------------------------------------------------------------------------------

const SOUND_BY_ADDRESS = new URLSearchParams(location.search).get("sound") === "on"; // see the README
const hear = async (yes) => {
  if (yes) await allowSound();
  else await hush();
  sound.setAttribute("aria-pressed", String(yes));
  mute.hidden = yes;
};
sound.hidden = false;
mute.hidden = false;
sound.addEventListener("click", () => hear(sound.getAttribute("aria-pressed") !== "true"));
if (SOUND_BY_ADDRESS) hear(true);

// The screen ----------------------------------------------------------------------------------------------

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
