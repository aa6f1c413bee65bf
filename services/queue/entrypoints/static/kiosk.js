// A kiosk goes back to its beginning when nobody has touched it for a while, and only when the server answers:
// a page of the browser's own, that says that there is no line, would be the end of it.
const { dataset } = document.querySelector("[data-return]");
const offline = document.querySelector("[data-offline]");
const quiet = Number(dataset.after) * 1000;
let leave;

const goBack = async () => {
  const there = await fetch(dataset.return, { cache: "no-store" }).then(({ ok }) => ok, () => false);
  if (there) return location.replace(dataset.return);
  offline.hidden = false;
  leave = setTimeout(goBack, 5000);
};
const touched = () => {
  clearTimeout(leave);
  leave = setTimeout(goBack, quiet);
};
["pointerdown", "keydown", "pageshow"].forEach((name) => addEventListener(name, touched));
touched();

const stayAwake = () => {
  if (document.visibilityState === "visible") navigator.wakeLock?.request("screen").catch(() => {});
};
document.addEventListener("visibilitychange", stayAwake);
stayAwake();
