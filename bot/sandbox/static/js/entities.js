// Text and its marks become nodes. Offsets count UTF-16 units, as JavaScript strings do.
import { el } from "./dom.js";
import { drawn } from "./emoji.js";
import { word } from "./words.js";

const PLAIN = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote" };

const BLOCKS = new Set(["blockquote", "expandable_blockquote", "pre"]);

export function marked(text, entities, act) {
  const holder = document.createDocumentFragment();
  const inOrder = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  fill(holder, text, 0, text.length, inOrder, act);
  return holder;
}

function fill(parent, text, from, to, entities, act) {
  let at = from;
  while (entities.length && entities[0].offset < to) {
    const entity = entities.shift();
    const begin = Math.max(entity.offset, at);
    const end = Math.min(entity.offset + entity.length, to);
    if (end <= begin) continue;
    const block = BLOCKS.has(entity.type);
    parent.append(drawn(before(text.slice(at, begin), block)));
    const { outer, inner } = wrap(entity, text.slice(begin, end), act);
    fill(inner, text, begin, end, entities, act);
    parent.append(outer);
    at = block && text[end] === "\n" && end < to ? end + 1 : end;
  }
  parent.append(drawn(text.slice(at, to)));
}

// A block begins its own line, so the line break in front of it is not shown twice.
const before = (text, block) => (block && text.endsWith("\n") ? text.slice(0, -1) : text);

function wrap(entity, words, act) {
  if (entity.type === "expandable_blockquote") return foldable();
  const one = element(entity, words, act);
  return { outer: one, inner: one };
}

function element(entity, words, act) {
  if (PLAIN[entity.type]) return el(PLAIN[entity.type]);
  if (entity.type === "text_link") return link(entity.url, act);
  if (entity.type === "url") return link(words, act);
  if (entity.type === "bot_command") return el("button", { type: "button", class: "command", onclick: () => act.say(words) });
  if (entity.type === "spoiler") return spoiler();
  return el("span");
}

function link(address, act) {
  const safe = /^(https?|tel|mailto):/i.test(address);
  if (!safe) return el("span", { class: "link" });
  const open = (event) => {
    if (act.openLink(address)) event.preventDefault();
  };
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer", onclick: open });
}

function spoiler() {
  const reveal = (event) => {
    event.currentTarget.classList.add("seen");
    event.currentTarget.removeAttribute("aria-label");
  };
  return el("button", { type: "button", class: "spoiler", "aria-label": word("spoiler"), onclick: reveal });
}

// A quotation that opens and closes. Short ones show whole: the button appears only when something is hidden.
function foldable() {
  const inner = el("div", { class: "folded" });
  const button = el("button", { type: "button", class: "unfold", "aria-expanded": "false", test: "unfold" }, word("unfold"));
  button.addEventListener("click", () => {
    const open = inner.classList.toggle("open");
    button.setAttribute("aria-expanded", String(open));
    button.textContent = word(open ? "fold" : "unfold");
  });
  const outer = el("blockquote", { class: "expandable" }, inner, button);
  new ResizeObserver((_, observer) => {
    if (!inner.clientHeight) return;
    button.hidden = !inner.classList.contains("open") && inner.scrollHeight <= inner.clientHeight + 2;
    if (!outer.isConnected) observer.disconnect();
  }).observe(inner);
  return { outer, inner };
}
