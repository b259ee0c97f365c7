"""Putting a month's figure right: which indicator, then the figure; or both in one message (返工率是9.5)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from bot.engine.forms import Asking, Choice, Form, Options
from bot.engine.routes import form
from bot.engine.words import say_number
from handlers import MEMBER, term
from handlers.incubation.checkins import figure_of, may_answer, thank
from handlers.incubation.figures import Figures, Gauge, NamedFigures, Reported
from models import vocabulary
from models.base import Invalid
from models.incubation import checkins
from models.incubation.checkins import Figure
from models.system.accounts import Person

_NUMBER = re.compile(r"\d[\d.,]*\s*(?:%|‰|[a-zA-Z]+)?")


class Wrong(str):
    """Which of the indicators (its place in the list, from 0), and the figure that was typed with its name."""

    figure: str | None = None


class Which(Choice):
    """One of the month's indicators, tapped, or typed by its name with the right figure behind it."""

    def accept(self, asking: Asking, kind: str, value: Any) -> Any:
        if kind == "text" and len(_named(asking, str(value))) == 1:
            return str(value).strip()
        try:
            return super().accept(asking, kind, value)
        except Invalid as problem:
            raise Invalid("which_figure", typed=str(value)[:40]) from problem

    def parse(self, asking: Asking, raw: Any) -> Wrong:
        if raw in dict(self.options(asking)):
            return Wrong(raw)
        found = _named(asking, str(raw))
        if len(found) != 1:
            raise Invalid("which_figure", typed=str(raw)[:40])
        wrong = Wrong(found[0])
        wrong.figure = next(iter(_NUMBER.findall(str(raw))), None)
        return wrong

    def show(self, asking: Asking, value: Any) -> str:
        return dict(self.options(asking)).get(str(value), "–")


def _named(asking: Asking, typed: str) -> list[str]:
    """The places of the indicators that a text names, in full or by the words their names begin with (返工)."""
    known, said = vocabulary.indicators(), typed.casefold()
    names = {str(n): known[one["indicator"]] for n, one in enumerate(asking.subject["gauges"])}
    for length in (None, 2):
        cut = {n: {name.casefold()[:length] for name in (one.zh, one.en, *one.aliases)} for n, one in names.items()}
        found = [n for n, words in cut.items() if any(len(word) > 1 and word in said for word in words)]
        if found:
            return found
    return []


def _items(asking: Asking) -> Options:
    language = asking.words.language
    return [
        (str(n), f"{term('indicators', one['indicator'], language=language)} {_said(asking, one)}".strip())
        for n, one in enumerate(asking.subject["gauges"])
    ]


def _said(asking: Asking, gauge: dict[str, Any]) -> str:
    if gauge["said"] is None:
        return ""
    return say_number(Decimal(gauge["said"]), asking.words.language) + asking.words.label(f"unit.{gauge['unit']}")


def _gauge(asking: Asking) -> Gauge:
    one = asking.subject["gauges"][int(asking.values.get("which") or 0)]
    return Gauge(one["indicator"], one["unit"], tuple(Decimal(value) for value in one["before"]))


def _typed_with(asking: Asking, wrong: Wrong) -> dict[str, Any]:
    return {"value": wrong.figure} if wrong.figure else {}


def _keep(asking: Asking) -> Options:
    value = asking.values.get("value")
    figure = say_number(value.figures[0], asking.words.language) if value and value.figures else ""
    return [("keep", asking.words.label("value.keep").format(value=figure))] if figure else []


def _correct(
    session: Session,
    person: Person,
    *,
    checkin_id: int,
    gauges: list[dict[str, Any]],
    month: int,
    which: str | None,
    value: Reported,
    sure: Reported | None,
) -> None:
    right = figure_of(gauges[int(which or 0)], value, sure)
    kept = [Figure(one["goal"], float(one["said"])) for one in gauges if one["said"] is not None]
    figures = [one for one in kept if right is None or one.goal_id != right.goal_id]
    figures += [right] if right else []
    thank(session, person, checkins.answer_checkin(session, person, checkin_id=checkin_id, figures=figures))


form(
    Form(
        name="correct_checkin",
        roles=MEMBER,
        steps=(
            Which(name="which", of=_items, when=lambda values: len(values["gauges"]) > 1, reads=_typed_with),
            NamedFigures(name="value", of=_gauge),
            Figures(
                name="sure",
                of=_gauge,
                quick=_keep,
                when=lambda values: bool(values["value"] and values["value"].odd),
                wary=True,
            ),
        ),
        finish=_correct,
        guard=may_answer,
    )
)
