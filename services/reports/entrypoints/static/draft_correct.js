// A report that was refused, in the kept form once more: what was said, and at each field why it was not taken.
//   ?draft=<key>    which one; offline_form.js puts what is written in its place
const form = document.querySelector("[data-offline-form]");
const asked = new URLSearchParams(location.search).get("draft");
const box = document.querySelector("[data-correcting]");

const named = (name) => [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
const put = (name, value) => named(name).forEach((field) => {
  if (field.type === "radio") field.checked = field.value === value;
  else field.value = value ?? "";
});

// As a field for day and time wants it, by this phone's clock.
const local = (moment) => {
  const at = new Date(moment);
  return new Date(at - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
};

const fill = ({ category, words, place, privacy, answers, contact, happened_at }) => {
  const kind = form.querySelector("#category");
  if ([...kind.options].some(({ value }) => value === category)) kind.value = category; // else the office takes it no more
  put("words", words);
  put("place", place.words);
  put("latitude", place.latitude);
  put("longitude", place.longitude);
  put("accuracy", place.accuracy_metres);
  put("when", "earlier");
  put("happened_at", local(happened_at));
  put("privacy", privacy);
  ["name", "phone", "email"].forEach((name) => put(name, contact[name]));
  answers.forEach(({ question, value }) => put(`${category}.answer.${question}`, value));
  kind.dispatchEvent(new Event("change"));
};

// The API's name of a field → the form's.
const nameOf = (field, { category, answers }) => {
  const [first, second] = field.split(".");
  if (first === "answers") return answers[second] ? `${category}.answer.${answers[second].question}` : "";
  if (first === "contact") return second ?? "phone";
  return first;
};

const complain = (name, message) => {
  const [field] = named(name);
  const place = field?.closest(".field");
  if (!place) return;
  const told = form.querySelector("[data-complaint]").content.cloneNode(true).firstElementChild;
  told.id = `${name}-error`;
  told.querySelector("span").textContent = message;
  place.append(told);
  named(name).forEach((one) => {
    one.setAttribute("aria-invalid", "true");
    one.setAttribute("aria-describedby", [one.getAttribute("aria-describedby"), told.id].filter(Boolean).join(" "));
  });
};

const correct = ({ key, body, said, errors = [], question }) => {
  form.dataset.draft = key;
  document.querySelector("h1").textContent = form.dataset.title;
  form.querySelector("button:not([type=button]) span").textContent = form.dataset.again;
  document.querySelector("[data-no-line]").hidden = true;
  box.hidden = false;
  box.querySelector("[data-said]").textContent = said;
  fill(body);
  errors.forEach(({ field, message }) => complain(nameOf(field, body), message));
  if (question) complain(`${body.category}.answer.${question}`, said);
  (form.querySelector("[aria-invalid=true]") ?? box).focus();
};

const draft = asked && (await drafts.all()).find(({ key }) => key === asked);
if (draft?.state === "refused" && draft.body.office === form.dataset.office) correct(draft);
