"""Forms are data: steps that each ask one thing and know how to read every way of answering it.

Has never heard of a need. A step keeps the raw answer, and reads it anew each time it is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy.orm import Session

from bot.engine.words import Words, say_day
from models.base import Invalid
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.typed import Options as Options
from models.system.typed import match, read_day, read_number, read_phone

LARGEST = 20 * 1024 * 1024  # bytes; what a bot may fetch from Telegram
PAGE = 6  # options on one page


@dataclass
class Asking:
    """What a step may look at: who answers, in which words, what was answered before, about which record.

    `looked_up` is for what a form needs to look up only once in a turn.
    """

    session: Session
    person: Person
    words: Words
    values: dict[str, Any] = field(default_factory=dict)
    subject: dict[str, Any] = field(default_factory=dict)
    looked_up: dict[Any, Any] = field(default_factory=dict)


class Lenient(dict[str, Any]):
    """Values in which an unanswered step reads as None."""

    def __missing__(self, key: str) -> None:
        return None


When = Callable[[dict[str, Any]], bool]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One question. `optional` offers "skip"; `when` says for which earlier answers it is asked at all.

    `reads` turns the answer into guesses for later steps, which are then only confirmed; with `adds`, words typed
    where these are shown are added to it.
    """

    name: str
    optional: bool = False
    when: When | None = None
    check: Callable[[Asking, Any], Any] | None = None
    reads: Callable[[Asking, Any], dict[str, Any]] | None = None
    adds: bool = False
    takes: ClassVar[tuple[str, ...]] = ("text",)

    def accept(self, asking: Asking, kind: str, value: Any) -> Any:
        """The raw answer to store for what was typed or sent; raises Invalid with what to do instead."""
        if kind not in self.takes:
            raise Invalid("kind_" + (self.takes[0] if self.takes else "tap"), sent=kind)
        return value

    def read(self, asking: Asking, raw: Any) -> Any:
        """The value of a stored raw answer; raises Invalid when it no longer holds."""
        value = self.parse(asking, raw)
        return self.check(asking, value) if self.check else value

    def parse(self, asking: Asking, raw: Any) -> Any:
        return raw

    def show(self, asking: Asking, value: Any) -> str:
        """The answer as the review card prints it."""
        return str(value)

    def options(self, asking: Asking) -> Options:
        """What can be tapped, in order."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Text(Step):
    """Free text of up to `longest` characters."""

    longest: int = 800
    shortest: int = 1

    def parse(self, asking: Asking, raw: Any) -> str:
        text = str(raw).strip()
        if len(text) < self.shortest:
            raise Invalid("too_short", shortest=self.shortest)
        if len(text) > self.longest:
            raise Invalid("too_long", longest=self.longest, length=len(text))
        return text


@dataclass(frozen=True, kw_only=True)
class Number(Step):
    """A figure between `low` and `high`; full-width digits and Chinese small numbers are read."""

    low: Decimal = Decimal(0)
    high: Decimal = Decimal(10**9)
    whole: bool = False
    choices: tuple[str, ...] = ()

    def parse(self, asking: Asking, raw: Any) -> Decimal:
        typed = str(raw).strip()
        if (value := read_number(typed)) is None:
            raise Invalid("number", typed=typed[:40])
        if self.whole and value != value.to_integral_value():
            raise Invalid("whole_number", typed=typed[:40])
        if not self.low <= value <= self.high:
            raise Invalid("out_of_range", low=self.low, high=self.high)
        return value

    def show(self, asking: Asking, value: Any) -> str:
        return f"{value:f}"

    def options(self, asking: Asking) -> Options:
        return [(choice, choice) for choice in self.choices]


@dataclass(frozen=True, kw_only=True)
class Choice(Step):
    """One of several; `of` lists them as (value, label). A label may be typed instead, roughly.

    `other` lets anything typed stand as it is (the raw text becomes the value); `texts` names the label
    prefix when `of` is a plain tuple of codes.
    """

    of: Callable[[Asking], Options] | tuple[str, ...] = ()
    texts: str = ""
    other: bool = False

    def options(self, asking: Asking) -> Options:
        if callable(self.of):
            return self.of(asking)
        return [(code, asking.words.label(f"{self.texts or self.name}.{code}")) for code in self.of]

    def accept(self, asking: Asking, kind: str, value: Any) -> Any:
        typed = super().accept(asking, kind, value)
        options = self.options(asking)
        found = match(typed, options)
        if found is None and not self.other:
            raise Invalid("choice", typed=typed[:40])
        return found if found is not None else typed

    def parse(self, asking: Asking, raw: Any) -> Any:
        if not self.other and raw not in {value for value, _ in self.options(asking)}:
            raise Invalid("choice", typed=str(raw)[:40])
        return raw

    def show(self, asking: Asking, value: Any) -> str:
        return dict(self.options(asking)).get(value, str(value))


@dataclass(frozen=True, kw_only=True)
class Many(Choice):
    """Several of a list: tapped one by one and finished with a button, or typed with any separator."""

    most: int = 20

    def accept(self, asking: Asking, kind: str, value: Any) -> Any:
        if kind != "text":
            raise Invalid("kind_text", sent=kind)
        options = self.options(asking)
        chosen: list[str] = []
        for part in filter(None, re.split(r"[\s,，、;；/和及与]+", str(value))):
            found = match(part, options)
            if found is None and not self.other:
                whole = match(str(value), options)
                if whole is None:
                    raise Invalid("choice", typed=part[:40])
                return [whole]
            chosen.append(found if found is not None else part)
        return list(dict.fromkeys(chosen))

    def known(self, asking: Asking) -> Collection[str]:
        """What may be chosen, offered or not."""
        return {value for value, _ in self.options(asking)}

    def parse(self, asking: Asking, raw: Any) -> list[str]:
        known = self.known(asking)
        chosen = [value for value in raw if self.other or value in known]
        if not chosen and not self.optional:
            raise Invalid("pick_one")
        if len(chosen) > self.most:
            raise Invalid("too_many", most=self.most)
        return chosen

    def show(self, asking: Asking, value: Any) -> str:
        labels = dict(self.options(asking))
        return "、".join(labels.get(one, str(one)) for one in value)


@dataclass(frozen=True, kw_only=True)
class Day(Step):
    """A calendar day: today, yesterday, a weekday or a date; `past` and `future` bound it in days.

    Those offered are so many days from today (`near`), or the next `worked` day.
    """

    past: int = 400
    future: int = 400
    near: tuple[int, ...] = (0, -1, -2)
    worked: bool = False

    def options(self, asking: Asking) -> Options:
        today = calendar.local_day(clock.now())
        days = [today + timedelta(days=shift) for shift in self.near]
        days = [calendar.nth_working_day(day, 0) if self.worked else day for day in days]
        return [(day.isoformat(), say_day(day, asking.words.language)) for day in dict.fromkeys(days)]

    def accept(self, asking: Asking, kind: str, value: Any) -> Any:
        typed = str(super().accept(asking, kind, value))
        if (day := read_day(typed, calendar.local_day(clock.now()), forward=self.past == 0)) is None:
            raise Invalid("day", typed=typed[:40], ahead=self.past == 0)
        return day.isoformat()

    def parse(self, asking: Asking, raw: Any) -> date:
        day = date.fromisoformat(str(raw))
        away = (day - calendar.local_day(clock.now())).days
        if away < -self.past or away > self.future:
            raise Invalid("day_range", past=self.past, future=self.future)
        return day

    def show(self, asking: Asking, value: Any) -> str:
        return say_day(value, asking.words.language)


@dataclass(frozen=True, kw_only=True)
class File(Step):
    """A photo or document: kept as the channel's reference with its name, size and type."""

    endings: tuple[str, ...] = (".pdf", ".jpg", ".jpeg", ".png", ".docx", ".xlsx", ".pptx")
    takes: ClassVar[tuple[str, ...]] = ("file",)

    def parse(self, asking: Asking, raw: Any) -> dict[str, Any]:
        file = dict(raw)
        if int(file.get("size") or 0) > LARGEST:
            raise Invalid("file_large", megabytes=LARGEST // 1024 // 1024)
        name = str(file.get("name") or "").lower()
        if name and not name.endswith(self.endings):
            raise Invalid("file_type", endings=" ".join(self.endings))
        return file

    def show(self, asking: Asking, value: Any) -> str:
        return str(value.get("name") or "🖼")


@dataclass(frozen=True, kw_only=True)
class Contact(Step):
    """One's own phone number: shared by the channel's button, or typed."""

    takes: ClassVar[tuple[str, ...]] = ("contact", "text")

    def accept(self, asking: Asking, kind: str, value: Any) -> Any:
        raw = super().accept(asking, kind, value)
        if kind == "contact":
            if not raw.get("own"):
                raise Invalid("contact_other")
            return raw["phone"]
        return raw

    def parse(self, asking: Asking, raw: Any) -> str:
        if (phone := read_phone(str(raw))) is None:
            raise Invalid("phone", typed=str(raw)[:40])
        return phone


@dataclass(frozen=True, kw_only=True)
class Confirm(Step):
    """Yes or no, the safe answer first."""

    def options(self, asking: Asking) -> Options:
        return [(code, asking.words.label(f"confirm.{code}")) for code in ("yes", "no")]

    def accept(self, asking: Asking, kind: str, value: Any) -> Any:
        typed = str(super().accept(asking, kind, value)).lower()
        said = [code for code in ("yes", "no") if typed in asking.words.label(f"confirm.{code}_words").split()]
        found = said[0] if said else match(typed, self.options(asking))
        if found is None:
            raise Invalid("yes_no", typed=typed[:40])
        return found

    def parse(self, asking: Asking, raw: Any) -> bool:
        return bool(raw == "yes")

    def show(self, asking: Asking, value: Any) -> str:
        return asking.words.label("confirm.yes" if value else "confirm.no")


@dataclass(frozen=True, kw_only=True)
class Form:
    """A conversation that ends in one verb. `prefill` answers what is known; `review` shows a card first.

    `words` names what of its subject somebody has typed, so that it is kept even before the first answer.
    """

    name: str
    steps: tuple[Step, ...]
    finish: Callable[..., Any]
    roles: frozenset[str] | None = None
    command: str | None = None
    review: bool = False
    prefill: Callable[[Asking], dict[str, Any]] | None = None
    guard: Callable[[Asking], None] | None = None
    words: str = ""

    def adds_to(self, notes: dict[str, Any]) -> Step | None:
        """The text that what is guessed now (a dialog's `notes`) was read from, when more may be added to it."""
        guessed = set(notes.get("guessed", []))
        steps = [self.step(name) for name, drawn in notes.get("drawn", {}).items() if guessed & {*drawn}]
        return next((step for step in steps if step.adds), None)

    def step(self, name: str) -> Step:
        return next(step for step in self.steps if step.name == name)
