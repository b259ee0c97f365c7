// Everybody in one line: who stands in a column, who has unread messages, and a place for newcomers.
import * as api from "./api.js";
import { avatar, el, icon } from "./dom.js";
import { bringForward, emit, shown, store, unread } from "./store.js";
import { word } from "./words.js";

const strip = document.getElementById("strip");

export function drawStrip() {
  const focused = document.activeElement?.dataset?.strip;
  const visible = shown();
  strip.setAttribute("aria-label", word("people"));
  strip.replaceChildren(newcomer(), ...[...store.people.values()].map((person) => chip(person, visible.includes(person.id))));
  rove(focused);
  if (focused) strip.querySelector(`[data-strip="${focused}"]`)?.focus();
  const total = [...store.people.keys()].reduce((sum, id) => sum + (visible.includes(id) ? 0 : unread(id)), 0);
  document.title = `${total ? `(${total}) ` : ""}${word("title")} · ${store.bot.name ?? ""}`;
}

function chip(person, visible) {
  const count = visible ? 0 : unread(person.id);
  const label = [person.name, person.role, count ? `${count} ${word("unread")}` : ""].filter(Boolean).join(" · ");
  return el("button", { type: "button", class: "chip", test: "person", "data-strip": person.id, "aria-pressed": String(visible), "aria-label": label, title: person.role || person.name, onclick: () => pick(person.id) },
    avatar(person), el("span", { class: "chip-name" }, person.name), count ? el("span", { class: "badge", test: "unread" }, String(count)) : null);
}

function newcomer() {
  const add = async () => {
    const person = await api.addNewcomer({});
    if (person) pick(person.id);
  };
  return el("button", { type: "button", class: "chip add", test: "newcomer", "aria-label": word("addNewcomer"), title: word("addNewcomer"), onclick: add },
    el("span", { class: "avatar new" }, icon("plus")), el("span", { class: "chip-name" }, word("newcomer")));
}

// One stop for the Tab key; the arrow keys lead from person to person.
function rove(id) {
  const chips = [...strip.querySelectorAll("[data-strip]")];
  const stop = chips.find((one) => one.dataset.strip === id) ?? chips[0];
  chips.forEach((one) => (one.tabIndex = one === stop ? 0 : -1));
}

function pick(id) {
  bringForward(id);
  strip.querySelector(`[data-strip="${id}"]`)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  emit("focus", id);
}

strip.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const chips = [...strip.querySelectorAll("button")];
  const next = chips[chips.indexOf(document.activeElement) + step];
  if (next) {
    event.preventDefault();
    rove(next.dataset.strip);
    next.focus();
  }
});

strip.addEventListener("wheel", (event) => {
  if (strip.scrollWidth <= strip.clientWidth || event.deltaX) return;
  event.preventDefault();
  strip.scrollLeft += event.deltaY;
}, { passive: false });
