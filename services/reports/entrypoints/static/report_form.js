// Where it was: by the telephone's position or a pin on the map. And the emergency number, as soon as words call for it.
const form = document.querySelector("[data-report]");
const where = document.querySelector("[data-where]");
const [latitude, longitude, accuracy] = ["latitude", "longitude", "accuracy"].map((name) => where.querySelector(`[name=${name}]`));
const noted = where.querySelector("[data-noted]");
const words = where.querySelector("[data-noted-words]");
const forget = where.querySelector("[data-forget-place]");
where.querySelectorAll("[data-scripted]").forEach((part) => { part.hidden = false; });

const say = (text) => { noted.hidden = false; words.textContent = text; };

const note = (lat, lng, radius, text) => {
  latitude.value = lat.toFixed(6);
  longitude.value = lng.toFixed(6);
  accuracy.value = radius === null ? "" : Math.min(100000, Math.round(radius));
  forget.hidden = false;
  say(text);
  nearest(lat, lng);
};

forget.addEventListener("click", () => {
  [latitude, longitude, accuracy].forEach((field) => { field.value = ""; });
  noted.hidden = forget.hidden = true;
  where.querySelector("#place").focus();
});

// The position -------------------------------------------------------------------------------------------

where.querySelector("[data-locate]").addEventListener("click", ({ currentTarget: button }) => {
  say(where.dataset.looking);
  button.setAttribute("aria-disabled", "true");
  const done = () => button.removeAttribute("aria-disabled");
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    done();
    note(coords.latitude, coords.longitude, coords.accuracy, where.dataset.found.replace("{metres}", Math.ceil(coords.accuracy)));
    map?.then((shown) => shown.setView([coords.latitude, coords.longitude], 17));
  }, () => { done(); say(where.dataset.failed); }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 });
});

// The map ------------------------------------------------------------------------------------------------

let map;
const toggle = where.querySelector("[data-show-map]");
const frame = where.querySelector("[data-map-frame]");

const show = async () => {
  const { openMap } = await import(new URL("map.js", import.meta.url));
  const shown = await openMap(frame.querySelector("[data-map]"));
  if (latitude.value) shown.setView([Number(latitude.value), Number(longitude.value)], 17);
  return shown;
};

toggle?.addEventListener("click", () => {
  frame.hidden = !frame.hidden;
  toggle.setAttribute("aria-expanded", String(!frame.hidden));
  if (frame.hidden) return;
  map ??= show();
  map.catch(() => { map = undefined; frame.hidden = true; toggle.setAttribute("aria-expanded", "false"); say(where.dataset.noMap); });
});

where.querySelector("[data-pin]")?.addEventListener("click", async () => {
  const { lat, lng } = (await map).getCenter();
  note(lat, lng, null, where.dataset.pinned);
  frame.hidden = true;
  toggle.setAttribute("aria-expanded", "false");
  toggle.focus();
});

// The emergency ------------------------------------------------------------------------------------------

const emergency = document.querySelector("[data-emergency]");
const plain = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[^a-z0-9]+/g, " ");
const alarming = form.dataset.emergencyWords.split("|").filter(Boolean).map((phrase) => plain(phrase).trim());
const said = form.querySelector("#words");
const alarm = alarming.length ? new RegExp(`\\b(?:${alarming.join("|")})(?:nya|lah|kah|pun)?\\b`) : null;

// Once shown it stays: what comes and goes while one writes is not read.
said.addEventListener("input", () => { if (emergency.hidden && alarm?.test(plain(said.value))) emergency.hidden = false; });

const nearest = (lat, lng) => {
  const posts = [...document.querySelectorAll("[data-posts] > li")];
  const far = ({ dataset }) => Math.hypot(dataset.latitude - lat, (dataset.longitude - lng) * Math.cos((lat * Math.PI) / 180));
  const [first] = [...posts].sort((one, other) => far(one) - far(other));
  posts.forEach((post) => { post.hidden = post !== first; });
  document.querySelector("[data-posts-box]")?.setAttribute("open", "");
};
