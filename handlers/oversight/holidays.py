"""The official calendar: the association shows a year's days off and swap days, and loads the announced list."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Confirm, Form, Text
from bot.engine.routes import button, command, form
from bot.engine.timetable import job
from bot.engine.turns import Turn
from handlers.oversight.duties import opens
from handlers.registration.replies import SURE, Reply, replies_to
from models.base import Invalid
from models.oversight import holidays
from models.oversight.holiday_notices import Notice, read_notice
from models.registration.people import Role
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell

KEEPERS = frozenset({Role.ASSOCIATION})


@command("holidays", roles=KEEPERS)
def show_holidays(turn: Turn, rest: str) -> None:
    """The days off and swap days of the year that matters now."""
    show(turn, holidays.year_to_show(clock.now()))


@button("holidays.year", roles=KEEPERS)
def show_year(turn: Turn, year: int) -> None:
    show(turn, year)


@opens("load_holidays")
def show(turn: Turn, year: int) -> None:
    """A year as it is counted, with the way to load it."""
    this = calendar.local_day(clock.now()).year
    turn.say(
        "holidays",
        year=year,
        official=calendar.is_official(year),
        off=calendar.days_off(year),
        worked=calendar.swap_days(year),
        other=this if year != this else this + 1,
    )


@button("holidays.load", roles=KEEPERS)
def start_loading(turn: Turn, year: int, notice: str = "") -> None:
    """Send the announced list, as it stands; one that was sent before is taken."""
    begin(turn, "load_holidays", year=year, answers={"notice": notice} if notice else None)


@replies_to("holidays.load", duty="load_holidays")
def read_list(turn: Turn, text: str, year: int) -> Reply | None:
    """An announced list pasted under the question for it."""
    try:
        read_notice(text, year)
    except Invalid:
        return None
    return Reply(SURE, "holidays.load", (year, text))


def read(asking: Asking, typed: str) -> Notice:
    """The list as it was understood; one that leaves holidays out is for a year that is known already."""
    notice = read_notice(typed, asking.subject["year"])
    if notice.missing and not calendar.is_official(notice.year):
        raise Invalid("holidays_missing", missing=notice.missing)
    return notice


def load(session: Session, person: Person, *, notice: Notice, sure: bool, year: int) -> None:
    """Hand the answers of the form to the verb."""
    if sure:
        holidays.load_notice(session, person, notice=notice)
    else:
        tell(session, person, "holidays_kept", kind=Kind.REPLY, year=notice.year)


form(
    Form(
        name="load_holidays",
        roles=KEEPERS,
        steps=(Text(name="notice", shortest=6, longest=3000, check=read), Confirm(name="sure")),
        finish=load,
    )
)

job("holidays", "10 9 * * *", find=holidays.unknown_years)(holidays.ask_for_days)
