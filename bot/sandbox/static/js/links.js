// Links that lead back to the bot: "t.me/<bot>?start=…" is opened on the phone of somebody the user chooses.
import * as api from "./api.js";
import { avatar } from "./dom.js";
import { choosePerson } from "./overlay.js";
import { bringForward, emit, store } from "./store.js";

export function openLink(address) {
  const link = /^https?:\/\/(?:t\.me|telegram\.me)\/([A-Za-z0-9_]+)(?:\?start=([A-Za-z0-9_-]+))?$/.exec(address);
  if (!link || link[1].toLowerCase() !== store.bot.username.toLowerCase()) return false;
  openOnSomeonesPhone(link[2] ?? "");
  return true;
}

async function openOnSomeonesPhone(payload) {
  let id = await choosePerson([...store.people.values()], avatar);
  if (id === null) return;
  if (id === "new") id = (await api.addNewcomer({}))?.id;
  if (!id) return;
  bringForward(id);
  emit("expect", id);
  await api.start(id, payload);
}
