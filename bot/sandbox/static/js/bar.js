// The bar on top: what this is, the clock and its jumps, language, light, log, reset.
import * as api from "./api.js";
import { el, icon, iconButton } from "./dom.js";
import { toggleLog } from "./log.js";
import { confirmReset } from "./overlay.js";
import { emit, sandboxNow, store } from "./store.js";
import { switchTheme } from "./theme.js";
import { dayAndTime, switchLanguage, word } from "./words.js";

const bar = document.getElementById("bar");
const narrow = matchMedia("(max-width: 900px)");
let face;

export function drawBar() {
  const jump = (name, test, act) => el("button", { type: "button", class: "jump", test, onclick: act }, word(name));
  face = el("output", { class: "clock-face", test: "clock", "aria-live": "off", "aria-label": word("clock") });
  bar.replaceChildren(
    el("div", { class: "brand" }, el("img", { src: "/static/icon.svg", alt: "", width: "28", height: "28" }),
      el("span", {}, el("b", {}, word("title")), el("small", {}, word("subtitle")))),
    el("div", { class: "clock", role: "group", "aria-label": word("clock") }, icon("clock"), face,
      el("div", { class: "jumps" },
        jump("plusHour", "clock-hour", () => api.advance(3600)),
        jump("plusDay", "clock-day", () => api.advance(86400)),
        jump("plusWeek", "clock-week", () => api.advance(7 * 86400)),
        jump("nextMorning", "clock-morning", api.nextMorning))),
    el("div", { class: "tools" },
      el("button", { type: "button", class: "tool", test: "language", onclick: changeLanguage }, word("language")),
      iconButton("moon", word("theme"), "theme", switchTheme),
      iconButton("log", word("log"), "log-toggle", toggleLog),
      iconButton("reset", word("reset"), "reset", async () => (await confirmReset()) && api.reset())),
  );
  drawClock();
}

function changeLanguage() {
  switchLanguage();
  emit("redraw");
}

export function drawClock() {
  if (!face) return;
  const { offset, reached } = store.clock;
  const passing = reached < offset;
  const lead = passing ? (narrow.matches ? "…" : `…${word("passing")} `) : "";
  const text = lead + dayAndTime(sandboxNow());
  if (face.textContent !== text) face.textContent = text;
  face.dataset.passing = String(passing);
}

setInterval(drawClock, 1000);
