// Evaluated in a page: whether the target has the focus, and what is wrong with where the focus is.
// WCAG 2.2: 2.4.7 Focus Visible and 2.4.11 Focus Not Obscured.
(target) => {
  const element = document.activeElement;
  const place = element.outerHTML.slice(0, 120);
  const ringed = (pseudo) => {
    const style = getComputedStyle(element, pseudo);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const fault = () => {
    if (element === document.body || element.tabIndex < 0) return ""; // where a page begins
    if (!ringed(null) && !ringed("::after")) return `the focus can't be seen: ${place}`;
    const box = element.getBoundingClientRect();
    if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) return `out of sight: ${place}`;
    const middle = Math.min(Math.max(box.top + box.height / 2, 1), innerHeight - 1);
    const above = document.elementFromPoint(box.left + box.width / 2, middle);
    if (!above || !(element.contains(above) || above.contains(element))) return `covered by ${above?.className}: ${place}`;
    return "";
  };
  return [element === target, fault()];
}
