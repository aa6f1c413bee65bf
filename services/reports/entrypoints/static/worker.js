// The service worker of /reports/: keeps what is needed to write a report without a line, and what could not be sent.
// SHELL, the addresses of scripts and styles, stands before this text; drafts.js has been read already.
const KEPT = "reports-pages";
const FORM = /^\/reports\/offices\/([^/]+)\/report\/([^/]+)$/;
const OFFICE = /^\/reports\/offices\/([^/]+)(\/report\/[^/]+|\/offline)?$/;
const WAITING = "/reports/drafts";

const refresh = async (pages) => {
  const cache = await caches.open(KEPT);
  await Promise.allSettled(pages.map(async (page) => {
    const answer = await fetch(page, { headers: { Accept: "text/html" }, cache: "no-store" });
    if (answer.ok && !answer.redirected) await cache.put(page, await whole(answer));
  }));
};

// Only once all of it is there: half a page, cut off with the line, would take the place of a whole one.
const whole = async (answer) => {
  const headers = new Headers(answer.headers);
  ["Content-Encoding", "Content-Length", "Set-Cookie", "Vary"].forEach((name) => headers.delete(name));
  return new Response(await answer.blob(), { status: answer.status, headers });
};

const renewShell = async () => {
  const cache = await caches.open(KEPT);
  const old = (await cache.keys()).filter(({ url }) => {
    const { pathname, search } = new URL(url);
    return pathname.startsWith("/reports/static/") && !SHELL.includes(pathname + search);
  });
  await cache.addAll(SHELL);
  await Promise.all(old.map((request) => cache.delete(request)));
};

addEventListener("install", (event) => { event.waitUntil(renewShell().then(() => skipWaiting())); });
addEventListener("activate", (event) => { event.waitUntil(clients.claim().then(() => refresh([WAITING]))); });
addEventListener("message", ({ data }) => { if (data?.keep) refresh([data.keep, WAITING]); });
addEventListener("sync", (event) => {
  if (event.tag !== "reports-send") return;
  event.waitUntil(drafts.sendAll().then((left) => { if (left) throw new Error("some still wait"); }));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, search, origin } = new URL(request.url);
  if (origin !== location.origin) return;
  if (SHELL.includes(pathname + search)) event.respondWith(kept(request));
  else if (request.mode !== "navigate") return;
  else if (request.method === "GET") event.respondWith(page(request, pathname));
  else if (request.method === "POST" && FORM.test(pathname)) event.respondWith(sent(request, pathname));
});

const kept = async (request) => (await caches.match(request)) ?? fetch(request);

const page = async (request, pathname) => {
  try {
    return await fetch(request);
  } catch (error) {
    const office = OFFICE.exec(pathname)?.[1];
    const instead = office && (await caches.match(`/reports/offices/${office}/offline`));
    const found = instead || (await caches.match(WAITING));
    if (!found) throw error;
    return found;
  }
};

// A form that does not get through becomes a draft. It may have got through and only its answer not: the key tells.
const sent = async (request, pathname) => {
  const copy = request.clone();
  try {
    const answer = await fetch(request);
    if (![502, 503, 504].includes(answer.status)) return answer;
  } catch { /* no line */ }
  const [, office, category] = FORM.exec(pathname);
  const form = await copy.formData();
  await drafts.add(form.get("idempotency_key"), form.get("kind_name") || category, drafts.body(form, office, category));
  await registration.sync?.register("reports-send").catch(() => {});
  return Response.redirect(WAITING, 303);
};
