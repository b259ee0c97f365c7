// Building elements. Text always becomes text nodes; nothing here parses markup from people or from the bot.
const SVG = "http://www.w3.org/2000/svg";

export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name === "test") element.dataset.testid = value;
    else if (value === true) element.setAttribute(name, "");
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const ICONS = {
  send: "M3.500 20.500 21 12 3.500 3.500v6.700L15 12 3.500 13.800z",
  plus: "M12 5v14M5 12h14",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8.500 14.500c.9 1.300 2.100 2 3.500 2s2.600-.7 3.500-2M9 9.500v.5M15 9.500v.5",
  menu: "M4 7h16M4 12h16M4 17h10",
  keyboard: "M3.500 6.500h17v11h-17zM7 10h.1M10.300 10h.1M13.700 10h.1M17 10h.1M8 14h8",
  dots: "M6 12h.1M12 12h.1M18 12h.1",
  close: "M6 6l12 12M18 6 6 18",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.500 9h.1",
  card: "M3.500 5.500h17v13h-17zM8.500 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM5.500 16c.5-1.500 1.600-2.300 3-2.300s2.500.8 3 2.300M14.500 10h3.500M14.500 13.500h3.500",
  pin: "M12 21s6.500-6 6.500-11a6.500 6.500 0 1 0-13 0c0 5 6.500 11 6.500 11ZM12 12.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5Z",
  mic: "M12 15a3.500 3.500 0 0 0 3.500-3.500v-5a3.500 3.500 0 0 0-7 0v5A3.500 3.500 0 0 0 12 15ZM5.500 11.500a6.500 6.500 0 0 0 13 0M12 18v3",
  lock: "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3",
  moon: "M20 14.500A8.500 8.500 0 0 1 9.500 4 8.500 8.500 0 1 0 20 14.500Z",
  log: "M5 5h14M5 10h9M5 15h14M5 20h7",
  reset: "M4.500 12a7.500 7.500 0 1 0 2.300-5.400M4 4v4.500h4.500",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3.500 2",
  down: "M6 9.500l6 6 6-6",
  check: "M5 12.500l4.500 4.500L19 7.500",
};

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon", `icon-${name}`);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

export function iconButton(name, label, test, onclick, extra = {}) {
  return el("button", { type: "button", class: "round", "aria-label": label, title: label, test, onclick, ...extra }, icon(name));
}

const COLOURS = ["#3d7ea6", "#b5654a", "#5b7f4b", "#8a5a9e", "#b0832f", "#2f8f83", "#a6556f", "#5666a8", "#7a6a58", "#4b8a63"];

// A calm colour of one's own (by the sum of the id's digits, so that 101, 201, 301 differ), and the name's first character.
export function avatar(person) {
  const face = el("span", { class: "avatar", "aria-hidden": "true" }, [...person.name][0] ?? "·");
  face.style.setProperty("--own", COLOURS[[...String(person.id)].reduce((sum, digit) => sum + Number(digit), 0) % COLOURS.length]);
  return face;
}

export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
