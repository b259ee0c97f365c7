// What the page knows: people and their chats, the clock, the log, and which people stand in columns.
export const store = { bot: {}, people: new Map(), clock: { offset: 0, reached: 0, now: Date.now() / 1000 }, calls: [], fit: 1 };

const bus = new EventTarget();
export const on = (name, act) => bus.addEventListener(name, (event) => act(event.detail));
export const emit = (name, detail) => bus.dispatchEvent(new CustomEvent(name, { detail }));

const remembered = (key, otherwise) => {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
};
const remember = (key, value) => localStorage.setItem(key, JSON.stringify(value));

let wanted = remembered("sandbox.columns", []);
let readUpTo = remembered("sandbox.read", {});
const used = new Map();

export function takeState(state) {
  store.bot = state.bot;
  store.people = new Map(state.people.map((person) => [person.id, withMessages(person)]));
  store.calls = state.calls;
  takeClock(state.clock);
  emit("everything");
}

function withMessages(person) {
  return { ...person, messages: new Map(person.messages.map((message) => [message.id, message])) };
}

export function takeClock(clock) {
  store.clock = { ...clock, heardAt: performance.now() };
  emit("clock");
}

export const sandboxNow = () => store.clock.now + (performance.now() - (store.clock.heardAt ?? 0)) / 1000;

export function takePerson(person) {
  const known = store.people.get(person.id);
  store.people.set(person.id, { ...person, messages: known?.messages ?? new Map() });
  emit(known ? "person" : "people", person.id);
}

export function takeMessage({ message, keyboard }) {
  const person = store.people.get(message.person);
  if (!person) return;
  const fresh = !person.messages.has(message.id);
  person.messages.set(message.id, message);
  person.keyboard = keyboard;
  emit("message", { person: person.id, message, fresh });
}

export function takeDeleted({ person, id }) {
  store.people.get(person)?.messages.delete(id);
  emit("deleted", { person, id });
}

export function takeCall(call) {
  store.calls.push(call);
  if (store.calls.length > 300) store.calls.shift();
  emit("call", call);
}

// Columns: people chosen by hand keep their places; free places go to pinned people, then to the others.
export function shown() {
  const everyone = [...store.people.values()].sort((a, b) => Number(b.pinned) - Number(a.pinned));
  const order = wanted.filter((id) => store.people.has(id));
  for (const person of everyone) if (!order.includes(person.id)) order.push(person.id);
  return order.slice(0, store.fit);
}

export function bringForward(id) {
  used.set(id, performance.now());
  const now = shown();
  if (now.includes(id)) return;
  if (now.length < store.fit) now.push(id);
  else now[now.indexOf(leastUsed(now))] = id;
  wanted = [...now, ...wanted.filter((other) => !now.includes(other))];
  remember("sandbox.columns", wanted);
  emit("columns");
}

export const use = (id) => used.set(id, performance.now());
const leastUsed = (ids) => ids.reduce((best, id) => ((used.get(id) ?? 0) < (used.get(best) ?? 0) ? id : best));

export function swap(id, step) {
  const now = shown();
  const from = now.indexOf(id);
  const to = from + step;
  if (to < 0 || to >= now.length) return;
  [now[from], now[to]] = [now[to], now[from]];
  wanted = [...now, ...wanted.filter((other) => !now.includes(other))];
  remember("sandbox.columns", wanted);
  emit("columns");
}

// Unread: the bot's messages after the last one seen in a visible column.
const last = (person) => Math.max(0, ...person.messages.keys());

export function unread(id) {
  const person = store.people.get(id);
  const seen = Math.min(readUpTo[id] ?? 0, last(person));
  let count = 0;
  for (const message of person.messages.values()) if (message.bot && message.id > seen) count += 1;
  return count;
}

export function markRead(id) {
  const person = store.people.get(id);
  if (!person || readUpTo[id] === last(person)) return;
  readUpTo = { ...readUpTo, [id]: last(person) };
  remember("sandbox.read", readUpTo);
  emit("read", id);
}
