"""Goals: choosing indicators with baseline and target, sending them to the mentor, confirming or sending back."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Choice, Form, Options
from bot.engine.routes import button, form
from bot.engine.turns import Turn
from handlers import MEMBER, SEERS
from handlers.incubation.figures import Figures, Gauge, Reported, figures_of, gauge_of, unit_options
from handlers.incubation.names import TermChoice
from handlers.oversight.duties import opens
from models import vocabulary
from models.base import Invalid
from models.incubation import gains
from models.incubation import goals as rules
from models.incubation.goals import GoalStatus, goals_of
from models.incubation.pairs import Pair, find_own_pair, find_readable_pair, side_of
from models.registration.units import Side
from models.system import calendar, clock
from models.system.accounts import Person


@button("pair.goals", roles=SEERS)
@opens("set_goals")
def show_goals(turn: Turn, pair_id: int) -> None:
    """A pair's goals: in force, written, or waiting for the mentor, with what this reader can do about them."""
    pair = find_readable_pair(turn.session, turn.person, pair_id)
    side = side_of(turn.session, turn.person, pair)
    writing = side is Side.INCUBATEE and pair.proposed_at is None
    locked = goals_of(turn.session, pair)
    drafts = goals_of(turn.session, pair, *rules.OPEN)
    turn.say(
        "goals",
        pair=pair,
        goals=drafts if pair.baseline_locked_at is None else locked,
        proposed=drafts if pair.baseline_locked_at is not None else [],
        writing=writing,
        confirming=side is Side.INCUBATOR and pair.proposed_at is not None,
        fewest=rules.FEWEST,
        most=rules.MOST,
    )


# writing


@button("goal.add", roles=MEMBER)
def start_goal(turn: Turn, pair_id: int) -> None:
    """Add an indicator."""
    pair, _ = find_own_pair(turn.session, turn.person, pair_id)
    begin(turn, "set_goal", pair_id=pair_id, months=months_asked(), wished=bool(rules.wished_indicators(pair)))


def months_asked() -> list[int]:
    """The months a baseline is asked for, as numbers."""
    return [month.month for month in rules.baseline_months(calendar.local_day(clock.now()))]


@button("goal.drop", roles=MEMBER)
def drop_goal(turn: Turn, goal_id: int) -> None:
    """Take an indicator off the list."""
    goal = rules.drop_goal(turn.session, turn.person, goal_id=goal_id)
    turn.flash("flash.goal_dropped")
    show_goals(turn, goal.pair_id)


def _indicators(asking: Asking) -> Options:
    """Those the need named first, then the programme's outcomes, activities last; what is chosen already left out."""
    pair = asking.session.get_one(Pair, asking.subject["pair_id"])
    chosen = {goal.indicator for goal in goals_of(asking.session, pair, GoalStatus.DRAFT)}
    wished, entries = rules.wished_indicators(pair), vocabulary.indicators()
    rest = sorted(entries, key=lambda id: entries[id].activity_only)
    order = dict.fromkeys([*wished, *rest])
    return [(id, vocabulary.label(entries[id], asking.words.language)) for id in order if id not in chosen]


def _not_chosen(asking: Asking, indicator: str) -> str:
    if indicator not in {id for id, _ in _indicators(asking)}:
        raise Invalid("indicator_chosen", indicator=indicator)
    return indicator


def _wished(asking: Asking) -> Options:
    """The target the need named, to be tapped."""
    pair = asking.session.get_one(Pair, asking.subject["pair_id"])
    target = rules.wished_target(pair, str(asking.values.get("indicator")))
    return [(target, asking.words.label("goal.as_wished").format(target=target))] if target else []


class Target(Figures):
    """A figure to reach; the one the need named is read like a typed one."""

    def parse(self, asking: Asking, raw: Any) -> Reported:
        try:
            found = super().parse(asking, raw)
        except Invalid as no:
            raise Invalid("target_unread", typed=str(raw)[:40]) if no.code == "reading_other_period" else no from None
        figure = found.gauge.read(found.code).value if found.code else None
        return found if figure is None else Reported(found.gauge, (figure,), typed=str(raw))


def _units(asking: Asking) -> Options:
    indicator = asking.values.get("indicator")  # none while one that a colleague has taken is asked for again
    return unit_options(asking, indicator) if indicator else []


def _several_units(values: dict[str, Any]) -> bool:
    """Whether the indicator can be counted in several units; without an indicator, whether that may still be."""
    entry = vocabulary.indicators().get(values["indicator"] or "")
    return entry is None or len(entry.units) > 1


def _gauge(asking: Asking) -> Gauge:
    return gauge_of(asking.values)


def _baseline(values: dict[str, Any]) -> list[float]:
    return figures_of(values["baseline"], values["baseline_2"], values["baseline_3"])


def _known(values: dict[str, Any], name: str) -> list[float]:
    """The baseline's figures up to one of its questions."""
    names = ("baseline", "baseline_2", "baseline_3")
    return figures_of(*(values.get(one) for one in names[: names.index(name)]))


def _check_baseline(name: str) -> Any:
    def check(asking: Asking, value: Reported) -> Reported:
        whole = [*_known(asking.values, name), *figures_of(value)]
        if len(whole) > gains.PERIODS:
            raise Invalid(
                "reading_several", typed=value.typed[:40], most=gains.PERIODS - len(whole) + len(value.figures)
            )
        rules.check_baseline(value.gauge.indicator, value.gauge.unit, whole)
        return value

    return check


def _asks_on(name: str, before: str) -> Any:
    """Whether one more month is asked: figures are missing and nobody said that there are none."""

    def when(values: dict[str, Any]) -> bool:
        last = values[before]
        return last is not None and last.code is None and len(_known(values, name)) < gains.PERIODS

    return when


def _check_target(asking: Asking, value: Reported) -> Reported:
    if value.code is None:
        rules.check_target(value.gauge.indicator, value.gauge.unit, _baseline(_lenient(asking)), value.only)
    return value


def _lenient(asking: Asking) -> dict[str, Any]:
    return {"baseline": None, "baseline_2": None, "baseline_3": None, **asking.values}


def _counted(values: dict[str, Any]) -> bool:
    """Whether there is a baseline to set a target against, or still may be."""
    return values["baseline"] is None or len(_baseline(values)) >= gains.PERIODS


def _no_data(asking: Asking) -> Options:
    return [("no_data", asking.words.label("baseline.no_data"))]


def _add(session: Session, person: Person, *, pair_id: int, months: list[int], **values: Any) -> None:
    rules.add_goal(
        session,
        person,
        pair_id=pair_id,
        indicator=values["indicator"],
        unit=gauge_of(values).unit,
        baseline=_baseline(values),
        target=values["target"].only if values["target"] is not None else None,
    )


def _may_write(asking: Asking) -> None:
    rules.find_open_goals(asking.session, asking.person, asking.subject["pair_id"])


form(
    Form(
        name="set_goal",
        roles=MEMBER,
        review=True,
        steps=(
            TermChoice(
                name="indicator",
                terms=vocabulary.indicators,
                unknown="indicator_unknown",
                of=_indicators,
                check=_not_chosen,
            ),
            Choice(name="unit", of=_units, when=_several_units),
            Figures(name="baseline", of=_gauge, most=3, quick=_no_data, check=_check_baseline("baseline")),
            Figures(
                name="baseline_2",
                of=_gauge,
                most=2,
                quick=_no_data,
                when=_asks_on("baseline_2", "baseline"),
                check=_check_baseline("baseline_2"),
            ),
            Figures(
                name="baseline_3",
                of=_gauge,
                quick=_no_data,
                when=_asks_on("baseline_3", "baseline_2"),
                check=_check_baseline("baseline_3"),
            ),
            Target(name="target", of=_gauge, quick=_wished, when=_counted, check=_check_target),
        ),
        finish=_add,
        guard=_may_write,
    )
)
