// Reports that wait in this browser, for pages and the service worker alike (so it is a plain script, not a module).
// A draft has the key of its form, which is its report's for good: however often it is sent, it counts once.
//   waiting   not sent yet, or nobody knows: the same is sent again
//   sent      taken in; of the report itself nothing is left here, but the way to its page
//   refused   the answer was no, and it says why: of which field, where it is about one. It can be corrected
(() => {
  const API = "/reports/api/v1";
  const channel = new BroadcastChannel("reports-drafts");

  const opened = () => new Promise((resolve, reject) => {
    const asked = indexedDB.open("reports", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("drafts", { keyPath: "key" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

  const within = async (mode, act) => {
    const database = await opened();
    try {
      const transaction = database.transaction("drafts", mode);
      const asked = act(transaction.objectStore("drafts"));
      return await new Promise((resolve, reject) => {
        transaction.oncomplete = () => resolve(asked.result);
        transaction.onerror = transaction.onabort = () => reject(transaction.error);
      });
    } finally {
      database.close();
    }
  };

  const all = async () => (await within("readonly", (drafts) => drafts.getAll())).sort((one, other) => one.at - other.at);
  const keep = async (draft) => { await within("readwrite", (drafts) => drafts.put(draft)); channel.postMessage("changed"); };
  const erase = async (key) => { await within("readwrite", (drafts) => drafts.delete(key)); channel.postMessage("changed"); };

  // What a form says, as the API wants it. Just now is when it was written, not when it will be sent.
  const body = (form, office, category, prefix = "") => {
    const said = (name) => String(form.get(name) ?? "").trim();
    const answers = [...form.entries()]
      .filter(([name, value]) => name.startsWith(`${prefix}answer.`) && String(value).trim())
      .map(([name, value]) => ({ question: name.slice(`${prefix}answer.`.length), value: String(value).trim() }));
    const place = { words: said("place").slice(0, 300) };
    if (said("latitude") && said("longitude")) {
      Object.assign(place, { latitude: Number(said("latitude")), longitude: Number(said("longitude")) });
      if (said("accuracy")) place.accuracy_metres = Number(said("accuracy"));
    }
    const earlier = said("when") === "earlier" && said("happened_at");
    const privacy = said("privacy") || "confidential";
    const contact = privacy === "anonymous" ? {} : { name: said("name"), phone: said("phone") || null, email: said("email") };
    const happened_at = (earlier ? new Date(earlier) : new Date()).toISOString();
    return { office, category, words: said("words"), place, privacy, answers, happened_at, contact };
  };

  const fresh = (key, name, told) => ({ key, name, body: told, state: "waiting", said: "", at: Date.now() });
  const add = (key, name, told) => keep(fresh(key, name, told));

  // Once, in whichever tab: the corrected one takes its place. It says something else, so it has a key of its own.
  const correct = async (key, name, told) => {
    const old = await within("readwrite", (drafts) => {
      const asked = drafts.get(key);
      asked.onsuccess = () => {
        if (asked.result?.state !== "refused") return;
        drafts.delete(key);
        drafts.put(fresh(crypto.randomUUID(), name, told));
      };
      return asked;
    });
    channel.postMessage("changed");
    return old?.state === "refused";
  };

  const taken = (draft, { number, code, link }) => keep({ key: draft.key, name: draft.name, at: draft.at, state: "sent", number, code, link });

  // It may have been taken in before: as the form itself, whose answer never came.
  const known = async (draft) => {
    const answer = await fetch(`${API}/commands/${draft.key}`, { headers: { Accept: "application/json" } });
    const { report } = answer.ok ? await answer.json() : {};
    return report ? taken(draft, report).then(() => true) : false;
  };

  const send = async (draft) => {
    if (await known(draft)) return;
    const answer = await fetch(`${API}/reports`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Idempotency-Key": draft.key, Accept: "application/json" },
      body: JSON.stringify(draft.body),
    });
    if (answer.status === 201) return taken(draft, await answer.json());
    if (answer.status < 400 || answer.status === 408 || answer.status === 429 || answer.status >= 500) return; // later, the same
    const problem = await answer.json().catch(() => ({}));
    if (problem.type?.endsWith(":idempotency-key-reused") && (await known(draft))) return;
    const said = [problem.title, problem.detail].filter(Boolean).join(". ");
    await keep({ ...draft, state: "refused", said, errors: problem.errors ?? [], question: problem.details?.question ?? "" });
  };

  // One sender at a time, in whatever tab or worker. Resolves to how many still wait.
  const sendAll = () => navigator.locks.request("reports-send", async () => {
    for (const draft of await all()) {
      if (draft.state !== "waiting") continue;
      try {
        await send(draft);
      } catch {
        break; // no line: so it is for all of them
      }
    }
    return (await all()).filter(({ state }) => state === "waiting").length;
  });

  self.drafts = { all, add, correct, keep, erase, body, sendAll, channel };
})();
