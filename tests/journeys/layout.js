// Evaluated in a page: a list of what is wrong with where things stand, in words. See looks.py.
() => {
  const faults = [];
  const frames = ".card, .slip, .button, .badge, .notice, .field input, .board-calls > li";
  const primary = ".button, .field input:not([type=checkbox], [type=radio]), .field select, .choice, summary, .languages > [lang]";
  const links = "nav a, .link-button"; // as high, but as narrow as their word
  const root = document.documentElement;
  const quote = (text) => `“${text.replace(/\s+/g, " ").trim().slice(0, 40)}”`;
  const shown = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  // What is there for ears only, or comes into sight when it is focused.
  const unseen = (element) => element.closest(".visually-hidden, .skip, template, noscript, script, style");

  if (root.scrollWidth > root.clientWidth) faults.push(`scrolls sideways: ${root.scrollWidth} px in ${root.clientWidth}`);

  const lines = []; // every line of text that can be seen
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const element = node.parentElement;
    if (!node.textContent.trim() || unseen(element) || !shown(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width <= 1 || box.height <= 1) continue;
      const letters = { top: box.top + box.height / 5, bottom: box.bottom - box.height / 5 }; // a line is taller than they are
      lines.push({ node, element, box, letters, text: quote(node.textContent) });
    }
  }

  for (const { element, box, letters, text } of lines) {
    const scroller = element.closest(".table-scroll");
    if (scroller) continue; // may be wider than the screen, and says so
    if (box.left < 0 || box.right > root.clientWidth + 1) faults.push(`${text} leaves the screen`);
    const frame = element.closest(frames);
    const edge = frame?.getBoundingClientRect();
    if (edge && (box.left < edge.left + 4 || box.right > edge.right - 4)) faults.push(`${text} touches its frame ${frame.className}`);
    if (edge && (letters.top < edge.top || letters.bottom > edge.bottom)) faults.push(`${text} leaves its frame ${frame.className}`);
    for (let outer = element; outer && outer !== document.body; outer = outer.parentElement) {
      const style = getComputedStyle(outer);
      if (style.overflowX === "visible" && style.overflowY === "visible") continue;
      const cut = outer.getBoundingClientRect();
      if (box.right > cut.right + 1 || box.left < cut.left - 1 || letters.bottom > cut.bottom || letters.top < cut.top) {
        faults.push(`${text} is cut off by ${outer.className || outer.tagName}`);
      }
    }
  }

  const floats = (element) => element.closest(".offline");
  for (let i = 0; i < lines.length; i += 1) {
    for (let j = i + 1; j < lines.length; j += 1) {
      const [one, other] = [lines[i], lines[j]];
      if (one.node === other.node || floats(one.element) || floats(other.element)) continue;
      const wide = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const high = Math.min(one.letters.bottom, other.letters.bottom) - Math.max(one.letters.top, other.letters.top);
      if (wide > 2 && high > 1) faults.push(`${one.text} lies over ${other.text}`);
    }
  }

  document.querySelectorAll(`${primary}, ${links}`).forEach((element) => {
    if (unseen(element) || !shown(element)) return;
    const { width, height } = element.getBoundingClientRect();
    if (height < 43.9 || width < (element.matches(links) ? 23.9 : 43.9)) faults.push(`${quote(element.textContent || element.name)} is ${Math.round(width)}×${Math.round(height)} px, too small for a thumb`);
  });

  const pen = document.createElement("canvas").getContext("2d");
  const enlarged = parseFloat(getComputedStyle(root).fontSize) > 24; // an example may be cut off then, its field not
  const cross = 20; // by which what is searched for is cleared
  document.querySelectorAll(enlarged ? "none" : "input[placeholder]").forEach((input) => {
    if (!shown(input)) return;
    const { font, paddingLeft, paddingRight } = getComputedStyle(input);
    pen.font = font;
    const room = input.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight) - (input.type === "search" ? cross : 0);
    if (pen.measureText(input.placeholder).width > room) faults.push(`${quote(input.placeholder)} is cut off by its field`);
  });
  return [...new Set(faults)];
}
