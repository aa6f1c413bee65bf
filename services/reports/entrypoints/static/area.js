// Drawing a rule's area on the map, corner by corner; the GeoJSON in the text field is what is sent, and may be pasted.
import { openMap } from "./map.js";

const field = document.querySelector("[data-area]");
const text = field.querySelector("textarea");
const drawing = field.querySelector("[data-drawing]");
const told = field.querySelector("[data-corners]");

let polygons = [];
let shapes;
let map;

// The polygons of a GeoJSON text as lists of [latitude, longitude], without the corner that closes each.
const read = (json) => {
  const rings = ({ type, features = [], geometry, geometries = [], coordinates = [] }) => ({
    FeatureCollection: () => features.flatMap(rings),
    Feature: () => rings(geometry),
    GeometryCollection: () => geometries.flatMap(rings),
    Polygon: () => [coordinates[0]],
    MultiPolygon: () => coordinates.map(([ring]) => ring),
  })[type]?.() ?? [];
  return rings(JSON.parse(json)).map((ring) => ring.slice(0, -1).map(([longitude, latitude]) => [latitude, longitude]));
};

const written = () => {
  const whole = polygons.filter((corners) => corners.length > 2);
  if (!whole.length) return "";
  const rings = whole.map((corners) => [[...corners, corners[0]].map(([latitude, longitude]) => [longitude, latitude])]);
  return JSON.stringify({ type: "MultiPolygon", coordinates: rings });
};

const rounded = ({ lat, lng }) => [Math.round(lat * 1e5) / 1e5, Math.round(lng * 1e5) / 1e5];

const show = () => {
  const { L } = window;
  shapes.clearLayers();
  polygons.forEach((corners) => {
    if (corners.length > 1) L.polygon(corners, { interactive: false, className: "map-area" }).addTo(shapes);
    corners.forEach((corner, nth) => {
      const icon = L.divIcon({ className: "map-corner", iconSize: [20, 20] });
      const marker = L.marker(corner, { icon, draggable: true, keyboard: false, alt: "" }).addTo(shapes);
      marker.on("dragend", () => { corners[nth] = rounded(marker.getLatLng()); changed(); });
      marker.on("click", () => { corners.splice(nth, 1); changed(); });
    });
  });
  told.textContent = told.dataset.words
    .replace("{corners}", polygons.flat().length)
    .replace("{polygons}", polygons.filter((corners) => corners.length).length);
};

const changed = () => {
  text.value = written();
  show();
};

const add = (place) => {
  if (!polygons.length) polygons.push([]);
  polygons.at(-1).push(rounded(place));
  changed();
};

const take = () => {
  try {
    polygons = text.value.trim() ? read(text.value) : [];
  } catch {
    return; // not yet whole, or none: the server says what is wrong
  }
  show();
  const all = polygons.flat();
  if (all.length) map.fitBounds(all, { padding: [20, 20] });
};

drawing.hidden = false;
try {
  map = await openMap(drawing.querySelector("[data-map]"));
  shapes = window.L.layerGroup().addTo(map);
  map.on("click", ({ latlng }) => add(latlng));
  field.querySelector("[data-middle]").addEventListener("click", () => add(map.getCenter()));
  field.querySelector("[data-next]").addEventListener("click", () => { if (polygons.at(-1)?.length) polygons.push([]); });
  field.querySelector("[data-clear]").addEventListener("click", () => { polygons = []; changed(); });
  text.addEventListener("change", take);
  take();
} catch {
  drawing.hidden = true; // without the map the text field does
}
