// A report's own page: copy, print, and what is being written survives when the page is loaded anew.
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});

const told = document.querySelector("[data-copy-told]");
document.querySelectorAll("[data-copy]").forEach((button) => {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    told.textContent = button.dataset.done;
    button.firstElementChild.textContent = button.dataset.done;
  });
});
