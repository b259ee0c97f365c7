// The developers' log of Bot API calls: quiet, and closed until asked for.
import { el, iconButton } from "./dom.js";
import { store } from "./store.js";
import { timeOfDay, word } from "./words.js";

const panel = document.getElementById("log");
let list;

export function toggleLog() {
  panel.hidden = !panel.hidden;
  localStorage.setItem("sandbox.log", panel.hidden ? "" : "open");
  if (!panel.hidden) drawLog();
}

export function drawLog() {
  if (panel.hidden) return;
  list = el("ol", { test: "log", tabindex: "0", "aria-label": word("logTitle") });
  panel.replaceChildren(
    el("header", {}, el("b", {}, word("logTitle")), iconButton("close", word("close"), "log-close", toggleLog)),
    store.calls.length ? list : el("p", {}, word("logEmpty")),
  );
  list.append(...store.calls.map(line));
  list.scrollTop = list.scrollHeight;
}

export function addCall(call) {
  if (panel.hidden) return;
  if (store.calls.length === 1) return drawLog();
  const stick = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  list.append(line(call));
  while (list.children.length > 300) list.firstChild.remove();
  if (stick) list.scrollTop = list.scrollHeight;
}

function line(call) {
  const who = store.people.get(call.chat)?.name ?? call.chat ?? "";
  const trouble = call.error ?? call.fault;
  const details = Object.entries(call.arguments).map(([name, value]) => `${name}=${value}`).join("  ");
  return el("li", { class: trouble ? "trouble" : null },
    el("time", {}, timeOfDay(call.at)),
    el("b", {}, call.method),
    el("span", {}, String(who)),
    el("span", { class: "ms" }, `${call.ms} ms`),
    el("code", {}, trouble ? `${trouble}  ${details}` : details));
}

export function restoreLog() {
  panel.hidden = localStorage.getItem("sandbox.log") !== "open";
}
