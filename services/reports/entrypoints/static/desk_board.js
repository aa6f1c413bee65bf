// The board: its rows follow each message without taking the focus out of anybody's hand, the map shows the same
// incidents, and a new report of priority 1 can be heard.
import { count } from "./countdown.js";
import { typing } from "./keys.js";
import { allowSound, knock } from "./knock.js";
import { openMap } from "./map.js";

const SOUND = "kentongan-desk-sound";
const root = document.querySelector("[data-live]");
const list = document.querySelector("[data-rows]");
const latest = document.querySelector("[data-latest]");
const blank = document.getElementById("board-row");
document.querySelectorAll("[data-scripted]").forEach((node) => { node.hidden = false; });

const write = (node, value) => {
  const text = value === null || value === undefined ? "" : String(value);
  if (node.textContent !== text) node.textContent = text;
};

const fill = (item, row) => {
  item.dataset.id = row.id;
  item.dataset.priority = row.priority;
  item.toggleAttribute("data-late", row.late);
  item.querySelectorAll("[data-of]").forEach((node) => write(node, row[node.dataset.of]));
  item.querySelectorAll("[data-if]").forEach((node) => { node.hidden = !row[node.dataset.if]; });
  item.querySelector("a").href = `/reports/desk/incidents/${encodeURIComponent(row.id)}`;
  item.querySelectorAll(".priority").forEach((node) => { node.className = `priority priority-${row.priority}`; });
  const state = item.querySelector('[data-of="state_words"]');
  if (state) state.className = row.state_kind ? `badge badge-${row.state_kind}` : "badge";
  const due = item.querySelector("[data-due]");
  if (due) due.dataset.due = row.due_at;
};

// Rows are moved only where their order has changed, and the one that holds the focus never: others move around it.
const order = (rows) => {
  const known = new Map([...list.children].map((item) => [item.dataset.id, item]));
  const items = rows.map((row) => {
    const item = known.get(row.id) ?? blank.content.firstElementChild.cloneNode(true);
    known.delete(row.id);
    fill(item, row);
    return item;
  });
  const held = list.contains(document.activeElement) ? document.activeElement.closest("li") : null;
  known.forEach((item) => item.remove());
  const at = items.indexOf(held);
  if (at < 0) {
    items.forEach((item, n) => { if (list.children[n] !== item) list.insertBefore(item, list.children[n] ?? null); });
    return;
  }
  items.slice(0, at).forEach((item) => list.insertBefore(item, held));
  list.append(...items.slice(at + 1));
};

const newest = (rows) => {
  const template = latest.querySelector("template");
  const held = latest.contains(document.activeElement);
  if (held) return;
  latest.replaceChildren(...rows.map((row) => {
    const item = template.content.firstElementChild.cloneNode(true);
    fill(item, row);
    return item;
  }), template);
};

// On the map ------------------------------------------------------------------------------------------------

const frame = document.querySelector("[data-map-of-board]");
let map, marks;
let shown = [];
const pin = () => {
  if (!map) return;
  marks.clearLayers();
  shown.filter((row) => row.latitude !== null).forEach((row) => {
    const mark = document.createElement("span");
    mark.textContent = row.priority;
    const icon = window.L.divIcon({ className: `priority priority-${row.priority} map-incident`, html: mark, iconSize: [28, 28] });
    window.L.marker([row.latitude, row.longitude], { icon, title: `${row.category} ${row.number}`, alt: `${row.category} ${row.number}` })
      .on("click", () => location.assign(`/reports/desk/incidents/${encodeURIComponent(row.id)}`))
      .addTo(marks);
  });
};
frame.addEventListener("toggle", async () => {
  if (!frame.open || map) return;
  map = await openMap(frame.querySelector("[data-map]"));
  marks = window.L.layerGroup().addTo(map);
  pin();
});

// Heard -----------------------------------------------------------------------------------------------------

const sound = document.querySelector("[data-sound]");
const told = document.querySelector("[data-told]");
let urgent;
const allow = async (yes) => {
  sound.setAttribute("aria-pressed", yes);
  localStorage.setItem(SOUND, yes ? "on" : "off");
  if (yes) await allowSound();
};
sound.addEventListener("click", async () => {
  await allow(sound.getAttribute("aria-pressed") !== "true");
  if (sound.getAttribute("aria-pressed") === "true") knock();
});
if (localStorage.getItem(SOUND) === "on") {
  sound.setAttribute("aria-pressed", "true");
  document.addEventListener("pointerdown", () => allow(sound.getAttribute("aria-pressed") === "true"), { once: true });
  document.addEventListener("keydown", () => allow(sound.getAttribute("aria-pressed") === "true"), { once: true });
}
const hear = (moment) => {
  if (urgent !== undefined && moment > urgent) {
    write(told, told.dataset.words);
    if (sound.getAttribute("aria-pressed") === "true") knock();
  }
  urgent = moment;
};

document.addEventListener("live", ({ detail }) => {
  order(detail.rows);
  newest(detail.latest);
  document.querySelectorAll('[data-bind="mine"]').forEach((node) => write(node, detail.charges[root.dataset.user] ?? 0));
  shown = detail.rows;
  count();
  pin();
  hear(detail.urgent);
});

// By keyboard: down and up the list.
document.addEventListener("keydown", (event) => {
  const step = { j: 1, k: -1 }[event.key];
  if (!step || typing(event)) return;
  const links = [...list.querySelectorAll("h3 a")];
  const at = links.indexOf(document.activeElement);
  const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step];
  next?.focus();
  if (next) event.preventDefault();
});
