"""What made-up people answer to a question: a tap, words from the stock, or figures that fit what is asked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

from stdnum.cn import uscc

from bot.engine.words import speak
from bot.simulation.people import FACTORY, STOCK, WINNER, Person, name_of
from bot.simulation.phones import Screen
from bot.simulation.reading import TICK, Question
from models import vocabulary
from models.registration.credit_codes import CreditCode, check
from models.vocabulary import Indicator

_FILE: dict[str, Any] = tomllib.loads((Path(__file__).parent / "answers.toml").read_text(encoding="utf-8"))
TRIES: dict[str, list[list[str]]] = _FILE["answers"]
FALLBACK: list[list[str]] = _FILE["fallback"]["tries"]
PROOF = {"ref": "proof", "name": "", "size": 180_000, "mime": "image/jpeg"}
NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
Act = tuple[str, Any]  # kind of event and its value


def answer(person: Person, screen: Screen, asked: Question, language: str, spare: dict[str, Any]) -> Act | None:
    """What this person does about a question at this try; None when there is nothing they can think of."""
    if asked.many and (act := _ticking(person, screen, asked, language)):
        return act
    tries = [*TRIES.get(asked.name, FALLBACK), *FALLBACK[1:]]
    for choices in tries[person.tries[asked.name] :]:
        if act := _one_of(person, screen, asked, choices, language, spare):
            return act
        person.tries[asked.name] += 1
    return None


def weighed(random: Random, choices: dict[str, float]) -> str:
    """One of several, by their shares."""
    return random.choices(list(choices), list(choices.values()))[0]


def _ticking(person: Person, screen: Screen, asked: Question, language: str) -> Act | None:
    """Tick one or two of a list and be done; typed lists are left to the table of answers."""
    ticked = [one for one in asked.options if one[0].startswith(TICK)]
    if ticked and (len(ticked) > 1 or person.random.random() < 0.7):
        return _tap(screen, "form.done", language)
    if asked.name in TRIES and not ticked:
        return None
    open_ones = [one for one in asked.options if not one[0].startswith(TICK)]
    return ("tap", person.random.choice(open_ones)[1]) if open_ones else None


def _one_of(
    person: Person, screen: Screen, asked: Question, choices: list[str], language: str, spare: dict[str, Any]
) -> Act | None:
    shares = {}
    for choice in choices:
        what, _, share = choice.rpartition(" ") if choice.rpartition(" ")[2].isdigit() else (choice, "", "1")
        shares[what] = float(share)
    verb, _, what = weighed(person.random, shares).partition(" ")
    if verb == "share":
        return "contact", {"own": True, "phone": person.phone}
    if verb == "send":
        return "file", dict(PROOF)
    if verb == "tap":
        return _tap_answer(person, screen, asked, what, language)
    if what in _MADE:
        made = _MADE[what](person, screen, language, spare)
        return _typed_or_tapped(person, screen, made) if made else None
    return "text", words(person, what)


def words(person: Person, name: str) -> str:
    """A text of the stock, filled in."""
    random, trade = person.random, person.firm.trade if person.firm else STOCK["trade"][0]
    high = random.randrange(50, 150) / 10
    first, second = random.sample(STOCK["methods"], 2)
    text: str = random.choice(STOCK[name])
    return text.format(
        product=random.choice(trade["products"]),
        defect=random.choice(trade["defects"]),
        method=first,
        other=second,
        high=high,
        low=round(high / 3, 1),
        **{"yield": random.randrange(75, 92), "better": random.randrange(95, 99)},
        hours=random.choice((1.5, 2, 2.5, 3, 4)),
        people=random.randrange(3, 30),
    )


def _tap_answer(person: Person, screen: Screen, asked: Question, what: str, language: str) -> Act | None:
    if what in ("any", "first"):
        if not asked.options:
            return None
        label, data = asked.options[0] if what == "first" else person.random.choice(asked.options)
        if asked.name == "set_goal.unit":
            person.unit = label.strip()
        return _typed_or_tapped(person, screen, label, data)
    return _tap(screen, what, language)


def _tap(screen: Screen, key: str, language: str) -> Act | None:
    label = speak(language).label(key)
    return next((("tap", data) for text, data in screen.buttons if text == label), None)


def _typed_or_tapped(person: Person, screen: Screen, words: str, data: str | None = None) -> Act:
    """Those who like to type copy the button's words; a text that is a button's words is tapped by the others."""
    data = data or next((found for label, found in screen.buttons if label == words), None)
    return ("tap", data) if data and person.random.random() >= person.traits.typing else ("text", words)


# texts that depend on who answers what


def _side(person: Person, screen: Screen, language: str, spare: dict[str, Any]) -> str:
    return speak(language).label("side.incubator" if person.kind == WINNER else "side.incubatee")


def _post(person: Person, screen: Screen, language: str, spare: dict[str, Any]) -> str:
    posts = ("backup", "responsible") if person.kind == FACTORY else ("mentor", "mentor", "backup")
    wanted, person.post = person.post or person.random.choice(posts), ""
    return speak(language).label(f"member.{wanted}")


def _credit_code(person: Person, screen: Screen, language: str, spare: dict[str, Any]) -> str:
    """A code that passes its check; every tenth has a digit wrong."""
    head = f"9133{person.random.randrange(1, 12):02d}00{person.random.randrange(10**8):08d}"
    whole = (uscc.calc_check_digit(head + digit).join((head + digit, "")) for digit in "0123456789X")
    code = next((one for one in whole if isinstance(check(one), CreditCode)), f"{head}00")
    return code if person.random.random() > 0.1 else f"{code[:-2]}{code[-1]}{code[-2]}"


def _call_outcome(person: Person, screen: Screen, language: str, spare: dict[str, Any]) -> str:
    return speak(language).label(f"called.{'reached' if spare.get('reached') else 'absent'}")


def _pair_outcome(person: Person, screen: Screen, language: str, spare: dict[str, Any]) -> str:
    """Who was not reached is noted as such; of the others most promise, some stop."""
    label = speak(language).label
    if not spare.get("reached"):
        return label("outcome.unreachable")
    return label("outcome." + weighed(person.random, {"promised": 80, "pause": 8, "end": 12}))


def _finish_reason(person: Person, screen: Screen, language: str, spare: dict[str, Any]) -> str:
    """What is over by its term ends with it; earlier most keep to the goals, and few part by agreement."""
    named = {code: vocabulary.label(one, language) for code, one in vocabulary.reasons("end").items()}
    there = {label for label, _ in screen.buttons}
    wanted = ("term_over", "goals_reached", *(["by_agreement"] if person.random.random() < 0.1 else []))
    return next((named[code] for code in wanted if named[code] in there), "")


def _end_reason(person: Person, screen: Screen, language: str, spare: dict[str, Any]) -> str:
    """Why somebody says it is over, on the telephone; for lack of activity an office ends nothing by itself."""
    named = {code: vocabulary.label(one, language) for code, one in vocabulary.reasons("end").items()}
    there = {label for label, _ in screen.buttons}
    return person.random.choice([name for code, name in named.items() if name in there and code != "inactive"] or [""])


def _two_names(person: Person, screen: Screen, language: str, spare: dict[str, Any]) -> str:
    return "、".join(dict.fromkeys(name_of(person.random) for _ in range(3)))


def _two_methods(person: Person, screen: Screen, language: str, spare: dict[str, Any]) -> str:
    return "、".join(person.random.sample(STOCK["methods"], 2))


# figures


@lru_cache(maxsize=4)
def _indicators(language: str) -> list[tuple[str, Indicator]]:
    named = [(vocabulary.label(one, language), one) for one in vocabulary.indicators().values()]
    return sorted(named, key=lambda one: -len(one[0]))


def _asked_about(screen: Screen, language: str) -> Indicator | None:
    return next((one for name, one in _indicators(language) if name in screen.body), None)


def _three_months(person: Person, screen: Screen, language: str, spare: dict[str, Any]) -> str:
    """Three months that somebody might have measured, and where they would like to get from there."""
    one, random = _asked_about(screen, language), person.random
    rising = one is not None and one.direction == "up"
    unit = (person.unit if one and len(one.units) > 1 else one.units[0] if one else "").strip()
    low, high = {"%": (72, 92) if rising else (3, 16), "PPM": (900, 9000), "CPM": (50, 900)}.get(unit, (8, 60))
    if unit == "–":
        low, high = (1, 2)
    mean = random.uniform(low, high)
    person.unit, person.shift = "", (mean, 1 if rising else -1)
    whole = unit in ("PPM", "CPM", "项", "件/月", "件")
    months = [mean * random.uniform(0.96, 1.04) for _ in range(3)]
    return " ".join(str(round(month)) if whole else f"{month:.1f}" for month in months)


def _one_month(person: Person, screen: Screen, language: str, spare: dict[str, Any]) -> str:
    mean = person.shift[0] if person.shift else 8.0
    return f"{mean:.1f}"


def _target(person: Person, screen: Screen, language: str, spare: dict[str, Any]) -> str:
    mean, way = person.shift or (8.0, -1)
    if way < 0:
        return f"{mean * person.random.uniform(0.3, 0.7):.1f}"
    ceiling = 100.0 if 70 < mean < 100 else mean * 1.6
    return f"{mean + (ceiling - mean) * person.random.uniform(0.3, 0.8):.1f}"


def _reading(person: Person, screen: Screen, language: str, spare: dict[str, Any]) -> str:
    """A little better than last time, mostly."""
    found = [float(one.replace(",", "")) for one in NUMBER.findall(screen.body.partition("<i>")[0])]
    one = _asked_about(screen, language)
    last = found[-1] if len(found) > 1 or (found and language == "en") else 9.0
    change = person.random.gauss(0.04, 0.04)
    if one is not None and one.direction == "up":
        ceiling = 100.0 if one.highest else last * 1.5
        return f"{min(ceiling, last + max(-0.02 * last, (ceiling - last) * change)):.1f}"
    return f"{max(0.0, last * (1 - change)):.1f}"


_Make = Callable[[Person, Screen, str, dict[str, Any]], str]
_MADE: dict[str, _Make] = {
    "unit_name": lambda person, *_: person.firm.name if person.firm else "",
    "county": lambda person, *_: person.firm.county if person.firm else "",
    "industry": lambda person, *_: person.firm.trade["industry"] if person.firm else "",
    "name": lambda person, *_: person.name,
    "phone": lambda person, *_: person.phone,
    "capacity": lambda person, *_: str(person.random.choice((2, 3, 3, 4, 5, 6))),
    "hours": lambda person, *_: str(person.random.choice((1.5, 2, 2.5, 3, 4))),
    "people": lambda person, *_: str(person.random.randrange(3, 30)),
    "rate": lambda person, *_: f"{person.random.randrange(4, 15)}%→{person.random.randrange(1, 4)}%",
    "side": _side,
    "post": _post,
    "credit_code": _credit_code,
    "call_outcome": _call_outcome,
    "pair_outcome": _pair_outcome,
    "finish_reason": _finish_reason,
    "end_reason": _end_reason,
    "two_names": _two_names,
    "two_methods": _two_methods,
    "three_months": _three_months,
    "one_month": _one_month,
    "target": _target,
    "reading": _reading,
}
