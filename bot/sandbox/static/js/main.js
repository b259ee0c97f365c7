// Begins the page: listens to the sandbox and keeps the columns in step with what it tells.
import { drawBar, drawClock } from "./bar.js";
import { Column } from "./column.js";
import { el } from "./dom.js";
import { addCall, drawLog, restoreLog } from "./log.js";
import { toast } from "./overlay.js";
import * as store from "./store.js";
import { drawStrip } from "./strip.js";
import { applyTheme } from "./theme.js";
import { isEnglish, word } from "./words.js";

const NARROWEST = 330; // pixels a phone needs
const place = document.getElementById("columns");
const offline = document.getElementById("offline");
let columns = new Map();

function fit() {
  store.store.fit = Math.max(1, Math.floor(place.clientWidth / NARROWEST));
}

function drawColumns() {
  const ids = store.shown();
  for (const [id, column] of columns) if (!ids.includes(id)) (column.root.remove(), columns.delete(id));
  for (const id of ids) if (!columns.has(id)) columns.set(id, new Column(id));
  const roots = ids.map((id) => columns.get(id).root);
  if (roots.some((root, at) => place.children[at] !== root)) place.replaceChildren(...roots);
  if (!ids.length) place.replaceChildren(el("div", { class: "nobody" }, el("b", {}, word("nobody")), el("p", {}, word("nobodyNote"))));
  for (const id of ids) {
    columns.get(id).toBottom();
    store.markRead(id);
  }
  drawStrip();
}

function redraw() {
  const writing = Number(document.activeElement?.closest(".column")?.dataset.person);
  document.documentElement.lang = isEnglish() ? "en" : "zh-CN";
  columns = new Map();
  place.replaceChildren();
  fit();
  drawBar();
  drawLog();
  drawColumns();
  if (writing) columns.get(writing)?.focus();
}

store.on("everything", redraw);
store.on("redraw", redraw);
store.on("columns", drawColumns);
store.on("people", drawColumns);
store.on("read", drawStrip);
store.on("clock", drawClock);
store.on("call", addCall);
store.on("focus", (id) => columns.get(id)?.focus());
store.on("expect", (id) => columns.get(id)?.expect());
store.on("trouble", (reason) => toast(document.body, word("failed") + reason));
store.on("person", (id) => {
  columns.get(id)?.drawHead();
  drawStrip();
});
store.on("deleted", ({ person, id }) => columns.get(person)?.drop(id));
store.on("message", ({ person, message, fresh }) => {
  const column = columns.get(person);
  if (column) column.take(message, fresh);
  if (!column || document.visibilityState !== "visible") drawStrip();
});

function listen() {
  const source = new EventSource("/sandbox/events");
  const hear = (name, act) => source.addEventListener(name, (event) => act(JSON.parse(event.data)));
  hear("state", store.takeState);
  hear("message", store.takeMessage);
  hear("deleted", store.takeDeleted);
  hear("person", store.takePerson);
  hear("heads", (people) => people.forEach(store.takePerson));
  hear("clock", store.takeClock);
  hear("call", store.takeCall);
  hear("typing", ({ person }) => columns.get(person)?.showDots());
  hear("answered", (answer) => columns.get(answer.person)?.answered(answer));
  source.addEventListener("open", () => (offline.hidden = true));
  source.addEventListener("error", () => {
    offline.textContent = word("offline");
    offline.hidden = false;
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 1500);
  });
}

// Arrow keys lead from column to column, unless a text is being written.
document.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const here = event.target.closest?.(".column");
  if (!step || !here || event.target.value || event.target.closest("[role=alertdialog]")) return;
  const ids = store.shown();
  const next = ids[ids.indexOf(Number(here.dataset.person)) + step];
  if (!next) return;
  event.preventDefault();
  columns.get(next).focus();
});

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") for (const id of store.shown()) store.markRead(id);
});

let resizing;
addEventListener("resize", () => {
  clearTimeout(resizing);
  resizing = setTimeout(() => {
    fit();
    drawColumns();
  }, 100);
});

applyTheme();
restoreLog();
drawBar();
fit();
listen();
