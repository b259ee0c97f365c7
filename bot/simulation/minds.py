"""What made-up people do next: go on with what they were asked, read the next letter, or follow a wish of their own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.engine.words import speak
from bot.simulation.answers import answer, weighed, words
from bot.simulation.people import COLLEAGUE, OFFICER, STOCK, WINNER, Person
from bot.simulation.phones import Screen
from bot.simulation.reading import Button, Reader, reader
from models.system import clock

HABITS: dict[str, list[dict[str, Any]]] = tomllib.loads(
    (Path(__file__).parent / "habits.toml").read_text(encoding="utf-8")
)
NUMBER = re.compile(r"\b20\d\d-\d{4}\b")
LINK = re.compile(r"<code>(/start \S+)</code>")
CALLABLE = re.compile(r"\b139\d{8}\b")
PATIENCE = 3  # times the same button is tried in one sitting
STUCK = 4  # times in a row the same question is met before it is put aside
LISTED = 3  # entries of a list that people work off at a time


@dataclass
class Next:
    """What somebody does: an event's kind and value, and its name for the list of slow turns."""

    kind: str
    value: Any
    what: str


@dataclass
class Town:
    """What minds share: the language, who has which telephone, who comes in by a link, and what people got stuck on."""

    language: str
    by_phone: dict[str, Person] = field(default_factory=dict)
    invited: Callable[[Person, str], None] = lambda host, link: None
    called: Callable[[Person], None] = lambda person: None
    stuck: dict[str, int] = field(default_factory=dict)

    @property
    def reader(self) -> Reader:
        return reader(self.language)


def begin_sitting(person: Person) -> None:
    """Somebody takes up the phone."""
    person.visited.clear()
    person.tries.clear()
    person.pages.clear()
    person.acts_left = 150 if person.kind == OFFICER else 60


def next_act(person: Person, town: Town) -> Next | None:
    """What this person does now; None when they put the phone away."""
    if person.acts_left <= 0:
        person.fresh.clear()
        return None
    person.acts_left -= 1
    while person.fresh:
        screen = person.fresh.popleft()
        _notice(person, screen, town)
        if not person.fresh and (act := _react(person, screen, town)):
            return act
    while person.pages:
        screen, left = person.pages[-1]
        if not left:
            person.pages.pop()
            continue
        label, data = left.pop(0)
        return _pressed(person, screen, label, data, town)
    while person.unread:
        screen = person.unread.popleft()
        _notice(person, screen, town)
        if act := _react(person, screen, town):
            return act
    if person.wishes:
        words = person.wishes.popleft()
        return Next("text", words, words.split()[0] if words.startswith("/") else "text")
    return None


def _react(person: Person, screen: Screen, town: Town) -> Next | None:
    asked = town.reader.question(screen)
    if asked is None:
        person.asked = ""
        return _by_habit(person, screen, town)
    again = person.asked == asked.name
    person.asked, person.repeats = asked.name, person.repeats + 1 if again else 0
    if person.repeats >= (STUCK * 3 if asked.many else STUCK):
        town.stuck[asked.name] = town.stuck.get(asked.name, 0) + 1
        person.asked = ""
        return _leave(person, screen, town)
    person.tries[asked.name] = 0 if not again or asked.many else person.tries[asked.name] + 1
    if person.random.random() < person.traits.nonsense:
        return Next("text", person.random.choice(STOCK["nonsense"]), asked.name)
    spare = {"reached": _rung(person, town)} if asked.name in ("call_note.result", "note_call.outcome") else {}
    act = answer(person, screen, asked, town.language, spare)
    return Next(*act, asked.name) if act else _leave(person, screen, town)


def _leave(person: Person, screen: Screen, town: Town) -> Next | None:
    data = next((data for label, data in screen.buttons if label == town.reader.leave), None)
    return Next("tap", data, "form.leave") if data else None


# habits


@dataclass(frozen=True)
class Habit:
    see: tuple[str, ...]
    lacks: tuple[str, ...]
    says: str
    press: dict[str, float]
    each: tuple[str, ...]
    then: dict[str, float]
    again: str
    marked: str


@lru_cache(maxsize=2)
def habits(whose: str) -> tuple[Habit, ...]:
    """The habits of people or of officers, in order."""
    return tuple(
        Habit(
            tuple(one["see"]),
            tuple(one.get("lacks", ())),
            one.get("says", ""),
            one.get("press", {}),
            tuple(one.get("each", ())),
            one.get("then", {}),
            one.get("again", ""),
            one.get("marked", ""),
        )
        for one in HABITS[whose]
    )


def _by_habit(person: Person, screen: Screen, town: Town) -> Next | None:
    named = town.reader.named(screen)
    if person.kind == WINNER and "form.guess_yes" in named and _wrong_side(screen, town):
        return _press(person, screen, named, "form.guess_no", town)
    if "form.back" in named and any(key.startswith("step.") for key in named):  # which answer is to be changed
        side = "step.register.side"
        wrong = person.kind == WINNER and side in named and _wrong_side(screen, town)
        return _press(person, screen, named, side if wrong else "form.back", town)
    if "button.pair.nth" in named and (chosen := _own_pair(person, screen, named)):
        return _pressed(person, screen, *chosen, town)
    for habit in habits("officers" if person.kind == OFFICER else "people"):
        if all(key in named for key in habit.see) and not any(key in named for key in habit.lacks):
            if habit.says and habit.says not in screen.body:
                continue
            return _follow(person, screen, named, habit, town)
    return None


def _wrong_side(screen: Screen, town: Town) -> bool:
    """Whether a winner was taken for somebody who wants to learn."""
    label = speak(town.language).label
    return label("side.incubatee") in screen.body and label("side.incubator") not in screen.body


def _follow(person: Person, screen: Screen, named: dict[str, list[Button]], habit: Habit, town: Town) -> Next | None:
    for wish, share in habit.then.items():
        if person.random.random() * 100 < share and wish not in person.wishes:
            person.wishes.append(wish)
    if habit.each:
        left = [button for key in habit.each for button in named.get(key, ())]
        if habit.marked:
            left = [one for n, one in enumerate(left, 1) if re.search(rf"\b{n}\. {habit.marked}", screen.body)]
        if person.kind != OFFICER and len(left) > LISTED:
            left = left[:LISTED]
        if habit.again and person.visited[habit.again] < PATIENCE:
            person.visited[habit.again] += 1
            person.wishes.append(habit.again)
        if left and person.visited[screen.body] < 1:
            person.visited[screen.body] += 1
            label, data = left.pop(0)
            person.pages.append((screen, left))
            return _pressed(person, screen, label, data, town)
        return None
    there = {key: share for key, share in habit.press.items() if not key or key in named}
    if not there:
        return None
    chosen = weighed(person.random, there)
    if not chosen or (screen.kind != "reply" and person.random.random() > 0.5 + person.traits.diligence / 2):
        return None
    return _press(person, screen, named, chosen, town)


def _press(person: Person, screen: Screen, named: dict[str, list[Button]], key: str, town: Town) -> Next | None:
    """Press the button of a key; of several alike mostly the first."""
    buttons = named[key]
    first = person.random.random() < 0.6
    label, data = buttons[0] if first else person.random.choice(buttons)
    if person.visited[key + screen.body[:40]] >= PATIENCE:
        return None
    person.visited[key + screen.body[:40]] += 1
    return _pressed(person, screen, label, data, town, key)


def _pressed(person: Person, screen: Screen, label: str, data: str, town: Town, key: str = "") -> Next:
    key = key or min(town.reader.keys.get(label, {"button"}), key=lambda key: (not key.startswith("button"), key))
    if screen.buttons is person.last_buttons and person.random.random() < person.traits.typing:
        return Next("text", label, key)
    return Next("tap", data, key)


def _own_pair(person: Person, screen: Screen, named: dict[str, list[Button]]) -> Button | None:
    """Of several pairs, the button of the one this person has just visited; one that is over leaves the diary."""
    wanted, numbers = person.pair_in_mind, NUMBER.findall(screen.body)
    if not wanted or person.visited[f"log {wanted}"]:
        return None
    person.visited[f"log {wanted}"] += 1
    if wanted in numbers and len(numbers) == len(named["button.pair.nth"]):
        return named["button.pair.nth"][numbers.index(wanted)]
    return None


# what is remembered of a letter, and the telephone


def _notice(person: Person, screen: Screen, town: Town) -> None:
    person.last_buttons = screen.buttons
    if link := LINK.search(screen.body):
        town.invited(person, link[1])
    if person.kind == OFFICER:
        if phones := CALLABLE.findall(screen.body):
            person.numbers = phones
        return
    label = speak(town.language).label
    if label("member.backup") in screen.body and "/team" in screen.body:
        person.post = "backup"
    if any(text == label("button.session.log") for text, _ in screen.buttons) and person.kind in (WINNER, COLLEAGUE):
        for number in NUMBER.findall(screen.body)[:1]:
            person.diary.setdefault(f"log {number}", clock.now() + timedelta(days=person.random.uniform(4, 20)))


def _rung(person: Person, town: Town) -> bool:
    """Ring up who stands on the sheet, one after the other; a call that is taken wakes a silent one."""
    for number in dict.fromkeys(person.numbers):
        callee = town.by_phone.get(number)
        if callee is not None and person.random.random() < 0.75:
            town.called(callee)
            return True
    return False


def due_of_diary(person: Person, now: datetime) -> None:
    """What the diary says for today becomes a wish."""
    for matter, at in list(person.diary.items()):
        if at > now:
            continue
        what, _, number = matter.partition(" ")
        if what == "log":
            person.pair_in_mind = number
            person.wishes.append(f"/log {words(person, 'note')}")
            person.diary[matter] = now + timedelta(days=person.random.uniform(16, 50))
        else:
            del person.diary[matter]
            person.wishes.append(person.random.choice(STOCK["chatter"]) if what == "chatter" else what)
