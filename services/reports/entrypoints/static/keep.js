// Has the service worker keep the office's page for when there is no line.
const keep = async () => {
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage({ keep: document.querySelector("[data-keep]").dataset.keep });
};

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/reports/worker.js", { scope: "/reports/" }).then(keep).catch(() => {});
}
