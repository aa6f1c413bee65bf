// A map by Leaflet: local tiles where an operator has some, else a plain grid with the office's posts and a scale.
//   [data-map]               the container; its words and places are data attributes, see map.html
//   openMap(container)       resolves to Leaflet's map; the 150 kB are fetched only now
let leaflet;

const script = (address) => new Promise((resolve, reject) => {
  const element = Object.assign(document.createElement("script"), { src: address, onload: resolve, onerror: reject });
  document.head.append(element);
});

const load = async (container) => {
  leaflet ??= script(container.dataset.leaflet);
  try {
    await leaflet;
  } catch (error) {
    leaflet = undefined; // the line may be back at the next try
    throw error;
  }
  return window.L;
};

// Leaflet's own tile layer empties pictures by a data: address, which our security policy forbids.
const ground = (L, tiles) => L.GridLayer.extend({
  createTile(coords, done) {
    const tile = document.createElement("div");
    tile.className = "map-tile";
    if (!tiles) {
      setTimeout(done, 0, null, tile);
      return tile;
    }
    const picture = Object.assign(document.createElement("img"), { alt: "", className: "map-picture" });
    picture.onload = () => done(null, tile);
    picture.onerror = () => { picture.remove(); done(null, tile); };
    picture.src = L.Util.template(tiles, coords);
    tile.append(picture);
    return tile;
  },
});

const addPosts = (L, map, posts) => posts.forEach(({ name, latitude, longitude }) => {
  const icon = L.divIcon({ className: "map-post", iconSize: [14, 14] });
  L.marker([latitude, longitude], { icon, interactive: false, keyboard: false, alt: "" })
    .bindTooltip(name, { permanent: true, direction: "right", className: "map-name" })
    .addTo(map);
});

export const openMap = async (container) => {
  const L = await load(container);
  const told = container.dataset;
  const map = L.map(container, {
    center: [Number(told.latitude), Number(told.longitude)],
    zoom: Number(told.zoom || 14),
    minZoom: 8,
    maxZoom: 19,
    zoomControl: false,
    attributionControl: false,
    fadeAnimation: false,
    zoomAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
  });
  L.control.zoom({ zoomInTitle: told.zoomIn, zoomOutTitle: told.zoomOut }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  if (told.attribution) L.control.attribution({ prefix: false }).addAttribution(escaped(told.attribution)).addTo(map);
  const native = told.tiles ? { minNativeZoom: Number(told.nearest || 0), maxNativeZoom: Number(told.farthest || 19) } : {};
  new (ground(L, told.tiles))({ tileSize: 256, ...native }).addTo(map);
  addPosts(L, map, JSON.parse(told.posts || "[]"));
  return map;
};

const escaped = (text) => {
  const element = document.createElement("span");
  element.textContent = text;
  return element.innerHTML;
};
