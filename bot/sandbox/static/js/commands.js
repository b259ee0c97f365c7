// The command menu: opens by its button or by typing "/", and is walked with the arrow keys.
import { el } from "./dom.js";
import { store } from "./store.js";

export class CommandMenu {
  constructor(composer) {
    this.composer = composer;
    this.root = el("div", { class: "commands", role: "listbox", test: "command-menu", hidden: true });
    this.marked = -1;
  }

  close() {
    this.root.hidden = true;
  }

  toggle() {
    if (this.root.hidden) this.show("");
    else this.close();
    this.composer.input.focus();
  }

  follow(text) {
    if (/^\/[a-z0-9_]*$/i.test(text)) this.show(text.slice(1).toLowerCase());
    else this.close();
  }

  show(beginning) {
    const commands = (store.people.get(this.composer.id)?.commands ?? []).filter(({ command }) => command.startsWith(beginning));
    this.options = commands.map(({ command, description }) =>
      el("button", { type: "button", role: "option", tabindex: "-1", test: "command", onclick: () => this.choose(command) }, el("b", {}, `/${command}`), el("span", {}, description)));
    this.root.replaceChildren(...this.options);
    this.root.hidden = !commands.length;
    this.mark(-1);
  }

  mark(position) {
    this.marked = position;
    this.options.forEach((option, at) => {
      option.setAttribute("aria-selected", String(at === position));
      if (at === position) option.scrollIntoView({ block: "nearest" });
    });
  }

  choose(command) {
    this.close();
    this.composer.input.value = "";
    this.composer.changed();
    this.composer.column.say(`/${command}`);
    this.composer.input.focus();
  }

  // True when the key was meant for the menu.
  key(event) {
    if (this.root.hidden || !this.options.length) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.mark((this.marked + step + this.options.length) % this.options.length);
    else if (event.key === "Enter" && this.marked >= 0) this.options[this.marked].click();
    else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    return true;
  }
}
