// Prints the strip of paper that the page holds: by a button, or at once where a kiosk has given out a ticket.
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});
if (document.querySelector("[data-print-now]")) addEventListener("load", () => print());
