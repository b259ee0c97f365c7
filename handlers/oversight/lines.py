"""Words for duties and records that every letter may use: title, colour, age, deadline and whose turn it is.

The patterns stand in the messages; here they are only filled, and cut to what fits on a phone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from bot.engine.words import Words, say_day, speak, width
from handlers import TEMPLATE_WORDS, term
from models.incubation.pairs import OVER, Pair, PairStatus
from models.oversight import duties
from models.oversight.duties import Duty
from models.registration.people import Role, belongs_to
from models.registration.short_names import short_name, short_names
from models.system import calendar, clock
from models.system.accounts import Person

SHORTEST_NAME = 9  # cells to which a unit's name is cut: four characters still tell it
NAMING = ("incubatee", "incubator", "unit_name", "from", "name")  # facts of a title that tell it from others
SIGNS = {"green": "🟢", "amber": "🟡", "red": "🔴"}


def fit(text: str, cells: int, *, language: str = "zh") -> str:
    """A text on one line of at most so many half-width cells."""
    line = " ".join(str(text).split())
    if width(line) <= cells:
        return line
    while line and width(line) > cells - 2:
        line = line[:-1]
    return f"{line.rstrip()}…"


def duty_title(duty: Duty, *, language: str, cells: int = 200) -> str:
    """What is to be done, in the words of its wing."""
    words = speak(language)
    pattern = words.labels.get(f"duty.{duty.kind}") or words.label("duty.other")
    facts = defaultdict(lambda: "–", {name: str(fact) for name, fact in duty.title.items()})
    whole = pattern.format_map(facts)
    over = width(whole) - cells
    names = [name for name in duty.title if name != "number" and f"{{{name}}}" in pattern]
    if (
        over > 0 and names
    ):  # where that is enough, the longest name gives way, so that what stands behind it stays whole
        longest = max(names, key=lambda name: width(facts[name]))
        shorter = facts | {longest: fit(facts[longest], max(SHORTEST_NAME, width(facts[longest]) - over))}
        whole = shortened if width(shortened := pattern.format_map(shorter)) <= cells else whole
    title = fit(whole, cells)
    start, _, rest = title.rpartition(words.label("bracket"))
    return f"{start.rstrip()}…" if start and rest.endswith("…") and width(rest) < SHORTEST_NAME else title


def duty_sign(duty: Duty, *, language: str) -> str:
    """The colour of a duty now."""
    return SIGNS[duties.state(duty, clock.now())]


def pair_sign(pair: Pair, urgent: Duty | None, *, language: str) -> str:
    """The colour of a pair: of its warning or of the most urgent thing it waits for, whichever is worse.

    A pair that is over has none.
    """
    if pair.status in OVER:
        return "✅" if pair.status is PairStatus.GRADUATED else "·"
    order = list(SIGNS)
    colours = [pair.warning.value, *([duties.state(urgent, clock.now()).value] if urgent else [])]
    return SIGNS[max(colours, key=order.index)]


def duty_age(duty: Duty, *, language: str) -> str:
    """Since when it has been waiting, in working days."""
    return _counted(speak(language), "age", calendar.working_days_between(duty.since_at, clock.now()))


def duty_due(duty: Duty, *, language: str) -> str:
    """By when it is to be done, or by how much it is late."""
    red = duties.marks(duty)[1]
    if red is None:
        return speak(language).label("due.open")
    if clock.now() > red:
        return _counted(speak(language), "late", calendar.working_days_between(red, clock.now()))
    return speak(language).label("due.on").format(day=say_day(red, language))


def duty_holder(duty: Duty, reader: Person, *, language: str) -> str:
    """Whose turn it is."""
    if duty.person_id == reader.id:
        return speak(language).label("turn_of.you")
    if duty.person is not None:
        return duty.person.name or speak(language).label("turn_of.somebody")
    if duty.unit is not None:
        return duty.unit.name
    return office_name(duty.office, duty.city, language=language)


def duty_brief(
    duty: Duty, reader: Person, own: bool = True, among: Sequence[Duty] = (), *, language: str, cells: int = 36
) -> str:
    """A duty on one line: colour, unit, what, who (unless it is the reader's) and how late; told from those `among`."""
    words, when = speak(language), _short(duty, language)
    task = duty_task(duty, own, among, language=language, cells=cells - width(when) - 4)
    holder = "" if own else duty_holder(duty, reader, language=language)
    who = f" · {fit(holder, 12)}" if holder and holder != _unit_of(duty, own) else ""
    if width(who) + width(task) + width(when) + 4 > cells:
        shorter = duty_task(duty, own, among, language=language, cells=cells - width(when) - width(who) - 4)
        task, who = (task, "") if shorter.endswith("…") else (shorter, who)  # rather what is to be done than by whom
    return words.label("duty_brief").format(sign=duty_sign(duty, language=language), title=task, who=who, when=when)


def duty_task(duty: Duty, own: bool = True, among: Sequence[Duty] = (), *, language: str, cells: int = 34) -> str:
    """What is to be done in few words, the unit it is about before them: 恒力塑料：该辅导."""
    words = speak(language)
    unit, verb = _unit_of(duty, own), words.labels.get(f"brief.{duty.kind}")
    if verb is None or not unit:
        return duty_title(duty, language=language, cells=cells)
    alike = [one for one in among if (one.kind, _unit_of(one, own)) == (duty.kind, unit)]
    what = verb.format_map(defaultdict(lambda: "–", duty.title))
    numbers = {one.title.get("number") for one in [duty, *alike]}
    if "{number}" not in verb and duty.title.get("number") and len(numbers) > 1:
        what = f"{what} {duty.title['number']}"
    name = short_names([unit, *(_unit_of(one, own) for one in among)])[unit]
    space = cells - width(words.label("duty_task").format(unit="", what=what))
    return fit(words.label("duty_task").format(unit=fit(name, max(SHORTEST_NAME, space)), what=what), cells)


def duty_turn(duty: Duty, reader: Person, *, language: str) -> str:
    """What a pair waits for, how late it is and whose turn it is: 该辅导 超2天 · 轮到您."""
    words = speak(language)
    what = words.labels.get(f"brief.{duty.kind}") or duty_title(duty, language=language, cells=24)
    ours = duty.person is None and duty.unit is not None and belongs_to(reader, duty.unit)
    holder = fit(short_name(duty_holder(duty, reader, language=language)), 14)
    who = words.label("turn_of.unit") if ours else holder
    return words.label("duty_turn").format(what=what, when=_short(duty, language), who=who)


def _unit_of(duty: Duty, own: bool) -> str:
    """The name by which a duty is told from others of its kind: the other side for whoever holds it."""
    names = [str(duty.title[fact]) for fact in NAMING if duty.title.get(fact)]
    holder = duty.unit.name if duty.unit else ""
    others = [name for name in names if name != holder] if own else names
    return next(iter(others or names), "" if own else holder)


def duty_days(duty: Duty, *, language: str) -> str:
    """For how many working days it has been waiting, in figures."""
    return _counted(speak(language), "short_age", calendar.working_days_between(duty.since_at, clock.now()))


def duty_number(number: int, less: int = 0, *, language: str) -> str:
    """How many duties there are, less those that are shown, as far as they are counted."""
    return f"{duties.COUNTED - 1}+" if number >= duties.COUNTED else str(number - less)


def office_name(role: Role | None, city: str | None, *, language: str) -> str:
    """An office as people call it."""
    name = speak(language).label(f"office_name.{role or Role.ASSOCIATION}")
    return name.format(city=term("cities", city, language=language))


def row_line(row: Any, *, language: str) -> str:
    """A record on one line of a list."""
    words, kind = speak(language), type(row).__name__.lower()
    facts = {name: _fact(row, name, language) for name in ROW_FACTS[kind]}
    return words.label(f"row.{kind}").format(**facts)


ROW_FACTS: dict[str, tuple[str, ...]] = {
    "unit": ("name", "city"),
    "need": ("unit", "trouble", "status"),
    "offer": ("unit", "text", "status"),
    "request": ("need", "offer", "status"),
    "pair": ("number", "incubator", "incubatee", "status", "warning"),
    "ticket": ("number", "trouble", "status"),
}


def _fact(row: Any, name: str, language: str) -> str:
    value = getattr(row, name)
    if name == "status":
        return speak(language).label(f"status.{type(value).__name__.lower()}.{value.value}")
    if name == "warning":
        return SIGNS[value.value]
    if name == "city":
        return term("cities", value, language=language)
    owner = getattr(value, "unit", value)
    return fit(short_name(owner.name), 14) if hasattr(owner, "name") else fit(value, 20)


def _short(duty: Duty, language: str) -> str:
    words, red, now = speak(language), duties.marks(duty)[1], clock.now()
    if red is None:
        return duty_days(duty, language=language)
    if now > red:
        return _counted(words, "short_late", calendar.working_days_between(red, now))
    return _counted(words, "short_left", calendar.working_days_between(now, red))


def _counted(words: Words, key: str, n: int) -> str:
    """A label for none, one or several working days."""
    return words.label(f"{key}.{'none' if n <= 0 else 'one' if n == 1 else 'many'}").format(n=n)


TEMPLATE_WORDS.update(
    fit=fit,
    duty_title=duty_title,
    duty_sign=duty_sign,
    duty_age=duty_age,
    pair_sign=pair_sign,
    duty_due=duty_due,
    duty_holder=duty_holder,
    duty_brief=duty_brief,
    duty_task=duty_task,
    duty_turn=duty_turn,
    short_name=lambda name, *, language: short_name(name),
    duty_days=duty_days,
    duty_number=duty_number,
    office_name=office_name,
    row_line=row_line,
)
