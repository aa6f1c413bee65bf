// An appointment's page is another one from the moment on at which checking in begins, or is late. A phone that
// slept over it is right again on waking.
const { changes, page } = document.querySelector("[data-changes]").dataset;
const anew = () => { if (Date.now() >= Date.parse(changes)) location.replace(page); };
const away = Date.parse(changes) - Date.now();
if (away > 0 && away < 2 ** 31) setTimeout(anew, away + 1000);
addEventListener("pageshow", ({ persisted }) => persisted && location.replace(page));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && away > 0) anew();
});
