"""One's own data: look at it, take it along, correct it, withdraw consent and have it deleted."""

from __future__ import annotations

import json

from bot.engine.dialogs import begin
from bot.engine.forms import Contact, Form, Text
from bot.engine.routes import button, command, form
from bot.engine.turns import Turn
from bot.engine.words import speak
from handlers.registration.registering import known_person
from models.registration import mydata
from models.registration.people import memberships, seats


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
    """Every row about oneself as one JSON file."""
    kept = mydata.collect(turn.session, turn.person)
    text = json.dumps(kept, ensure_ascii=False, indent=1, default=str)
    turn.say("mydata_file", extra={"file": {"name": "mydata.json", "text": text}}, count=sum(map(len, kept.values())))


form(
    Form(
        name="correct_me",
        review=True,
        prefill=known_person,
        finish=mydata.correct,
        steps=(Text(name="person_name", shortest=2, longest=40), Contact(name="phone")),
    ),
)


@button("mydata.correct")
def correct(turn: Turn) -> None:
    """Name and number."""
    begin(turn, "correct_me")


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
