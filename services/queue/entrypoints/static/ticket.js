// A phone in a pocket says that it is your turn.
import { allowSound, knock } from "./knock.js";

const root = document.querySelector("[data-live]");
let before = root.dataset.state;

addEventListener("pointerdown", allowSound, { once: true });
const closing = root.querySelector("[data-closing]"); // said where the line was closed while this person waits
document.addEventListener("live", ({ detail }) => {
  if ("closing" in detail) closing.hidden = !detail.closing;
  if (detail.state === before) return;
  before = detail.state;
  if (before !== "called") return;
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([400, 200, 400, 200, 800]); // else it is blocked
  knock();
});
