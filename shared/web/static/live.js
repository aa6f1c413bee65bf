// Keeps a page true while it is looked at. The server renders the page and sends, on every connection,
// first the whole state of the view and then each new one; so whatever was missed does not matter.
//   [data-live=URL]        the root; its data-state is set from `state`
//   [data-bind=NAME]       its text is set from NAME
//   [data-when="a b"]      is shown in the states a and b
//   [data-live-list=NAME]  one clone of its <template> for each entry of NAME, with [data-item=NAME] inside
//   [data-announce]        a live region, set from `announce`; emptied where there is nothing to announce any more
//   [data-offline]         is shown while the connection is lost
//   [data-offline-since]   says then when the server was last heard, in the zone of its data-zone
//   [data-page=URL]        on the root: where this page is had by GET; it may have been shown after a POST
//   [data-fixed=JSON]      on the root: a page whose forms depend on these values, so that it is loaded anew
//                          when a message brings others
// `title` sets the document's title. Each message is also a "live" event.
const root = document.querySelector("[data-live]");
const fixed = JSON.parse(root.dataset.fixed || "{}");
const SILENCE = 40000; // the server's heart beats every 15 s
const each = (selector, act) => document.querySelectorAll(selector).forEach(act);
let source, silence, retry, wait = 1000, last = 0, offline;

// Not in a rush, should page and stream ever disagree for good.
const anew = () => setTimeout(() => location.replace(root.dataset.page), performance.now() < 1000 ? 1000 : 0);

const write = (node, value) => {
  const text = value === null ? "" : String(value);
  if (node.textContent !== text) node.textContent = text;
};

const fill = (list, entries) => {
  const template = list.querySelector("template");
  const rows = entries.map((entry) => {
    const row = template.content.cloneNode(true);
    if (entry.state) row.firstElementChild.dataset.state = entry.state;
    row.querySelectorAll("[data-item]").forEach((node) => write(node, entry[node.dataset.item] ?? ""));
    return row;
  });
  list.replaceChildren(template, ...rows);
};

const show = (data) => {
  if (Object.keys(fixed).some((name) => name in data && data[name] !== fixed[name])) anew();
  if (data.state) {
    root.dataset.state = data.state;
    each("[data-when]", (node) => { node.hidden = !node.dataset.when.split(" ").includes(data.state); });
  }
  each("[data-bind]", (node) => { if (node.dataset.bind in data) write(node, data[node.dataset.bind]); });
  each("[data-live-list]", (list) => { if (data[list.dataset.liveList]) fill(list, data[list.dataset.liveList]); });
  each("[data-announce]", (node) => write(node, data.announce ?? ""));
  if (data.title) document.title = data.title;
  document.dispatchEvent(new CustomEvent("live", { detail: data }));
};

const clock = (timeZone) => {
  const form = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: timeZone || undefined };
  return new Intl.DateTimeFormat(document.documentElement.lang, form).format(last || performance.timeOrigin);
};

const mark = (yes) => {
  document.documentElement.dataset.line = yes ? "on" : "off";
  if (!yes) each("[data-offline-since]", (node) => write(node, clock(node.dataset.zone)));
  each("[data-offline]", (node) => { node.hidden = yes; });
};

const online = (yes) => {
  if (!yes) {
    offline ??= setTimeout(mark, 2500, false); // a short hiccup needs no alarm
    return;
  }
  clearTimeout(offline);
  offline = undefined;
  mark(true);
};

const heard = () => {
  last = Date.now();
  wait = 1000;
  online(true);
  clearTimeout(silence);
  silence = setTimeout(later, SILENCE);
};

const later = () => {
  source.close();
  online(false);
  clearTimeout(retry);
  retry = setTimeout(connect, wait * (0.5 + Math.random())); // not all phones at once
  wait = Math.min(wait * 2, 30000);
};

const connect = () => {
  clearTimeout(retry);
  clearTimeout(silence);
  if (source) source.close();
  source = new EventSource(root.dataset.live);
  silence = setTimeout(later, SILENCE);
  source.onmessage = (message) => { heard(); show(JSON.parse(message.data)); };
  source.addEventListener("beat", heard);
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) refused();
    later();
  };
};

// Not lost but refused: who has been signed out sees so at once. A server that is only busy is asked again.
const refused = async () => {
  const ask = new AbortController();
  const { status } = await fetch(root.dataset.live, { signal: ask.signal }).catch(() => ask);
  ask.abort();
  if ([401, 403, 404].includes(status)) anew();
};

// A phone that slept has a dead connection and does not know it.
const wake = () => {
  if (document.visibilityState === "visible" && Date.now() - last > 16000) connect();
};
document.addEventListener("visibilitychange", wake);
addEventListener("pageshow", (event) => { if (event.persisted) connect(); });
addEventListener("online", connect);
addEventListener("offline", later);
connect();
