"""Working days, deadlines and quiet hours against the holiday notices of the State Council for 2024 to 2026."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from holidays import country_holidays
from hypothesis import given
from hypothesis import strategies as st

from models.system import calendar
from models.system.calendar import SHANGHAI


@pytest.fixture(autouse=True)
def no_overrides() -> Iterator[None]:
    calendar.use_overrides({})
    yield
    calendar.use_overrides({})


def moment(text: str) -> datetime:
    """Read "2026-02-13 09:00" as Shanghai time and give it in UTC, as everything stored is."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def span(first: str, last: str) -> list[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [start + timedelta(days=i) for i in range((end - start).days + 1)]


HOLIDAYS = [
    ("2018-12-30", "2019-01-01"),
    ("2024-02-10", "2024-02-17"),
    ("2024-10-01", "2024-10-07"),
    ("2025-01-28", "2025-02-04"),
    ("2025-05-01", "2025-05-05"),
    ("2025-10-01", "2025-10-08"),
    ("2026-01-01", "2026-01-03"),
    ("2026-02-15", "2026-02-23"),
    ("2026-04-04", "2026-04-06"),
    ("2026-05-01", "2026-05-05"),
    ("2026-06-19", "2026-06-21"),
    ("2026-09-25", "2026-09-27"),
    ("2026-10-01", "2026-10-07"),
]
SWAP_DAYS = [
    "2018-12-29",  # by the notice for 2019
    *("2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14", "2024-09-29", "2024-10-12"),
    *("2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"),
    *("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"),
]


@pytest.mark.parametrize(("first", "last"), HOLIDAYS)
def test_a_holiday_is_off_from_its_first_to_its_last_day(first: str, last: str) -> None:
    assert [day for day in span(first, last) if calendar.is_working_day(day)] == []


@pytest.mark.parametrize("day", SWAP_DAYS)
def test_a_swap_day_is_a_weekend_that_is_worked(day: str) -> None:
    assert date.fromisoformat(day).weekday() >= 5
    assert calendar.is_working_day(date.fromisoformat(day))


@pytest.mark.parametrize(("year", "days"), [(2024, 251), (2025, 248), (2026, 248)])
def test_a_year_has_as_many_working_days_as_its_notice_leaves(year: int, days: int) -> None:
    assert sum(map(calendar.is_working_day, span(f"{year}-01-01", f"{year}-12-31"))) == days


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_every_day_agrees_with_the_library(year: int) -> None:
    china = country_holidays("CN", years=year)
    assert [
        d for d in span(f"{year}-01-01", f"{year}-12-31") if calendar.is_working_day(d) != china.is_working_day(d)
    ] == []


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        ("2026-11-23 09:00", 3, "2026-11-26 18:00"),  # an ordinary week
        ("2026-11-23 23:59", 3, "2026-11-26 18:00"),  # the hour does not matter, the day in Shanghai does
        ("2026-11-24 00:01", 3, "2026-11-27 18:00"),
        ("2026-11-20 09:00", 1, "2026-11-23 18:00"),  # over a weekend
        ("2026-11-21 09:00", 1, "2026-11-23 18:00"),  # from a Saturday
        ("2026-02-13 17:00", 1, "2026-02-14 18:00"),  # a swap Saturday counts
        ("2026-02-13 17:00", 2, "2026-02-24 18:00"),  # and then the Spring Festival
        ("2026-02-18 10:00", 5, "2026-02-28 18:00"),  # ends on the second swap Saturday
        ("2025-09-26 10:00", 3, "2025-09-30 18:00"),  # Sunday 28 September is worked
        ("2025-09-30 10:00", 3, "2025-10-11 18:00"),  # National Day with Mid-Autumn, then a worked Saturday
        ("2026-09-30 10:00", 3, "2026-10-10 18:00"),
        ("2025-12-30 10:00", 3, "2026-01-05 18:00"),  # over the New Year: 31, then Sunday 4 January is worked
        ("2026-02-24 18:00", -1, "2026-02-14 18:00"),
        ("2026-11-26 18:00", -3, "2026-11-23 18:00"),
        ("2026-11-26 20:00", 0, "2026-11-26 18:00"),
        ("2026-02-15 09:00", 0, "2026-02-24 18:00"),
    ],
)
def test_a_deadline_falls_at_six_on_the_nth_working_day(start: str, n: int, due: str) -> None:
    assert calendar.add_working_days(moment(start), n) == moment(due)
    assert calendar.add_working_days(moment(start), n).tzinfo is UTC


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2027, 11, 30), timezones=st.just(UTC)),
    st.integers(min_value=1, max_value=40),
)
def test_between_a_moment_and_its_deadline_lie_as_many_working_days(start: datetime, n: int) -> None:
    due = calendar.add_working_days(start, n)
    assert calendar.working_days_between(start, due) == n
    assert calendar.working_days_between(due, start) == -n
    assert calendar.is_working_day(calendar.local_day(due))


@given(st.datetimes(datetime(2024, 1, 1), datetime(2027, 11, 30), timezones=st.just(UTC)))
def test_the_next_open_moment_is_the_earliest_that_is_not_quiet(start: datetime) -> None:
    found = calendar.next_open(start)
    assert not calendar.is_quiet(found)
    assert (found == start) == (not calendar.is_quiet(start))
    assert found == start or calendar.is_quiet(found - timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("at", "quiet", "opens"),
    [
        ("2026-11-23 08:29", True, "2026-11-23 08:30"),
        ("2026-11-23 08:30", False, "2026-11-23 08:30"),
        ("2026-11-23 17:59", False, "2026-11-23 17:59"),
        ("2026-11-23 18:00", True, "2026-11-24 08:30"),
        ("2026-11-20 18:00", True, "2026-11-23 08:30"),
        ("2026-02-14 10:00", False, "2026-02-14 10:00"),
        ("2026-02-14 18:30", True, "2026-02-24 08:30"),
        ("2025-12-31 23:00", True, "2026-01-04 08:30"),
    ],
)
def test_quiet_hours(at: str, quiet: bool, opens: str) -> None:
    assert calendar.is_quiet(moment(at)) is quiet
    assert calendar.next_open(moment(at)) == moment(opens)


@pytest.mark.parametrize(
    ("at", "morning"),
    [
        ("2026-11-23 07:00", "2026-11-23 08:30"),
        ("2026-11-23 08:30", "2026-11-24 08:30"),
        ("2026-11-23 12:00", "2026-11-24 08:30"),
        ("2026-11-21 07:00", "2026-11-23 08:30"),
        ("2026-02-27 20:00", "2026-02-28 08:30"),
    ],
)
def test_the_next_working_morning_lies_ahead(at: str, morning: str) -> None:
    assert calendar.next_working_morning(moment(at)) == moment(morning)


def test_a_loaded_override_wins_until_it_is_replaced() -> None:
    monday, sunday = date(2026, 11, 23), date(2026, 11, 29)
    calendar.use_overrides({monday: False, sunday: True})
    assert not calendar.is_working_day(monday)
    assert calendar.is_working_day(sunday)
    calendar.use_overrides({})
    assert calendar.is_working_day(monday)
    assert not calendar.is_working_day(sunday)


def test_a_year_without_its_notice_is_a_guess_until_an_officer_loads_a_swap_day() -> None:
    year = next(year for year in range(2026, 2100) if not calendar.is_official(year))
    assert not calendar.is_working_day(date(year, 10, 1)), "statutory days hold in any year"
    saturday = next(day for day in span(f"{year}-03-01", f"{year}-03-31") if day.weekday() == 5)
    calendar.use_overrides({saturday: False, saturday + timedelta(days=2): True})
    assert not calendar.is_official(year), "only a weekend that is worked shows that the notice is known"
    calendar.use_overrides({saturday: True})
    assert calendar.is_official(year)
    assert all(map(calendar.is_official, (2024, 2025, 2026)))


@pytest.mark.parametrize(
    ("period", "months", "due"),
    [
        (date(2026, 10, 1), 1, "2026-11-10 18:00"),
        (date(2026, 12, 31), 1, "2027-01-11 18:00"),  # 10 January 2027 is a Sunday
        (date(2026, 9, 1), 1, "2026-10-10 18:00"),  # a swap Saturday
        (date(2026, 7, 15), 3, "2026-10-10 18:00"),
        (date(2026, 4, 1), 1, "2026-05-11 18:00"),
    ],
)
def test_readings_are_due_by_the_tenth_or_the_next_working_day(period: date, months: int, due: str) -> None:
    assert calendar.due_by_tenth(period, months) == moment(due)


def test_days_and_months_are_those_of_shanghai() -> None:
    new_year = datetime(2025, 12, 31, 16, 0, tzinfo=UTC)
    assert calendar.local_day(new_year) == date(2026, 1, 1)
    assert calendar.month_of(new_year) == date(2026, 1, 1)
    assert calendar.month_of(new_year, -1) == date(2025, 12, 1)
    assert calendar.month_of(date(2026, 11, 30), 14) == date(2028, 1, 1)
    assert calendar.add_days(new_year, 14) == moment("2026-01-15 00:00")
    assert calendar.working_days_between(new_year, date(2026, 1, 5)) == 2


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        calendar.add_working_days(datetime(2026, 11, 23, 9, 0), 1)


def test_the_holiday_library_is_imported_only_when_a_day_is_asked() -> None:
    code = "import sys, models.system.calendar; print('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"
