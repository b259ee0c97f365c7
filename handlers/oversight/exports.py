"""Exports: an officer picks a list and a time, and gets it as a workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Choice, Form, Options
from bot.engine.routes import button, form
from bot.engine.turns import Turn
from bot.engine.words import Words, speak
from handlers import OFFICE, TEMPLATE_WORDS, term
from models.oversight import board, exports
from models.oversight.exports import EVERYTHING, LISTS, PERIODS, Column, Wanted
from models.system import calendar
from models.system.accounts import Person
from models.system.clock import SHANGHAI
from models.system.sheets import Book, Cell, Sheet
from models.vocabulary import cities

PROVINCE = "all"  # the answer "the whole province"
COVER = (16, 72)  # characters


def _cities(asking: Asking) -> Options:
    """The whole province first, for that is what is asked for most."""
    named = [(code, term("cities", code, language=asking.words.language)) for code in cities()]
    return [(PROVINCE, asking.words.label("export.province")), *named]


def _own_city(asking: Asking) -> dict[str, Any]:
    """Whoever sees one city only is not asked for it."""
    return {} if board.scope_of(asking.session, asking.person) is None else {"city": None}


def _worth_it(asking: Asking, period: str) -> str:
    """A time in which there is something, and not more than fits."""
    asked = asking.values["what"], _city(asking.values.get("city")), period
    if asked not in asking.looked_up:
        what, city, _ = asked
        wanted = exports.want(asking.session, asking.person, what=what, city=city, period=period)
        asking.looked_up[asked] = exports.counted(asking.session, wanted)
    return period


def _city(chosen: str | None) -> str | None:
    return None if chosen == PROVINCE else chosen


def ask_export(session: Session, person: Person, *, what: str, city: str | None, period: str, **begun: Any) -> None:
    """Hand the answers of the form to the verb, wherever it was `begun`."""
    exports.ask_export(session, person, what=what, city=_city(city), period=period)


form(
    Form(
        name="export",
        command="export",
        roles=OFFICE,
        prefill=_own_city,
        steps=(
            Choice(name="what", of=(EVERYTHING, *LISTS), texts="export.list"),
            Choice(name="city", of=_cities),
            Choice(name="period", of=PERIODS, texts="export.period", check=_worth_it),
        ),
        finish=ask_export,
    )
)


@button("export.begin", roles=OFFICE)
def begin_export(turn: Turn, what: str, city: str | None = None) -> None:
    """The list one is looking at; only the time is still asked for."""
    scope = board.scope_of(turn.session, turn.person, city)
    begin(turn, "export", answers={"what": what, "city": scope or PROVINCE}, board=what, scope=scope)


def lay_out(session: Session, spec: dict[str, Any]) -> Book:
    """The workbook a letter asks for, with what its reader may still see."""
    person, words = session.get_one(Person, spec["person"]), speak(spec["language"])
    asked = {name: spec[name] for name in ("what", "city", "period")}
    wanted = exports.want(session, person, at=datetime.fromisoformat(spec["at"]), **asked)
    day = f"{calendar.local_day(wanted.at):%Y%m%d}"
    where, what = where_of(wanted, language=words.language), words.label(f"export.list.{wanted.what}")
    mark = words.label("export.mark").format(name=person.name, moment=_local(wanted.at))
    return Book(f"{where}-{what}-{day}", mark, _sheets(session, wanted, words, mark))


def _sheets(session: Session, wanted: Wanted, words: Words, mark: str) -> Iterator[Sheet]:
    """The cover, then the lists."""
    yield Sheet(words.label("export.cover.title"), (), _cover(session, wanted, words, mark), COVER)
    for name in wanted.lists:
        columns = LISTS[name].columns
        heads = [words.label(f"export.column.{name}.{column.name}") for column in columns]
        widths = [column.width for column in columns]
        yield Sheet(words.label(f"export.list.{name}"), heads, _rows(session, name, wanted, words), widths)


def _cover(session: Session, wanted: Wanted, words: Words, mark: str) -> Iterator[Sequence[Cell]]:
    """What it is, of where and when, how much, for whom, and how it is to be kept."""
    label, language = words.label, words.language
    yield label("export.cover.what"), label(f"export.list.{wanted.what}")
    yield label("export.cover.where"), where_of(wanted, language=language)
    yield label("export.cover.when"), when_of(wanted, language=language)
    for name, rows in exports.count(session, wanted).items():
        yield label("export.cover.rows").format(what=label(f"export.list.{name}")), rows
    yield label("export.cover.at"), _local(wanted.at)
    yield label("export.cover.who"), mark
    for rule in ("left_out", "keep", "abroad"):
        yield "", label(f"export.cover.{rule}")


def _rows(session: Session, name: str, wanted: Wanted, words: Words) -> Iterator[Sequence[Cell]]:
    """The rows of a list as people read them."""
    spoken = [_spoken(column, words) for column in LISTS[name].columns]
    for row in exports.read(session, name, wanted):
        yield [None if value is None else say(value) for say, value in zip(spoken, row, strict=True)]


def _spoken(column: Column, words: Words) -> Callable[[Any], Cell]:
    """How the values of a column are said."""

    @cache
    def said(code: Any) -> str:
        if column.label:
            return words.label(f"{column.label}.{str(code).lower()}")
        return term(column.term, code, language=words.language)

    def every(value: Any) -> Cell:
        return words.label("export.between").join(map(said, value)) if isinstance(value, list) else said(value)

    return every if column.label or column.term else plain


def plain(value: Any) -> Cell:
    """A value that stands as it is: moments by the clock on the wall, all else unchanged."""
    if isinstance(value, datetime):
        return _local(value)
    return value.value if isinstance(value, StrEnum) else value


def _local(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI).replace(tzinfo=None)


def where_of(wanted: Wanted, *, language: str) -> str:
    """The scope in words."""
    return term("cities", wanted.city, language=language) if wanted.city else speak(language).label("export.province")


def when_of(wanted: Wanted, *, language: str) -> str:
    """The time in words, with its first day."""
    words = speak(language)
    since, until = wanted.days
    ends = calendar.add_days(until, -1) if until else calendar.local_day(wanted.at)
    name = words.label(f"export.period.{wanted.period}")
    return words.label("export.from_to").format(name=name, since=since, ends=ends) if since else name


TEMPLATE_WORDS.update(export_where=where_of, export_when=when_of)
