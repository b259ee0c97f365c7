"""The working-day calendar of mainland China: which days count, when something is due, when one may write to people.

Pure rules over values: knows no session, no row, no person, and never asks what time it is. The days come from the
State Council's yearly notices as kept by the `holidays` library, swap days (调休) included, and from the overrides an
officer loads (`use_overrides`), which win. Moments are aware datetimes, returned in UTC; days are dates in Shanghai.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from itertools import islice
from types import MappingProxyType
from typing import TypeVar

# China has kept UTC+8 without daylight saving since 1991; a fixed offset needs no time zone database on the machine.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
OPENING = time(8, 30)
CLOSING = time(18, 0)

DateOrMoment = TypeVar("DateOrMoment", date, datetime)

_ONE_DAY = timedelta(days=1)
_overrides: Mapping[date, bool] = MappingProxyType({})


def use_overrides(working: Mapping[date, bool]) -> None:
    """Let the days an officer has loaded win over the library: True makes a day worked, False makes it off.

    Replaces what was loaded before; an empty mapping goes back to the library alone. Holds for this process.
    """
    global _overrides
    _overrides = MappingProxyType(dict(working))


def is_official(year: int) -> bool:
    """Say whether the swap days of a year are known; before the notice each November only statutory days are assumed.

    Every year has weekends that are worked, so a year without one (in the library or the overrides) is still a guess.
    """
    swapped = any(working and day.year == year and _is_weekend(day) for day, working in _overrides.items())
    return swapped or bool(_published(year)[1])


def assumed_off(year: int) -> frozenset[date]:
    """Give the days off of a year as the library has them, without what was loaded; a guess before the notice."""
    return _published(year)[0]


def days_off(year: int) -> list[tuple[date, date]]:
    """Give the holidays of a year as they are spent, weekends beside them included: each its first and last day."""
    off = {day for day in {*_published(year)[0], *_overrides} if day.year == year and not is_working_day(day)}
    holidays: list[tuple[date, date]] = []
    for day in sorted(off):
        if holidays and day <= holidays[-1][1]:
            continue
        first, last = day, day
        while not is_working_day(first - _ONE_DAY):
            first -= _ONE_DAY
        while not is_working_day(last + _ONE_DAY):
            last += _ONE_DAY
        holidays.append((first, last))
    return holidays


def swap_days(year: int) -> list[date]:
    """Give the weekend days of a year that are worked."""
    loaded = {day for day, working in _overrides.items() if working and day.year == year}
    return sorted(day for day in {*_published(year)[1], *loaded} if is_working_day(day) and _is_weekend(day))


def is_working_day(day: date) -> bool:
    """Say whether offices work on this day: Monday to Friday without holidays, and the swap days."""
    day = local_day(day)
    if day in _overrides:
        return _overrides[day]
    off, worked = _published(day.year)
    return day in worked or not (_is_weekend(day) or day in off)


def nth_working_day(day: date, n: int) -> date:
    """Give the nth working day after a day, or before it when n is negative; the day itself is never counted.

    n = 0 gives the day itself if it is worked, else the next working day.
    """
    day = local_day(day)
    if n == 0:
        return day if is_working_day(day) else nth_working_day(day, 1)
    return next(islice(_working_days(day, _ONE_DAY if n > 0 else -_ONE_DAY), abs(n) - 1, None))


def add_working_days(moment: date, n: int) -> datetime:
    """Give the deadline n working days after a moment: 18:00 in Shanghai on the nth working day after its day.

    The day of the moment does not count, at whatever hour it fell, so nobody gets less than n full working days. A
    negative n gives 18:00 on the nth working day before; n = 0 the close of that day, or of the next working day.
    """
    return closing(nth_working_day(moment, n))


def working_days_between(start: date, end: date) -> int:
    """Count the working days after the day of `start` up to and including the day of `end`; negative when reversed.

    The counterpart of `add_working_days`: from a moment to its deadline of n working days there are n.
    """
    first, last = local_day(start), local_day(end)
    if last < first:
        return -working_days_between(end, start)
    return sum(is_working_day(first + timedelta(days=i)) for i in range(1, (last - first).days + 1))


def add_days(moment: DateOrMoment, n: int) -> DateOrMoment:
    """Give the same hour n calendar days later, working or not (the rules that say "d", not "WD")."""
    return moment + timedelta(days=n)


def is_quiet(moment: datetime) -> bool:
    """Say whether people are left in peace: from 18:00 to 08:30 and on every day that is not worked."""
    here = _here(moment)
    return not (OPENING <= here.time() < CLOSING and is_working_day(here.date()))


def next_open(moment: datetime) -> datetime:
    """Give the earliest moment at or after this one at which people may be written to."""
    return next_working_morning(moment) if is_quiet(moment) else moment.astimezone(UTC)


def next_working_morning(moment: datetime) -> datetime:
    """Give the first 08:30 of a working day that lies after the moment; at 08:30 sharp that is the next one."""
    day = local_day(moment)
    before_opening = _here(moment).time() < OPENING and is_working_day(day)
    return opening(day if before_opening else nth_working_day(day, 1))


def opening(day: date) -> datetime:
    """Give 08:30 in Shanghai on a day."""
    return datetime.combine(local_day(day), OPENING, SHANGHAI).astimezone(UTC)


def closing(day: date) -> datetime:
    """Give 18:00 in Shanghai on a day, the hour at which everything falls due."""
    return datetime.combine(local_day(day), CLOSING, SHANGHAI).astimezone(UTC)


def local_day(moment: date) -> date:
    """Give the day in Shanghai on which a moment falls; a day is its own answer."""
    return _here(moment).date() if isinstance(moment, datetime) else moment


def month_of(moment: date, ahead: int = 0) -> date:
    """Give the first day of the month in Shanghai on which a moment falls, or of a month so many ahead (or before)."""
    day = local_day(moment)
    years, month = divmod(day.month - 1 + ahead, 12)
    return date(day.year + years, month + 1, 1)


def due_by_tenth(period: date, months: int = 1) -> datetime:
    """Give when the readings of a period are due: 18:00 on the tenth of the month that follows it.

    `period` is any day in its first month, `months` its length (3 for a quarter). A tenth that is not worked moves to
    the next working day, as the Civil Code (article 203) has it.
    """
    return add_working_days(month_of(period, months).replace(day=10), 0)


def _here(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"A moment needs its time zone: {moment!r}")
    return moment.astimezone(SHANGHAI)


def _is_weekend(day: date) -> bool:
    return day.weekday() >= 5


def _working_days(day: date, step: timedelta) -> Iterator[date]:
    while True:
        day += step
        if is_working_day(day):
            yield day


@lru_cache(maxsize=64)
def _published(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Give the holidays and the worked weekend days of a year; the library costs 0.1 s to import, hence so late."""
    from holidays import country_holidays

    china = country_holidays("CN", years=year)
    worked = frozenset(day for day in getattr(china, "weekend_workdays", ()) if day.year == year)
    return frozenset(china), worked
