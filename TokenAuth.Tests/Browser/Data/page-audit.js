// Run in the page by PageAudit, for what axe does not check. Colours are as the browser computed them.
const parse = text => {
  const match = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/.exec(text);
  if (!match) throw new Error(`not a colour that this audit can read: ${text}`);
  return { rgb: match.slice(1, 4).map(Number), alpha: match[4] === undefined ? 1 : Number(match[4]) };
};
const over = (top, under) => top.rgb.map((value, i) => value * top.alpha + under[i] * (1 - top.alpha));
const ground = element => {
  if (!element) throw new Error("the page has no ground of its own");
  const colour = parse(getComputedStyle(element).backgroundColor);
  return colour.alpha === 1 ? colour.rgb : over(colour, ground(element.parentElement));
};
const luminance = rgb => {
  const [r, g, b] = rgb.map(value => value / 255).map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ratio = (colour, behind) => {
  const [light, dark] = [luminance(over(parse(colour), behind)), luminance(behind)].sort((a, b) => b - a);
  return Math.round((light + 0.05) / (dark + 0.05) * 100) / 100;
};
const seen = element => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !element.closest(".unseen");
const plain = text => text.replace(/\s+/g, " ").trim();
const called = element => plain(element.labels?.[0]?.textContent ?? element.getAttribute("aria-label") ?? element.textContent);
const described = element => `<${element.tagName.toLowerCase()}${element.id ? " id=" + element.id : ""}> ${called(element).slice(0, 60)}`;
const fields = () => [...document.querySelectorAll("input:not([type=hidden]), select, textarea")].filter(seen);

function contrasts() {
  const found = [];
  for (const field of fields()) {
    found.push({ of: `what is typed into ${described(field)}`, ratio: ratio(getComputedStyle(field).color, ground(field)), least: 4.5 });
    if (field.type !== "checkbox")
      found.push({ of: `the edge of ${described(field)}`, ratio: ratio(getComputedStyle(field).borderTopColor, ground(field.parentElement)), least: 3 });
  }
  return found;
}

function overflow() {
  const width = document.documentElement.clientWidth;
  // What a person can scroll within the page may be wider than the page.
  const scrolls = element => element !== null && (getComputedStyle(element).overflowX === "auto" || scrolls(element.parentElement));
  const wide = [...document.body.querySelectorAll("*")].filter(element => seen(element) && !scrolls(element.parentElement) && element.getBoundingClientRect().right > width + 0.5).map(described);
  return document.scrollingElement.scrollWidth > width ? [`the page is ${document.scrollingElement.scrollWidth} wide`, ...wide] : wide;
}

function gaps() {
  const found = [];
  const expect = (good, gap) => { if (!good) found.push(gap); };
  expect(document.title.endsWith(" - TokenAuth") && document.title.length > 12, `the title is "${document.title}"`);
  const card = document.querySelector(".card") ?? document.querySelector(".sheet");
  expect(parse(getComputedStyle(card).backgroundColor).alpha === 1, "no card has a ground of its own");
  expect(document.querySelectorAll("h1").length === 1, `there are ${document.querySelectorAll("h1").length} h1`);
  expect(document.styleSheets.length >= 1 && document.styleSheets[0].cssRules.length > 20, "the style sheet is not there");
  const ids = [...document.querySelectorAll("[id]")].map(element => element.id);
  expect(new Set(ids).size === ids.length, `an id is there twice: ${ids}`);
  for (const element of document.querySelectorAll("button, a")) {
    const shown = plain(element.innerText ?? "");
    expect(!seen(element) || called(element).toLowerCase().includes(shown.toLowerCase()), `shows "${shown}", but is called "${called(element)}"`);
  }
  for (const button of document.querySelectorAll("button"))
    for (const text of [...button.childNodes].filter(node => node.nodeType === Node.TEXT_NODE && seen(button) && !/\s/.test(node.data.trim()))) {
      const range = document.createRange();
      range.selectNodeContents(text);
      expect(new Set([...range.getClientRects()].map(line => line.top)).size < 2, `broken in the middle of a word: ${described(button)}`);
    }
  for (const attribute of ["aria-describedby", "aria-labelledby"])
    for (const element of document.querySelectorAll(`[${attribute}]`))
      for (const id of element.getAttribute(attribute).split(/\s+/))
        expect(document.getElementById(id), `${attribute} of ${described(element)} names "${id}", which is not there`);
  for (const element of [...document.querySelectorAll("button"), ...fields()].filter(seen)) {
    const { width, height } = element.getBoundingClientRect();
    expect(width >= 24 && height >= 24, `${described(element)} is ${width} by ${height}: too small to touch`);
  }
  return found;
}

// Texts that the server took from its translations begin with a zero-width space and end with a soft hyphen. Playwright ignores
// both in the names of elements. Whatever else can be read must be data: names, addresses, codes, times. Afterwards the marks
// are gone, because lines can break at them. An element with a language of its own is a document in that language.
function untranslated(data) {
  data.sort((one, other) => other.length - one.length); // a name may be a part of another one
  const isData = text => !/\p{Letter}/u.test(data.reduce((rest, known) => rest.replaceAll(known, ""), text));
  const found = [];
  let depth = 0;
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { data: text, parentElement: parent } = texts.currentNode;
    texts.currentNode.data = text.replace(/[\u200b\u00ad]/g, "");
    let outside = "";
    for (const character of text) {
      if (character === "\u200b") depth++;
      else if (character === "\u00ad") depth--;
      else if (depth === 0) outside += character;
    }
    if (!isData(outside) && !parent.closest("time, code, script, [lang]:not(html)")) found.push(outside.trim());
  }
  if (depth !== 0) found.push(`the marks do not match: ${depth}`);
  for (const attribute of ["aria-label", "title", "placeholder", "alt", "data-label"])
    for (const element of document.querySelectorAll(`[${attribute}]`)) {
      if (element.closest("[lang]:not(html)")) continue;
      const text = element.getAttribute(attribute);
      if (!isData(text) && !/^\u200b.*\u00ad$/s.test(text)) found.push(`${attribute}: ${text}`);
      element.setAttribute(attribute, text.replace(/[\u200b\u00ad]/g, ""));
    }
  if (!document.querySelector("main [lang]") && !/^\u200b.*\u00ad - /s.test(document.title)) found.push(`title: ${document.title}`);
  return found;
}

function focus() {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  return {
    name: called(element),
    inView: box.width > 0 && box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth,
    outlineStyle: style.outlineStyle,
    outlineWidth: parseFloat(style.outlineWidth),
    outlineContrast: style.outlineStyle === "none" ? 0 : ratio(style.outlineColor, ground(element.parentElement)),
  };
}
