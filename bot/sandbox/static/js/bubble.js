// One message as a bubble with its buttons.
import { el, icon, size } from "./dom.js";
import { drawn } from "./emoji.js";
import { marked } from "./entities.js";
import { lightbox } from "./overlay.js";
import { timeOfDay, word } from "./words.js";

export function bubble(message, act) {
  const side = message.bot ? "theirs" : "mine";
  const wide = message.photo || message.document ? " wide" : "";
  const row = el("article", { class: `row ${side}${wide}`, test: "message", "data-id": message.id, "data-from": message.bot ? "bot" : "person" });
  const body = el("div", { class: `bubble${message.protected ? " protected" : ""}${message.sticker ? " bare" : ""}` });
  if (message.reply) body.append(el("div", { class: "reply" }, message.reply));
  body.append(...parts(message));
  if (message.text) body.append(el("div", { class: "text" }, marked(message.text, message.entities, act), meta(message)));
  else body.append(meta(message));
  if (message.reaction) body.append(el("span", { class: "reaction", test: "reaction" }, drawn(message.reaction)));
  if (!message.bot && message.text) body.addEventListener("dblclick", () => act.edit(message));
  row.append(body);
  if (message.inline.length) row.append(keyboard(message, act));
  return row;
}

function parts(message) {
  const made = [];
  if (message.photo) made.push(photo(message.photo));
  if (message.document) made.push(document_(message.document));
  if (message.contact) made.push(plate("card", message.contact.first_name, message.contact.phone_number));
  if (message.location) made.push(plate("pin", word("location"), `${message.location.latitude}, ${message.location.longitude}`));
  if (message.voice) made.push(plate("mic", word("voice"), `${message.voice} ${word("seconds")}`));
  if (message.sticker) made.push(el("span", { class: "sticker", role: "img", "aria-label": `${word("stickerMessage")} ${message.sticker}` }, drawn(message.sticker)));
  return made;
}

function photo({ src, width, height }) {
  const image = el("img", { src, width, height, alt: "", loading: "lazy" });
  return el("button", { type: "button", class: "photo", "aria-label": word("enlarge"), test: "photo", onclick: () => lightbox(src) }, image);
}

function document_({ src, name, size: bytes }) {
  return el("a", { class: "plate", href: src, download: name, test: "document" },
    el("span", { class: "plate-icon" }, icon("file")),
    el("span", { class: "plate-words" }, el("b", {}, name), el("small", {}, size(bytes))));
}

function plate(symbol, title, note) {
  return el("div", { class: "plate" },
    el("span", { class: "plate-icon" }, icon(symbol)),
    el("span", { class: "plate-words" }, el("b", {}, title), el("small", {}, note)));
}

function meta(message) {
  const marks = el("span", { class: "meta" });
  if (message.protected) marks.append(el("span", { class: "lock", title: word("protected"), "aria-label": word("protected"), role: "img", test: "protected" }, icon("lock")));
  if (message.edited) marks.append(el("span", { test: "edited" }, word("edited")));
  marks.append(el("time", { datetime: new Date(message.at * 1000).toISOString() }, timeOfDay(message.at)));
  return marks;
}

function keyboard(message, act) {
  return el("div", { class: "inline" }, ...message.inline.map((buttons, row) =>
    el("div", { class: "inline-row" }, ...buttons.map((button, column) =>
      el("button", {
        type: "button",
        test: "inline",
        class: button.url ? "leads-out" : null,
        onclick: (event) => act.tap(message, row, column, button, event.currentTarget),
      }, drawn(button.text))))));
}
