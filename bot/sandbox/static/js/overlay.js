// What lies over the page or over one phone: notices, questions, pictures.
import { el, icon, iconButton } from "./dom.js";
import { word } from "./words.js";

export function toast(place, text, seconds = 4) {
  place.querySelectorAll(".toast").forEach((old) => old.remove());
  const note = el("p", { class: "toast", role: "status", test: "toast" }, text);
  place.append(note);
  setTimeout(() => note.remove(), seconds * 1000);
}

// A sheet inside one phone: resolves with the value of the pressed choice, null when dismissed.
export function sheet(place, text, choices, test) {
  return new Promise((resolve) => {
    const before = document.activeElement;
    const close = (value) => {
      cover.remove();
      before?.focus?.();
      resolve(value);
    };
    const buttons = choices.map(({ label, value, plain }) =>
      el("button", { type: "button", class: plain ? "quiet" : "strong", test: `${test}-${value}`, onclick: () => close(value) }, label),
    );
    const box = el("div", { class: "sheet", role: "alertdialog", "aria-modal": "true", "aria-label": text, test },
      el("p", {}, text), el("div", { class: "choices" }, ...buttons));
    const cover = el("div", { class: "cover" }, box);
    cover.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close(null);
      if (event.key === "Tab") hold(event, buttons);
    });
    cover.addEventListener("click", (event) => event.target === cover && close(null));
    place.append(cover);
    buttons[0].focus();
  });
}

function hold(event, buttons) {
  event.preventDefault();
  const step = event.shiftKey ? -1 : 1;
  const next = (buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length;
  buttons[next].focus();
}

// A dialog over the whole page; resolves like a sheet.
function dialog(content, test, className = "") {
  return new Promise((resolve) => {
    const box = el("dialog", { class: className, test }, content((value) => finish(value)));
    const finish = (value) => {
      box.close();
      box.remove();
      resolve(value);
    };
    box.addEventListener("cancel", (event) => {
      event.preventDefault();
      finish(null);
    });
    box.addEventListener("click", (event) => event.target === box && finish(null));
    document.body.append(box);
    box.showModal();
  });
}

export function confirmReset() {
  return dialog((finish) => el("div", { class: "ask" },
    el("h2", {}, word("resetAsk")),
    el("p", {}, word("resetNote")),
    el("div", { class: "choices" },
      el("button", { type: "button", class: "quiet", test: "reset-cancel", onclick: () => finish(false) }, word("cancel")),
      el("button", { type: "button", class: "strong danger", test: "reset-confirm", onclick: () => finish(true) }, word("reset")))),
  "reset-dialog");
}

export function choosePerson(people, portrait) {
  return dialog((finish) => el("div", { class: "ask" },
    el("h2", {}, word("openAs")),
    el("div", { class: "list" }, ...people.map((person) =>
      el("button", { type: "button", class: "option", "data-choice": person.id, onclick: () => finish(person.id) },
        portrait(person), el("span", {}, el("b", {}, person.name), el("small", {}, person.role)))),
    el("button", { type: "button", class: "option", test: "open-as-newcomer", onclick: () => finish("new") },
      el("span", { class: "avatar new" }, icon("plus")), el("span", {}, el("b", {}, word("addNewcomer")))))),
  "open-as");
}

export function lightbox(source) {
  return dialog((finish) => el("div", {},
    iconButton("close", word("close"), "lightbox-close", () => finish(null)),
    el("img", { src: source, alt: "" })), "lightbox", "lightbox");
}
