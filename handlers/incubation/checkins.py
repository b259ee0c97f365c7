"""The monthly check-in: figures with their last value beside them, "same" in one tap, odd ones asked back, a rating."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Choice, Form, Options, Step
from bot.engine.routes import button, form
from bot.engine.timetable import job
from bot.engine.turns import Turn
from bot.engine.words import say_number
from handlers import MEMBER
from handlers.incubation.figures import Figures, Gauge, NamedFigures, Reported
from handlers.incubation.pulses import brief
from handlers.incubation.trends import trend
from handlers.oversight.duties import opens
from handlers.registration.replies import LIKELY, SURE, Reply, replies_to
from handlers.steps import reasons
from models.base import Refused, locked
from models.incubation import checkins
from models.incubation.checkins import Checkin, CheckinStatus, Figure
from models.incubation.goals import MOST, Goal, goals_of
from models.incubation.measurements import history, reported
from models.incubation.pairs import RUNNING, Pair, find_readable_pair, withheld
from models.incubation.pulses import LOW, pulse_due
from models.incubation.readings_several import assigned, several
from models.incubation.sessions import counterparts
from models.registration.units import Side
from models.system import calendar
from models.system.accounts import Person
from models.system.letters import Kind, tell


@opens("answer_checkin")
def show_checkin(turn: Turn, checkin_id: int) -> None:
    """The question of the month with the last values."""
    checkin = checkins.find_checkin(turn.session, turn.person, checkin_id)
    pair = checkin.pair
    last, hidden = checkins.last_values(turn.session, pair), withheld(turn.session, turn.person, pair)
    turn.say("checkin_asked", checkin=checkin, pair=pair, last=last, hidden=hidden)


@button("checkin.open", roles=MEMBER)
def start_checkin(turn: Turn, checkin_id: int, typed: str = "") -> None:
    """Report, figure by figure; figures typed before are taken as answers."""
    checkin = checkins.find_checkin_to_answer(turn.session, turn.person, checkin_id)
    _begin(turn, checkin, _figures_in(turn, checkin, typed) or None)


@replies_to("checkin.open", duty="answer_checkin")
def read_figures(turn: Turn, text: str, checkin_id: int) -> Reply | None:
    """Figures of its indicators, typed under the question of the month."""
    try:
        checkin = checkins.find_checkin_to_answer(turn.session, turn.person, checkin_id)
    except Refused:
        return None
    if not _figures_in(turn, checkin, text):
        return None
    fits = LIKELY if checkin.status is CheckinStatus.ANSWERED else SURE
    return Reply(fits, "checkin.open", (checkin_id, text))


def _figures_in(turn: Turn, checkin: Checkin, text: str) -> dict[str, Any]:
    """The figures of a message that holds nothing else, each as the answer about its indicator."""
    goals = goals_of(turn.session, checkin.pair)
    pieces = assigned(text, [goal.indicator for goal in goals])
    found = {f"value_{n + 1}": piece for n, piece in pieces.items()}
    gauges = {f"value_{n}": Gauge(goal.indicator, goal.unit) for n, goal in enumerate(goals, 1)}
    readable = all(gauges[name].read(raw).value is not None for name, raw in found.items())
    return found if readable else {}


@button("checkin.same", roles=MEMBER)
def same_all(turn: Turn, checkin_id: int) -> None:
    """Nothing has changed: every figure as in the month before."""
    checkin = checkins.find_checkin_to_answer(turn.session, turn.person, checkin_id)
    goals = goals_of(turn.session, find_readable_pair(turn.session, turn.person, checkin.pair_id))
    _begin(turn, checkin, {f"value_{n}": "same" for n, _ in enumerate(goals, 1)})


def _begin(turn: Turn, checkin: Checkin, answers: dict[str, Any] | None) -> None:
    shown = withheld(turn.session, turn.person, checkin.pair) is None
    gauges = [_gauge(turn.session, goal, checkin, shown=shown) for goal in goals_of(turn.session, checkin.pair)]
    if checkin.status is CheckinStatus.ANSWERED and answers is None:
        return begin(turn, "correct_checkin", checkin_id=checkin.id, month=checkin.period.month, gauges=gauges)
    fresh = checkin.status is not CheckinStatus.ANSWERED and pulse_due(turn.session, checkin.pair)
    month = checkin.period.month
    return begin(turn, "check_in", checkin_id=checkin.id, month=month, gauges=gauges, rates=fresh, answers=answers)


def _gauge(session: Session, goal: Goal, checkin: Checkin, *, shown: bool) -> dict[str, Any]:
    """A goal as the form keeps it: what is asked, in which unit, and what it read before, where that may be shown."""
    known = history(session, goal) if shown else []
    before = [str(value) for month, value in known if month < checkin.period]
    said = next((str(value) for month, value in known if month == checkin.period), None)
    return {"goal": goal.id, "indicator": goal.indicator, "unit": goal.unit, "before": before[-3:], "said": said}


# the form: five places for figures, of which a pair uses as many as it has goals


def _gauge_at(n: int) -> Callable[[Asking], Gauge]:
    def gauge(asking: Asking) -> Gauge:
        one = asking.subject["gauges"][n]
        return Gauge(one["indicator"], one["unit"], tuple(Decimal(value) for value in one["before"]))

    return gauge


def _same(n: int) -> Callable[[Asking], Options]:
    """As in the month before, where there is one."""

    def options(asking: Asking) -> Options:
        before = _gauge_at(n)(asking).before
        return [("same", asking.words.label("value.same"))] if before else []

    return options


def _keep(n: int) -> Callable[[Asking], Options]:
    """The odd figure is right."""

    def options(asking: Asking) -> Options:
        value = asking.values.get(f"value_{n + 1}")
        if value is None or not value.figures:
            return []
        figure = say_number(value.figures[0], asking.words.language)
        return [("keep", asking.words.label("value.keep").format(value=figure))]

    return options


def _asked(n: int) -> Callable[[dict[str, Any]], bool]:
    return lambda values: n < len(values["gauges"])


def _odd(n: int) -> Callable[[dict[str, Any]], bool]:
    def when(values: dict[str, Any]) -> bool:
        value = values[f"value_{n + 1}"]
        return value is not None and value.odd

    return when


def _all_at_once(asking: Asking, value: Reported) -> dict[str, Any]:
    """Several figures in one message answer several questions, where there are as many as indicators."""
    pieces = several(value.typed, len(asking.subject["gauges"]))
    return {f"value_{n}": piece for n, piece in enumerate(pieces[1:], 2)} if len(pieces) > 1 else {}


class LaterFigure(NamedFigures):
    """A later question; what came in the same message for the first is shown with it, so that all can be checked."""

    def show(self, asking: Asking, value: Reported) -> str:
        first, own = asking.values.get("value_1"), super().show(asking, value)
        if self.name != "value_2" or first is None or len(several(first.typed, len(asking.subject["gauges"]))) == 1:
            return own
        return f"{super().show(asking, first)} · {own}"


class FirstFigure(Figures):
    """The first question also takes the figures of all, in the order of the list."""

    def parse(self, asking: Asking, raw: Any) -> Reported:
        count = len(asking.subject["gauges"])
        pieces = several(str(raw), count) if count > 1 else [str(raw)]
        if len(pieces) != count or count == 1:
            return super().parse(asking, raw)
        first = super().parse(asking, pieces[0])
        return Reported(first.gauge, first.figures, first.code, str(raw), first.odd)


def _steps() -> Iterable[Step]:
    for n in range(MOST):
        kind = FirstFigure if n == 0 else LaterFigure
        yield kind(
            name=f"value_{n + 1}",
            of=_gauge_at(n),
            quick=_same(n),
            when=_asked(n),
            optional=True,
            reads=_all_at_once if n == 0 else None,
        )
        yield Figures(name=f"sure_{n + 1}", of=_gauge_at(n), quick=_keep(n), when=_odd(n), wary=True)
    yield Choice(name="pulse", of=("1", "2", "3", "4", "5"), when=lambda values: values["rates"], optional=True)
    yield Choice(
        name="reason",
        of=reasons("barrier"),
        other=True,
        optional=True,
        check=brief,
        when=lambda values: values["pulse"] is not None and int(values["pulse"]) <= LOW,
    )


def may_answer(asking: Asking) -> None:
    checkin = checkins.find_checkin_to_answer(asking.session, asking.person, asking.subject["checkin_id"])
    ids = [goal.id for goal in goals_of(asking.session, checkin.pair)]
    if ids != [one["goal"] for one in asking.subject["gauges"]]:
        raise Refused("goals_changed", checkin=checkin)


def figure_of(gauge: dict[str, Any], value: Reported | None, sure: Reported | None) -> Figure | None:
    """What is stored for one indicator; None when it was left out."""
    if value is None:
        return None
    if value.code == "same":
        return Figure(gauge["goal"], float(gauge["before"][-1]))
    if sure is not None and sure.code is None:
        return Figure(gauge["goal"], sure.only, sure.typed)
    return Figure(gauge["goal"], value.only, value.typed, odd=value.odd)


def _answer(
    session: Session,
    person: Person,
    *,
    checkin_id: int,
    gauges: list[dict[str, Any]],
    month: int,
    rates: bool,
    pulse: str | None,
    reason: str | None,
    **values: Any,
) -> None:
    found = [figure_of(one, values[f"value_{n}"], values[f"sure_{n}"]) for n, one in enumerate(gauges, 1)]
    checkin = checkins.answer_checkin(
        session,
        person,
        checkin_id=checkin_id,
        figures=[figure for figure in found if figure is not None],
        pulse=int(pulse) if pulse else None,
        reason=reason,
    )
    thank(session, person, checkin)


def thank(session: Session, person: Person, checkin: Checkin) -> None:
    """Thank with the picture of the first indicator reported, and show the incubator the figures, never a rating."""
    pair = checkin.pair
    lines = changes(session, pair, checkin)
    readers = {person.id: (person, "checkin_thanks")}
    readers |= {one.id: (one, "checkin_told") for one in counterparts(session, pair, Side.INCUBATOR)}
    for reader, letter in readers.values():
        hidden = withheld(session, reader, pair)
        tell(
            session,
            reader,
            letter,
            kind=Kind.REPLY if reader is person else Kind.ANSWER,
            picture=trend(session, lines[0][0], reader.language) if lines and not hidden else None,
            checkin=checkin,
            pair=pair,
            changes=lines,
            hidden=hidden,
            next_on=calendar.due_by_tenth(calendar.month_of(checkin.period, 1)),
        )


def changes(session: Session, pair: Pair, checkin: Checkin) -> list[tuple[Goal, float, float | None]]:
    """The figures of a check-in: (goal, value, the value before)."""
    goals = goals_of(session, pair)
    found = reported(session, [goal.series for goal in goals])
    lines = []
    for goal in goals:
        value = found.get(goal.series, {}).get(checkin.period)
        if value is not None:
            before = [earlier for month, earlier in history(session, goal) if month < checkin.period]
            lines.append((goal, value, before[-1] if before else None))
    return lines


form(
    Form(
        name="check_in",
        roles=MEMBER,
        steps=tuple(_steps()),
        finish=_answer,
        guard=may_answer,
    )
)


# the clock


def to_ask(session: Session, now: datetime) -> Iterable[tuple[int, str]]:
    """Pairs to be asked about the month before, on working days from three before the tenth."""
    day = calendar.local_day(now)
    period = checkins.period_to_ask(day) if calendar.is_working_day(day) else None
    if period is None:
        return []
    return [(pair_id, period.isoformat()) for pair_id in checkins.pairs_to_ask(session, period)]


@job("checkins_open", "40 8 * * *", find=to_ask)
def open_checkin(session: Session, key: tuple[int, str], now: datetime) -> None:
    """Ask a pair about the month before."""
    pair_id, period = key
    pair = locked(session, Pair, pair_id)
    if pair.status in RUNNING:
        checkins.open_checkin(session, pair, date.fromisoformat(period))


def to_close(session: Session, now: datetime) -> Iterable[int]:
    """Check-ins nobody answered in time."""
    return checkins.overdue_checkins(session, now)


@job("checkins_close", "10 18 * * *", find=to_close)
def close_checkin(session: Session, checkin_id: int, now: datetime) -> None:
    """Ask no more; after the second miss in a row the city office calls."""
    checkins.close_checkin(session, checkin_id)
