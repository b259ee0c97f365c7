// Writing, sending, the keyboard the bot offers, attachments and the command menu.
import * as api from "./api.js";
import { CommandMenu } from "./commands.js";
import { el, icon, iconButton } from "./dom.js";
import { drawn } from "./emoji.js";
import { sheet } from "./overlay.js";
import { store } from "./store.js";
import { word } from "./words.js";

const STICKERS = ["👍", "👎", "😀", "🙂", "🤔", "❤️", "✅", "❌", "⏳", "⚠️", "📈", "🟢"];
const drafts = new Map();

export class Composer {
  constructor(id, column) {
    this.id = id;
    this.column = column;
    this.editing = null;
    this.folded = false;
    this.build();
    this.menu = new CommandMenu(this);
    this.root.prepend(this.menu.root);
    this.refresh();
  }

  get person() {
    return store.people.get(this.id);
  }

  build() {
    this.input = el("textarea", { rows: "1", test: "composer", autocomplete: "off", enterkeyhint: "send", maxlength: "16000" });
    this.input.value = drafts.get(this.id) ?? "";
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("paste", (event) => this.pasted(event));
    this.menuButton = iconButton("menu", word("menu"), "commands", () => this.menu.toggle());
    this.keyboardButton = iconButton("keyboard", word("keyboard"), "keyboard-toggle", () => this.foldKeyboard(), { hidden: true });
    this.stickerButton = iconButton("smile", word("sticker"), "sticker", () => this.openTray("stickers"));
    this.moreButton = iconButton("plus", word("attach"), "attach", () => this.openTray("more"));
    this.sendButton = iconButton("send", word("send"), "send", () => this.send());
    this.sendButton.classList.add("send");
    this.editBar = el("div", { class: "edit-bar", hidden: true }, el("span", {}, word("editing")),
      iconButton("close", word("cancel"), "edit-cancel", () => this.endEdit()));
    this.keyboard = el("div", { class: "reply-keyboard", test: "reply-keyboard", hidden: true });
    this.tray = el("div", { class: "tray", hidden: true });
    const line = el("div", { class: "line" }, this.menuButton,
      el("div", { class: "field" }, this.input, this.keyboardButton, this.stickerButton), this.moreButton, this.sendButton);
    this.root = el("footer", { class: "composer" }, this.editBar, line, this.keyboard, this.tray);
    this.root.addEventListener("focusout", ({ relatedTarget }) => this.root.contains(relatedTarget) || this.menu.close());
  }

  refresh() {
    const person = this.person;
    if (!person) return;
    const offered = person.keyboard?.keyboard ?? [];
    const hint = person.keyboard?.input_field_placeholder || word("write");
    this.input.placeholder = hint;
    this.input.setAttribute("aria-label", `${person.name}: ${hint}`);
    this.menuButton.hidden = !person.commands.length;
    this.keyboardButton.hidden = !offered.length;
    const drawn = JSON.stringify(person.keyboard);
    if (drawn !== this.drawn) {
      this.drawn = drawn;
      this.folded = false;
      this.keyboard.replaceChildren(...offered.map((row) => el("div", { class: "keys" }, ...row.map((key) => this.key_(key)))));
    }
    this.keyboard.hidden = !offered.length || this.folded;
    this.changed();
  }

  key_(key) {
    const press = () => (key.request_contact ? this.askContact() : key.request_location ? this.act(api.sendLocation(this.id)) : this.column.say(key.text));
    return el("button", { type: "button", test: "reply-key", onclick: press }, key.request_contact ? icon("card") : null, drawn(key.text));
  }

  async askContact() {
    const answer = await sheet(this.column.root, word("shareAsk"), [
      { label: word("share"), value: "yes" },
      { label: word("cancel"), value: "no", plain: true },
    ], "share-contact");
    if (answer === "yes") this.act(api.shareContact(this.id, true));
  }

  foldKeyboard() {
    this.folded = !this.folded;
    this.keyboard.hidden = this.folded;
  }

  changed() {
    const { input } = this;
    if (!this.editing) drafts.set(this.id, input.value);
    if (input.value && !input.isConnected) requestAnimationFrame(() => this.changed());
    input.style.height = "auto";
    if (input.value) input.style.height = `${Math.min(input.scrollHeight, 140)}px`;
    const ready = Boolean(input.value.trim());
    this.sendButton.hidden = !ready;
    this.moreButton.hidden = ready;
  }

  typed() {
    this.changed();
    this.menu.follow(this.input.value);
  }

  key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (this.menu.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.send();
    } else if (event.key === "Escape") {
      this.endEdit();
      this.closeTray();
    } else if (event.key === "ArrowUp" && !this.input.value) {
      const own = [...this.person.messages.values()].reverse().find((message) => !message.bot && message.text);
      if (own) {
        event.preventDefault();
        this.beginEdit(own);
      }
    }
  }

  send() {
    const text = this.input.value.trim();
    if (!text) return;
    const { editing } = this;
    this.endEdit();
    this.input.value = "";
    this.typed();
    if (editing) api.edit(this.id, editing, text);
    else this.column.say(text);
  }

  beginEdit(message) {
    this.editing = message.id;
    this.editBar.hidden = false;
    this.input.value = message.text;
    this.changed();
    this.input.focus();
  }

  endEdit() {
    if (!this.editing) return;
    this.editing = null;
    this.editBar.hidden = true;
    this.input.value = drafts.get(this.id) ?? "";
    this.changed();
  }

  act(promise) {
    this.closeTray();
    this.column.expect();
    return promise;
  }

  openTray(kind) {
    if (this.tray.dataset.kind === kind && !this.tray.hidden) return this.closeTray();
    this.tray.dataset.kind = kind;
    this.tray.replaceChildren(...(kind === "stickers" ? this.stickers() : this.attachments()));
    this.tray.hidden = false;
    return this.tray.firstElementChild.focus();
  }

  closeTray() {
    this.tray.hidden = true;
  }

  stickers() {
    return STICKERS.map((emoji) => el("button", { type: "button", class: "emoji", test: "sticker-choice", onclick: () => this.act(api.sendSticker(this.id, emoji)) }, drawn(emoji)));
  }

  attachments() {
    const choice = (symbol, name, test, act) => el("button", { type: "button", class: "tile", test, onclick: act }, el("span", {}, icon(symbol)), word(name));
    return [
      choice("picture", "photo", "attach-photo", () => this.pick(true)),
      choice("file", "file", "attach-file", () => this.pick(false)),
      choice("card", "contact", "attach-contact", () => this.act(api.shareContact(this.id, true))),
      choice("card", "otherContact", "attach-other-contact", () => this.act(api.shareContact(this.id, false))),
      choice("pin", "location", "attach-location", () => this.act(api.sendLocation(this.id))),
      choice("mic", "voice", "attach-voice", () => this.act(api.sendVoice(this.id))),
    ];
  }

  pick(asPhoto) {
    const input = el("input", { type: "file", accept: asPhoto ? "image/*" : null, hidden: true, test: "file-input" });
    input.addEventListener("change", () => {
      for (const file of input.files) this.act(api.sendFile(this.id, file, asPhoto));
      input.remove();
    });
    this.root.append(input);
    input.click();
  }

  pasted(event) {
    const picture = [...event.clipboardData.files].find((file) => file.type.startsWith("image/"));
    if (!picture) return;
    event.preventDefault();
    this.act(api.sendFile(this.id, picture, true));
  }
}
