// The kept form: shows the questions of the chosen kind, and keeps what is written as a draft.
const form = document.querySelector("[data-offline-form]");
const kind = form.querySelector("#category");
const missing = form.querySelector("[data-missing]");

const choose = () => {
  form.querySelectorAll("[data-category]").forEach((part) => { part.hidden = part.dataset.category !== kind.value; });
  if ("urgent" in kind.selectedOptions[0].dataset) document.querySelector("[data-emergency]").hidden = false;
};

// Shown in the place of a kind's own page, it begins with that kind.
const asked = /\/report\/([^/]+)$/.exec(location.pathname)?.[1];
if (asked && [...kind.options].some(({ value }) => value === asked)) kind.value = asked;
kind.addEventListener("change", choose);
choose();

const complete = (told) => {
  const answered = new Set(told.answers.map(({ question }) => `${told.category}.answer.${question}`));
  const own = [...form.querySelectorAll(`[data-category="${told.category}"] :is([data-needed], [required])`)];
  const needed = own.every(({ dataset, name }) => answered.has(dataset.needed ?? name));
  return told.words && (told.place.words || "latitude" in told.place) && needed;
};

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  event.stopImmediatePropagation();
  const told = drafts.body(new FormData(form), form.dataset.office, kind.value, `${kind.value}.`);
  missing.hidden = Boolean(complete(told));
  if (!missing.hidden) {
    form.querySelector("#words").focus();
    return;
  }
  const name = kind.selectedOptions[0].textContent;
  if (form.dataset.draft) {
    await drafts.correct(form.dataset.draft, name, told);
    location.assign("/reports/drafts"); // which sends it
    return;
  }
  await drafts.add(crypto.randomUUID(), name, told);
  form.reset();
  choose();
  document.dispatchEvent(new Event("draft"));
  document.querySelector("[data-drafts]").scrollIntoView();
  (await navigator.serviceWorker?.ready)?.sync?.register("reports-send").catch(() => {});
}, true);
