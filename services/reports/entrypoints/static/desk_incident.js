// One incident: what somebody else does shows by itself, but never takes away what is being written; and the priority
// that follows is shown while one chooses.
import "./keys.js";
import { count } from "./countdown.js";
import { openMap } from "./map.js";

const root = document.querySelector("[data-live]");
const changed = document.querySelector("[data-changed]");
let revision = Number(root.dataset.revision);

// In use: it holds the focus, or a form in it is unfolded.
const inUse = (section) => section.contains(document.activeElement) || Boolean(section.querySelector("details[open] form"));

const renew = async () => {
  const answer = await fetch(root.dataset.page, { headers: { accept: "text/html" } }).catch(() => undefined);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const here = [...document.querySelectorAll("[data-section]")];
  const there = new Map([...page.querySelectorAll("[data-section]")].map((node) => [node.dataset.section, node]));
  let left = here.length !== there.size;
  for (const section of here) {
    const other = there.get(section.dataset.section);
    if (!other || inUse(section)) left = true;
    else section.replaceChildren(...other.childNodes);
  }
  changed.hidden = !left;
  preview();
  count();
};

document.addEventListener("live", ({ detail }) => {
  if (detail.revision <= revision) return;
  revision = detail.revision;
  renew();
});

const preview = () => {
  const form = document.querySelector("[data-triage]");
  if (!form) return;
  const priorities = JSON.parse(form.dataset.priorities);
  const urgencies = JSON.parse(form.dataset.urgencies);
  form.querySelector("[data-preview]").hidden = true;
  const show = () => {
    const { category, severity, certainty, priority } = form.elements;
    const follows = priorities[urgencies[category.value]]?.[severity.value]?.[certainty.value];
    form.querySelector("[data-follows]").textContent = priority.value || follows || "";
  };
  form.addEventListener("change", show);
  show();
};
preview();

const frame = document.querySelector("[data-map-of-incident]");
if (frame) {
  frame.hidden = false;
  frame.addEventListener("toggle", async () => {
    const container = frame.querySelector("[data-map]");
    if (!frame.open || container.dataset.open) return;
    container.dataset.open = "yes";
    const map = await openMap(container);
    const icon = window.L.divIcon({ className: "map-incident priority priority-1", iconSize: [24, 24] });
    window.L.marker(map.getCenter(), { icon, interactive: false, keyboard: false, alt: "" }).addTo(map);
  });
}
