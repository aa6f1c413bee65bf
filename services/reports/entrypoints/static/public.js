// Draws the areas of the public feed on a map. Without it the list says the same.
//   [data-public-map]   hidden until there is a map; data-feed is a GeoJSON feed
import { openMap } from "./map.js";

const everything = async (address) => {
  const features = [];
  for (let next = new URL(address, location); next;) {
    const answer = await fetch(next);
    if (!answer.ok) break;
    features.push(...(await answer.json()).features);
    const link = /<([^>]*)>; rel="next"/.exec(answer.headers.get("link") ?? "");
    next = link && new URL(link[1], next);
  }
  return features;
};

const byArea = (features) => {
  const areas = new Map();
  for (const { geometry, properties } of features) {
    if (!geometry) continue;
    const [[west, south], , [east, north]] = geometry.coordinates[0];
    const key = [south, west, north, east].join();
    const area = areas.get(key) ?? { bounds: [[south, west], [north, east]], kinds: new Map() };
    area.kinds.set(properties.category_name, (area.kinds.get(properties.category_name) ?? 0) + 1);
    areas.set(key, area);
  }
  return [...areas.values()].sort((one, other) => size(other) - size(one)); // smaller ones on top
};

const size = ({ bounds: [[south], [north]] }) => north - south;

const words = ({ kinds }) => {
  const list = document.createElement("ul");
  list.className = "plain-list";
  for (const [name, count] of kinds) {
    const line = document.createElement("li");
    line.textContent = `${name}: ${count}`;
    list.append(line);
  }
  return list;
};

const section = document.querySelector("[data-public-map]");
if (section) {
  const features = await everything(section.dataset.feed);
  const areas = byArea(features);
  if (areas.length) {
    section.hidden = false;
    const map = await openMap(section.querySelector("[data-map]"));
    const shown = areas.map((area) => window.L.rectangle(area.bounds, { className: "public-area" })
      .bindTooltip(words(area), { className: "map-name" }).addTo(map));
    map.fitBounds(window.L.featureGroup(shown).getBounds(), { maxZoom: 14, padding: [16, 16] });
  }
}
