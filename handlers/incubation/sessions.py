"""Logging a session: one message in one's own words, a card of what was understood, and only the rest is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Day, Form, Number, Options, Step, Text
from bot.engine.routes import button, command, form
from bot.engine.turns import Turn
from bot.engine.words import say_number
from handlers import MEMBER
from handlers.incubation.names import TermChoice, named
from handlers.registration.replies import SURE, Reply, replies_to
from models import vocabulary
from models.base import Invalid, Refused
from models.incubation import session_entries
from models.incubation.pairs import RUNNING, Pair, PairStatus, find_own_pair, pairs_of, side_of
from models.incubation.sessions import SessionLog, SessionStatus, find_session, find_to_answer
from models.registration import roster_names
from models.registration.units import Side, Unit
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import last_letter

if TYPE_CHECKING:
    from models.incubation.session_notes import Note

LOGGABLE = (PairStatus.SIGNING, *RUNNING)
IN_GROUPS = {"training", "site_tour", "salon", "experience_exchange"}  # where the number of people matters
SHORTEST, LONGEST = Decimal("0.1"), Decimal(24)  # hours of a session
PAST = 365  # days; late logs are welcome
PAGE = 6
WHICH = "log_which_pair"
SHORT_NOTE = 30  # characters of a correction


@command("log", roles=MEMBER)
def log(turn: Turn, rest: str) -> None:
    """Log a session; of several pairs the one that is named, else one to be chosen."""
    pairs = _meant(turn, rest)
    if not pairs:
        raise Refused("no_pair_to_log")
    if len(pairs) == 1:
        return start_log(turn, pairs[0].id, rest)
    return turn.say(WHICH, pairs=_with_partners(turn, pairs), more=len(pairs) - PAGE, rest=rest)


def _meant(turn: Turn, text: str) -> Sequence[Pair]:
    """The pair whose other side a sentence names by its brand (晨光 of 上虞晨光注塑); all of them unless it is one."""
    named = _named(turn, text)
    return named if len(named) == 1 else pairs_of(turn.session, turn.person, LOGGABLE)


def _named(turn: Turn, text: str) -> list[Pair]:
    return [pair for pair in pairs_of(turn.session, turn.person, LOGGABLE) if _brand(turn, pair) in text]


def _brand(turn: Turn, pair: Pair) -> str:
    name = _partner(turn, pair).name
    return roster_names.parse(name).brand or name


def _partner(turn: Turn, pair: Pair) -> Unit:
    """The unit on the other side."""
    side = side_of(turn.session, turn.person, pair)
    return pair.incubatee if side is Side.INCUBATOR else pair.incubator


def _with_partners(turn: Turn, pairs: Sequence[Pair]) -> list[tuple[Pair, Unit]]:
    """The first of some pairs, each with the unit it is known by to whoever looks."""
    return [(pair, _partner(turn, pair)) for pair in pairs[:PAGE]]


def chosen(turn: Turn, text: str) -> bool:
    """Whether words typed under the question for which pair name one of them, or tell of the session itself."""
    letter, note, named = last_letter(turn.session, turn.person), _read(text), _named(turn, text)
    if letter is None or letter.template != WHICH or not (named or _names_activity(text) or note.hours or note.date):
        return False
    told = letter.buttons[0][0]["args"][1]
    alone = len(named) == 1 and text in _partner(turn, named[0]).name  # no more than the name
    rest = told if alone else "，".join(filter(None, (told, text)))
    if len(named) == 1:
        start_log(turn, named[0].id, rest)
    else:
        log(turn, rest)
    return True


def heard(turn: Turn, text: str) -> bool:
    """Whether words typed while no form is open tell of a session, which is then offered to be logged."""
    note = _read(text)
    pairs = _meant(turn, text)
    told = [fact is not None for fact in (note.activity, note.hours, note.date, note.people)]
    plain = _is_log(text, note) or (sum(told) > 1 and len(_named(turn, text)) == 1)
    if not pairs or not plain:
        return False
    turn.say("session_heard", pairs=_with_partners(turn, pairs), more=len(pairs) - PAGE, typed=text)
    return True


@button("session.log", roles=MEMBER)
def start_log(turn: Turn, pair_id: int, rest: str = "") -> None:
    """Log a session of one pair; what was typed with the command answers the first question."""
    pair, _ = find_own_pair(turn.session, turn.person, pair_id)
    if pair.status is PairStatus.PAUSED:
        raise Refused("pair_paused", pair=pair)
    begin(turn, "log_session", pair_id=pair_id, answers={"note": rest} if rest else None)


def _note(values: dict[str, Any]) -> Note:
    return _read(values["note"] or "")


def _read(text: str) -> Note:
    from models.incubation.session_notes import read_note  # its patterns take long to build: after the start, not in it

    return read_note(text, calendar.local_day(clock.now()))


def _is_log(text: str, note: Note) -> bool:
    from models.incubation.session_notes import is_log

    return is_log(text, note)


def _names_activity(text: str) -> bool:
    from models.incubation.session_notes import names_activity

    return names_activity(text)


def _guess(_: Asking, note: str) -> dict[str, Any]:
    """What a message says about a session, as answers to the later questions."""
    return _guess_of(note)


def _guess_of(note: str) -> dict[str, Any]:
    found = _note({"note": note})
    guesses = {
        "activity": named(vocabulary.activities(), found.activity or "", "zh"),
        "day": found.date.isoformat() if found.date else None,
        "hours": str(found.hours) if found.hours is not None else None,
        "people": str(found.people) if found.people is not None else None,
    }
    return {name: guess for name, guess in guesses.items() if guess is not None}


def _asks_people(values: dict[str, Any]) -> bool:
    """The number of people is asked where it matters, and kept where it was told."""
    return values["activity"] in IN_GROUPS or _note(values).people is not None


def _asks_result(values: dict[str, Any]) -> bool:
    """The result is asked unless the number of people had to be, so that five questions are the most."""
    return not (values["activity"] in IN_GROUPS and _note(values).people is None)


class Hours(Step):
    """How long: a number of hours, or words such as 90分钟."""

    def options(self, asking: Asking) -> Options:
        return [(hours, asking.words.label("session.hours").format(hours=hours)) for hours in ("1", "2", "3", "6")]

    def parse(self, asking: Asking, raw: Any) -> Decimal:
        typed = str(raw).strip()
        plain = re.fullmatch(r"\d{1,3}(?:\.\d{1,2})?", typed)
        hours = Decimal(typed) if plain else _read(typed).hours
        if hours is None or not SHORTEST <= hours <= LONGEST:
            raise Invalid("hours", typed=typed[:40])
        return hours

    def show(self, asking: Asking, value: Decimal) -> str:
        return asking.words.label("session.hours").format(hours=say_number(value, asking.words.language))


@dataclass(frozen=True, kw_only=True)
class Heads(Number):
    """How many people: the numbers that the message may mean are there to be tapped."""

    def options(self, asking: Asking) -> Options:
        from models.incubation.session_notes import maybe_people

        label, note = asking.words.label("session.people"), asking.values.get("note") or ""
        found = maybe_people(note, calendar.local_day(clock.now()))
        return [(str(people), label.format(people=people)) for people in found]


STEPS: tuple[Step, ...] = (
    TermChoice(name="activity", terms=vocabulary.activities, unknown="activity_unknown"),
    Day(name="day", past=PAST, future=0),
    Hours(name="hours"),
)


def _may_log(asking: Asking) -> None:
    find_own_pair(asking.session, asking.person, asking.subject["pair_id"])


def _log(session: Session, person: Person, **values: Any) -> None:
    session_entries.log_session(session, person, **_plain(values))


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    people = values["people"]
    return {**values, "hours": float(values["hours"]), "people": None if people is None else int(people)}


form(
    Form(
        name="log_session",
        roles=MEMBER,
        steps=(
            Text(name="note", shortest=2, longest=600, reads=_guess, adds=True),
            *STEPS,
            Heads(name="people", whole=True, high=Decimal(5000), optional=True, when=_asks_people),
            Text(name="result", longest=300, optional=True, when=_asks_result),
        ),
        finish=_log,
        guard=_may_log,
    )
)


# correcting


@button("session.correct", roles=MEMBER)
def start_correction(turn: Turn, session_id: int, said: str = "") -> None:
    """Change what was wrong in a session one has logged; what was typed before changes the card."""
    session_log = find_to_answer(turn.session, turn.person, session_id, own=True)
    if session_log.status in (SessionStatus.CONFIRMED, SessionStatus.STRUCK):
        raise Refused("session_settled_already", session_log=session_log, pair=session_log.pair)
    subject: dict[str, Any] = {"said": said} if said else {}
    begin(turn, "correct_session", session_id=session_id, **subject)


@replies_to("session.correct", duty="correct_session")
def read_correction(turn: Turn, text: str, session_id: int) -> Reply | None:
    """How many, how long, when: what was wrong, typed under the other side's objection."""
    return Reply(SURE, "session.correct", (session_id, text)) if _changes(text) else None


def _changes(said: str) -> dict[str, Any]:
    """What a short message says about a session, as answers; nothing when it tells a whole session anew."""
    found = {} if len(said) > SHORT_NOTE else _guess_of(said)
    if not _names_activity(said):
        found.pop("activity", None)
    return {} if "activity" in found and "hours" in found else found


def _present(asking: Asking) -> dict[str, Any]:
    """The card as it stands."""
    session_log = asking.session.get_one(SessionLog, asking.subject["session_id"])
    return {
        "activity": session_log.activity,
        "day": session_log.on.isoformat(),
        "hours": f"{session_log.hours:g}",
        "people": str(session_log.people) if session_log.people is not None else None,
        "note": session_log.note,
        **_changes(asking.subject.get("said", "")),
    }


def _may_correct(asking: Asking) -> None:
    find_to_answer(asking.session, asking.person, asking.subject["session_id"], own=True)


def _correct(session: Session, person: Person, *, said: str = "", **values: Any) -> None:
    session_entries.correct_session(session, person, **_plain(values))


form(
    Form(
        name="correct_session",
        roles=MEMBER,
        review=True,
        prefill=_present,
        steps=(
            *STEPS,
            Number(name="people", whole=True, high=Decimal(5000), optional=True),
            Text(name="note", shortest=2, longest=600),
        ),
        finish=_correct,
        guard=_may_correct,
    )
)


# keeping out


@button("session.keep_out", roles=MEMBER)
def ask_keep_out(turn: Turn, session_id: int) -> None:
    """What keeping a session's content out of the system means, asked once more."""
    session_log = find_session(turn.session, turn.person, session_id)
    find_own_pair(turn.session, turn.person, session_log.pair_id)
    turn.say("session_keep_out", session_log=session_log, pair=session_log.pair)


@button("session.keep_out_sure", roles=MEMBER)
def keep_out(turn: Turn, session_id: int) -> None:
    """Delete the content of a session."""
    session_log = session_entries.keep_out(turn.session, turn.person, session_id=session_id)
    turn.change("session_kept_out", session_log=session_log, pair=session_log.pair)
