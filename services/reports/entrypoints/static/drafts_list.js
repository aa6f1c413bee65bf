// Shows what waits in this browser, sends it as soon as there is a line, and erases it where its owner wishes.
const box = document.querySelector("[data-drafts]");
const list = box.querySelector("[data-drafts-list]");
const template = list.querySelector("template");
const none = box.querySelector("[data-none]");
const told = box.querySelector("[data-drafts-told]");
const alone = !box.hidden;
const FIRST_WAIT = 2000, LONGEST_WAIT = 60000;
let wait = FIRST_WAIT, timer, sending = false;

const part = (row, name) => row.querySelector(`[data-of=${name}]`);
const TONES = { waiting: "badge-warn", sending: "badge-info", sent: "badge-good", refused: "badge-danger" };

const row = (draft) => {
  const shown = template.content.cloneNode(true).firstElementChild;
  const state = draft.state === "waiting" && sending ? "sending" : draft.state;
  shown.dataset.key = draft.key;
  shown.dataset.state = draft.state;
  part(shown, "name").textContent = draft.number ? `${draft.name} · ${draft.number}` : draft.name;
  part(shown, "state").textContent = box.dataset[state];
  part(shown, "state").classList.add(TONES[state]);
  part(shown, "when").textContent = new Date(draft.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  if (draft.said) Object.assign(part(shown, "said"), { textContent: draft.said, hidden: false });
  if (draft.state === "refused") {
    const correct = part(shown, "correct");
    correct.hidden = false;
    correct.href = `/reports/offices/${encodeURIComponent(draft.body.office)}/offline?draft=${encodeURIComponent(draft.key)}`;
  }
  if (draft.state === "sent") {
    part(shown, "sent").hidden = false;
    part(shown, "link").href = draft.link;
    part(shown, "code").textContent = draft.code;
  }
  shown.querySelector("[data-act=send]").hidden = draft.state !== "waiting";
  return shown;
};

const show = async () => {
  const found = await drafts.all();
  const focused = document.activeElement?.closest?.("[data-key]")?.dataset.key;
  list.replaceChildren(template, ...found.map(row));
  list.querySelector(`[data-key="${focused}"] button:not([hidden])`)?.focus();
  box.hidden = !alone && !found.length;
  none.hidden = Boolean(found.length);
  return found.filter(({ state }) => state === "waiting").length;
};

const send = async () => {
  clearTimeout(timer);
  if (sending || !(await show())) return;
  sending = true;
  await show();
  const left = await drafts.sendAll().finally(() => { sending = false; });
  await show();
  if (!left) told.textContent = box.dataset.sent;
  wait = left ? Math.min(wait * 2, LONGEST_WAIT) : FIRST_WAIT;
  if (left) timer = setTimeout(send, wait);
};

list.addEventListener("click", async ({ target }) => {
  const act = target.closest("[data-act]")?.dataset.act;
  if (act === "send") { wait = FIRST_WAIT; await send(); }
  if (act === "erase") { await drafts.erase(target.closest("[data-key]").dataset.key); await show(); }
});
drafts.channel.addEventListener("message", show);
addEventListener("online", () => { wait = FIRST_WAIT; send(); });
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") send(); });
document.addEventListener("draft", send);
send();
