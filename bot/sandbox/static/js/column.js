// One person's phone: head, chat, composer.
import * as api from "./api.js";
import { bubble } from "./bubble.js";
import { Composer } from "./composer.js";
import { avatar, el, iconButton } from "./dom.js";
import { openLink } from "./links.js";
import { sheet, toast } from "./overlay.js";
import { markRead, store, use } from "./store.js";
import { day, dayKey, isEnglish, word } from "./words.js";

const PATIENCE = 20000; // how long dots are shown while the bot is silent

export class Column {
  constructor(id) {
    this.id = id;
    this.rows = new Map();
    this.composer = new Composer(id, this);
    this.list = el("div", { class: "messages", role: "log", "aria-live": "off", tabindex: "-1" });
    this.list.addEventListener("scroll", () => this.noteScroll());
    this.sticking = true;
    new ResizeObserver(() => this.sticking && this.toBottom()).observe(this.list);
    this.dots = el("div", { class: "row theirs dots", hidden: true, test: "typing" }, el("div", { class: "bubble", role: "img", "aria-label": word("typing") }, el("i"), el("i"), el("i")));
    this.down = iconButton("down", word("toBottom"), "to-bottom", () => this.toBottom(), { hidden: true });
    this.down.classList.add("down");
    this.chat = el("div", { class: "chat" }, this.list, this.down);
    this.head = el("header", { class: "head" });
    this.root = el("section", { class: "column", "data-person": id, tabindex: "-1" }, this.head, this.chat, this.composer.root);
    this.root.addEventListener("focusin", () => use(id));
    this.drawHead();
    this.drawAll();
  }

  get person() {
    return store.people.get(this.id);
  }

  get note() {
    const { blocked, role } = this.person ?? {};
    return blocked ? word("blockedMark") : role || word("newcomer");
  }

  // What this person can do in the demo, as whoever made the world wrote it.
  get hint() {
    return this.person.hint?.[isEnglish() ? "en" : "zh"] || word(this.person.role ? "startHint" : "newcomerHint");
  }

  drawHead() {
    const person = this.person;
    this.status = el("small", {}, this.note);
    this.root.setAttribute("aria-label", `${person.name} · ${person.role || ""} · ${word("chatWith")}`);
    this.root.classList.toggle("blocked", person.blocked);
    this.head.replaceChildren(
      avatar(person),
      el("div", { class: "who" }, el("b", {}, person.name), this.status),
      iconButton("dots", word("more"), "person-menu", (event) => this.settings(event)),
    );
    this.composer.refresh();
  }

  drawAll() {
    this.rows.clear();
    this.lastDay = null;
    this.list.replaceChildren();
    for (const message of this.person.messages.values()) this.append(message);
    this.list.append(this.dots);
    this.drawEmpty();
    this.toBottom();
    requestAnimationFrame(() => this.list.setAttribute("aria-live", "polite"));
  }

  drawEmpty() {
    this.list.querySelector(".empty")?.remove();
    if (this.person.messages.size) return;
    const begin = () => {
      this.expect();
      api.start(this.id);
    };
    this.list.prepend(el("div", { class: "empty" },
      el("span", { class: "avatar bot", "aria-hidden": "true" }, "孵"),
      el("b", {}, store.bot.name),
      el("p", {}, word("startNote")),
      el("p", { class: "hint", test: "hint" }, this.hint),
      el("button", { type: "button", class: "strong start", test: "start", onclick: begin }, word("start"))));
  }

  append(message) {
    const key = dayKey(message.at);
    if (key !== this.lastDay) {
      const mark = el("div", { class: "day" }, el("span", {}, day(message.at)));
      this.dots.isConnected ? this.list.insertBefore(mark, this.dots) : this.list.append(mark);
      this.lastDay = key;
    }
    const row = bubble(message, this);
    this.rows.set(message.id, row);
    this.dots.isConnected ? this.list.insertBefore(row, this.dots) : this.list.append(row);
    return row;
  }

  take(message, fresh) {
    const stick = this.atBottom();
    if (message.bot) this.rest();
    const old = this.rows.get(message.id);
    if (old) {
      const row = bubble(message, this);
      old.replaceWith(row);
      this.rows.set(message.id, row);
    } else {
      this.append(message).classList.add("arrives");
      this.drawEmpty();
    }
    this.composer.refresh();
    if (fresh && (stick || !message.bot)) this.toBottom();
    else if (stick) this.toBottom();
    else if (fresh) this.down.hidden = false;
    if (document.visibilityState === "visible") markRead(this.id);
  }

  drop(id) {
    this.rows.get(id)?.remove();
    this.rows.delete(id);
  }

  atBottom() {
    return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 80;
  }

  toBottom() {
    this.sticking = true;
    const go = () => {
      this.list.scrollTop = this.list.scrollHeight;
    };
    go();
    requestAnimationFrame(go);
    this.list.querySelectorAll("img").forEach((image) => image.complete || image.addEventListener("load", go, { once: true }));
    this.down.hidden = true;
  }

  noteScroll() {
    this.sticking = this.atBottom();
    if (this.sticking) this.down.hidden = true;
  }

  // The person has acted: after a short while show that the bot is at work.
  expect() {
    clearTimeout(this.soon);
    clearTimeout(this.enough);
    this.soon = setTimeout(() => this.showDots(), 350);
    this.enough = setTimeout(() => this.rest(), PATIENCE);
  }

  showDots() {
    if (this.person?.blocked) return;
    const stick = this.atBottom();
    this.dots.hidden = false;
    this.status.textContent = word("typing");
    if (stick) this.toBottom();
  }

  rest() {
    clearTimeout(this.soon);
    clearTimeout(this.enough);
    this.dots.hidden = true;
    this.status.textContent = this.note;
    this.root.querySelectorAll(".waiting").forEach((button) => button.classList.remove("waiting"));
  }

  answered({ text, show_alert, url }) {
    this.rest();
    if (url) this.openLink(url);
    if (!text) return;
    if (show_alert) sheet(this.root, text, [{ label: word("ok"), value: "ok" }], "alert");
    else toast(this.chat, text, Math.max(4, text.length / 8));
  }

  say(text) {
    this.expect();
    return api.say(this.id, text);
  }

  tap(message, row, column, button, element) {
    if (button.url) {
      if (!this.openLink(button.url)) window.open(button.url, "_blank", "noopener");
      return;
    }
    if (button.copy) {
      navigator.clipboard?.writeText(button.copy);
      toast(this.chat, word("copied"));
      return;
    }
    element.classList.add("waiting");
    this.expect();
    api.tap(this.id, message.id, row, column);
  }

  edit(message) {
    this.composer.beginEdit(message);
  }

  openLink(address) {
    return openLink(address);
  }

  async settings() {
    const person = this.person;
    const wanted = await sheet(this.root, person.name, [
      { label: word(person.blocked ? "unblock" : "block"), value: "block", plain: true },
      { label: word("phoneLanguage"), value: "language", plain: true },
      { label: word("cancel"), value: "cancel", plain: true },
    ], "settings");
    if (wanted === "block") api.setBlocked(this.id, !person.blocked);
    if (wanted === "language") {
      const now = person.language.startsWith("zh") ? "en" : "zh-hans";
      await api.setLanguage(this.id, now);
      toast(this.chat, now);
    }
  }

  focus() {
    this.composer.input.focus({ preventScroll: false });
  }
}
