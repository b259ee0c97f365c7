// The sandbox's controls, one function each. Trouble is told to whoever listens for "trouble".
import { emit } from "./store.js";

async function send(path, body, headers = { "Content-Type": "application/json" }) {
  try {
    const answer = await fetch(path, { method: "POST", headers, body });
    const result = await answer.json();
    if (!answer.ok) throw new Error(result.error);
    return result;
  } catch (trouble) {
    emit("trouble", trouble.message);
    return null;
  }
}

const post = (path, values = {}) => send(path, JSON.stringify(values));
const person = (id, action, values) => post(`/sandbox/people/${id}/${action}`, values);

export const say = (id, text) => person(id, "say", { text });
export const start = (id, payload = "") => person(id, "start", { payload });
export const edit = (id, message, text) => person(id, "edit", { message, text });
export const tap = (id, message, row, column) => person(id, "tap", { message, row, column });
export const shareContact = (id, own) => person(id, "contact", { own });
export const sendSticker = (id, emoji) => person(id, "sticker", { emoji });
export const sendLocation = (id) => person(id, "location");
export const sendVoice = (id) => person(id, "voice", { seconds: 4 });
export const setBlocked = (id, blocked) => person(id, blocked ? "block" : "unblock");
export const setLanguage = (id, language_code) => post("/sandbox/people", { id, language_code });
export const addNewcomer = (facts) => post("/sandbox/people", facts);
export const reset = () => post("/sandbox/reset");
export const advance = (seconds) => post("/sandbox/clock", { advance: seconds });
export const nextMorning = () => post("/sandbox/clock", { to: "next-working-morning" });

export function sendFile(id, file, asPhoto) {
  const name = encodeURIComponent(file.name);
  const path = asPhoto ? `/sandbox/people/${id}/photo` : `/sandbox/people/${id}/document?name=${name}`;
  return send(path, file, { "Content-Type": "application/octet-stream" });
}
