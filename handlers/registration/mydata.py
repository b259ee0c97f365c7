"""One's own data: look at it, take it along, correct it, withdraw consent and have it deleted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Contact, Form, Text
from bot.engine.routes import button, command, form
from bot.engine.turns import Turn
from bot.engine.words import speak
from handlers.registration.registering import known_person
from models.registration import mydata
from models.registration.people import memberships, seats
from models.system import clock
from models.system.accounts import Person
from models.system.clock import SHANGHAI
from models.system.sheets import Book, Cell, Sheet

WIDTH = 20  # characters of a column


@command("mydata")
def show_mydata(turn: Turn, rest: str) -> None:
    """What is kept about oneself, since when and on which ground."""
    turn.say(
        "mydata",
        units=list(dict.fromkeys(one.unit for one in memberships(turn.session, turn.person))),
        seats=seats(turn.session, turn.person),
        tables=[(name, len(rows)) for name, rows in mydata.collect(turn.session, turn.person).items()],
    )


@button("mydata.show")
def open_mydata(turn: Turn) -> None:
    show_mydata(turn, "")


@button("mydata.download")
def download(turn: Turn) -> None:
    """Every row about oneself, once as a JSON file for machines and once as a workbook to read."""
    kept = mydata.collect(turn.session, turn.person)
    count = sum(map(len, kept.values()))
    text = json.dumps(kept, ensure_ascii=False, indent=1, default=str)
    spec = {"name": "mydata", "language": turn.person.language, "person": turn.person.id, "at": clock.now().isoformat()}
    turn.say("mydata_file", extra={"file": {"name": "mydata.json", "text": text}}, count=count)
    turn.say("mydata_workbook", extra={"paper": spec})


def lay_out(session: Session, spec: dict[str, Any]) -> Book:
    """The same as a workbook, one sheet a table, each column under the name that the JSON file gives it."""
    person, words = session.get_one(Person, spec["person"]), speak(spec["language"])
    at = datetime.fromisoformat(spec["at"]).astimezone(SHANGHAI)
    mark = words.label("mydata.mark").format(name=person.name, moment=at)
    return Book(f"mydata-{at:%Y%m%d}", mark, _sheets(mydata.collect(session, person)))


def _sheets(kept: dict[str, list[dict[str, Any]]]) -> Iterator[Sheet]:
    for table, rows in kept.items():
        heads = list(dict.fromkeys(name for row in rows for name in row))
        yield Sheet(table, heads, ([_cell(row.get(name)) for name in heads] for row in rows), [WIDTH] * len(heads))


def _cell(value: Any) -> Cell:
    """A value as the JSON file has it; what is no plain value there stands as its text."""
    if value is None or (isinstance(value, str | int | float) and not isinstance(value, bool)):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def _known(asking: Asking) -> dict[str, Any]:
    """What is on record, but for what was tapped to be asked anew."""
    return {step: raw for step, raw in known_person(asking).items() if step != asking.subject.get("anew")}


def _correct(session: Session, person: Person, *, anew: str = "", **answers: Any) -> None:
    mydata.correct(session, person, **answers)


form(
    Form(
        name="correct_me",
        review=True,
        prefill=_known,
        finish=_correct,
        steps=(Text(name="person_name", shortest=2, longest=40), Contact(name="phone")),
    ),
)


@button("mydata.correct")
def correct(turn: Turn, anew: str = "") -> None:
    """Name and number; one of them is asked at once where that was tapped."""
    subject: dict[str, Any] = {"anew": anew} if anew else {}
    begin(turn, "correct_me", **subject)


@command("forget")
def ask_forget(turn: Turn, rest: str) -> None:
    """Withdraw consent: what goes, what stays; asked once more."""
    turn.say(
        "forget_ask",
        left_behind=mydata.left_behind(turn.session, turn.person),
        empty=mydata.without_officers(turn.session, turn.person),
    )


@button("forget.ask")
def open_forget(turn: Turn) -> None:
    ask_forget(turn, "")


@button("forget.sure")
def forget(turn: Turn) -> None:
    """Delete what is personal; from here on we talk to a stranger."""
    mydata.forget(turn.session, turn.person, shown_as=speak("zh").label("person.gone"))
    turn.say("forgotten")
