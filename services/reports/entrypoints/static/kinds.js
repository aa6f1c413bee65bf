// Finds a kind by its words while they are written. Without scripts the server finds them.
const list = document.querySelector("[data-kinds]");
const found = document.querySelector("[data-found]");
const input = document.querySelector("#q");
const plain = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
const kinds = [...list.children].map((item) => ({ item, words: plain(item.dataset.words) }));

const look = () => {
  const wish = plain(input.value).split(/\s+/).filter(Boolean);
  const fitting = kinds.filter(({ words }) => wish.every((word) => words.includes(word)));
  // Where nothing fits all of them are shown: somebody in a hurry is not to be left with an empty page.
  const shown = fitting.length ? fitting : kinds;
  kinds.forEach((kind) => { kind.item.hidden = !shown.includes(kind); });
  const told = list.dataset;
  found.textContent = !wish.length ? "" : !fitting.length ? told.nothing
    : fitting.length === 1 ? told.one : told.many.replace("{n}", fitting.length);
};

// Not where the server has left some out already.
if (!input.value) input.addEventListener("input", look);
