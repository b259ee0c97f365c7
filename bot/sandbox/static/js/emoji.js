// The few signs that carry a state, drawn by the page where the machine has no colour emoji of its own.
import { el } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const disc = (colour) => [["circle", { cx: 12, cy: 12, r: 9, fill: colour }]];
const stroke = (d, colour, width = 2.6) => ["path", { d, fill: "none", stroke: colour, "stroke-width": width, "stroke-linecap": "round", "stroke-linejoin": "round" }];
const solid = (d, colour) => ["path", { d, fill: colour }];
const GOLD = "#f2b632";
const face = [["circle", { cx: 12, cy: 12, r: 10, fill: GOLD }], ["circle", { cx: 8.5, cy: 9.5, r: 1.4, fill: "#5b3d00" }], ["circle", { cx: 15.5, cy: 9.5, r: 1.4, fill: "#5b3d00" }]];
const thumb = solid("M3 10.500h3.500V21H3zM8 10.500 11.800 2.500c1.700.2 2.700 1.400 2.400 3.200L13.500 9.500H20c1.200 0 2 1 1.700 2.200l-1.900 7.600c-.3 1-1 1.700-2 1.700H8z", GOLD);

const DRAWINGS = {
  "🟢": disc("#2fa866"),
  "🟡": disc("#f0b429"),
  "🔴": disc("#dd4b45"),
  "🔵": disc("#3b82c4"),
  "⚪": disc("#c9d2cd"),
  "✅": [["rect", { x: 2.5, y: 2.5, width: 19, height: 19, rx: 4.5, fill: "#2fa866" }], stroke("M7 12.500l3.500 3.500L17 8.500", "#fff")],
  "❌": [stroke("M5 5l14 14M19 5 5 19", "#dd4b45", 4)],
  "⏳": [solid("M6 2.500h12v3.500L13.500 12 18 18v3.500H6V18l4.500-6L6 6z", "#9db8c9"), solid("M8 6.500h8l-4 5zM8 20.500l4-4.500 4 4.500z", "#d99a2b")],
  "⚠": [solid("M12 2.500 22.500 21h-21z", GOLD), stroke("M12 9v5.500M12 17.800v.1", "#5b3d00", 2.2)],
  "👍": [thumb],
  "👎": [["g", { transform: "rotate(180 12 12)" }, [thumb]]],
  "😀": [...face, solid("M6.500 13h11c0 3.300-2.400 5.500-5.500 5.500S6.500 16.300 6.500 13z", "#5b3d00")],
  "🤔": [...face, stroke("M9 16.500c1.800-1.200 4-1.200 6-.3M7 6.500l3-.8", "#5b3d00", 1.6)],
  "🙂": [...face, stroke("M7.500 14.500c1 1.700 2.600 2.600 4.500 2.600s3.500-.9 4.500-2.600", "#5b3d00", 1.6)],
  "📈": [["rect", { x: 2, y: 3, width: 20, height: 18, rx: 3, fill: "#dfe8e4" }], stroke("M5 17l4-5 4 2.500 6-8", "#dd4b45", 2.2)],
  "❤": [solid("M12 21C5 15.500 2.500 12 2.500 8.300 2.500 5.400 4.700 3.500 7.200 3.500c2 0 3.700 1.100 4.800 3 1.100-1.900 2.800-3 4.800-3 2.500 0 4.700 1.900 4.700 4.800 0 3.700-2.500 7.200-9.500 12.700z", "#dd4b45")],
};
const PATTERN = new RegExp(`(?:${Object.keys(DRAWINGS).join("|")})\\uFE0F?`, "gu");

let native;

// Does the machine paint a red disc in red?
function machineDraws() {
  if (native !== undefined) return native;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 24;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.font = "18px sans-serif";
  pen.fillText("🔴", 0, 19);
  const { data } = pen.getImageData(0, 0, 24, 24);
  native = false;
  for (let at = 0; at < data.length; at += 4) if (data[at] > data[at + 1] + 60 && data[at + 3] > 100) native = true;
  return native;
}

function shape([tag, attributes, inside = []]) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inside.map(shape));
  return made;
}

function drawing(sign) {
  const svg = shape(["svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, DRAWINGS[sign.replace("\uFE0F", "")]]);
  return el("span", { class: "emoji-drawn" }, svg, el("span", { class: "unseen" }, sign));
}

// Text as nodes, with the known signs drawn where that is needed; copied text keeps the signs.
export function drawn(text) {
  if (machineDraws()) return document.createTextNode(text);
  const holder = document.createDocumentFragment();
  let at = 0;
  for (const match of text.matchAll(PATTERN)) {
    holder.append(text.slice(at, match.index), drawing(match[0]));
    at = match.index + match[0].length;
  }
  holder.append(text.slice(at));
  return holder;
}
