// What is left of running clocks: [data-due=MOMENT] says so in the words of its data-left, or data-late once it is over.
const unit = (name) => new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: name, unitDisplay: "short" });
const [SECOND, MINUTE, HOUR, DAY] = ["second", "minute", "hour", "day"].map(unit);

const written = (seconds) => {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return SECOND.format(seconds);
  if (minutes < 100) return MINUTE.format(minutes);
  const hours = Math.round(minutes / 60);
  return hours < 72 ? HOUR.format(hours) : DAY.format(Math.round(hours / 24));
};

export const count = () => document.querySelectorAll("[data-due]").forEach((node) => {
  if (!node.dataset.due) return;
  const left = Math.round((new Date(node.dataset.due) - Date.now()) / 1000);
  const words = (left > 0 ? node.dataset.left : node.dataset.late).replace("{time}", written(Math.abs(left)));
  if (node.textContent !== words) node.textContent = words;
  node.classList.toggle("due-late", left <= 0);
  node.classList.toggle("due-soon", left > 0 && left <= 120);
});

count();
setInterval(count, 1000);
