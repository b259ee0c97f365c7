"""A log in English: its number words are figures, and what was done is told without its name."""

from datetime import date
from decimal import Decimal

import pytest

from models.incubation.session_notes import read_note
from models.incubation.session_notes_english import in_figures

TODAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("twenty-five people", "25 people"),
        ("two and a half hours", "2.5 hours"),
        ("two hours and a half", "2.5 hours"),
        ("an hour and a quarter", "1.25 hours"),
        ("three quarters of an hour", "45 minutes"),
        ("a dozen operators", "12 operators"),
        ("often done at the stone", "often done at the stone"),
        ("今天5s培训", "今天5s培训"),
        ("from 3 to 5 people", "from 3 to 5 people"),
    ],
)
def test_number_words_are_figures(text: str, figures: str) -> None:
    assert in_figures(text) == figures


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("two and a half hours", "2.5"),
        ("an hour and a half", "1.5"),
        ("half an hour on the phone", "0.5"),
        ("forty-five minutes", "0.75"),
        ("an hour", "1"),
        ("from 9 to 11:30", "2.5"),
        ("training 9am to 11:30am", "2.5"),
        ("from 1 to 4pm", "3"),
        ("10:30 until 1", "2.5"),
        ("two and a half hours, the changeover dropped from 45 to 32 minutes", "2.5"),
        ("3 hours, setup went down to 20 minutes", "3"),
        ("drove 2 hours, then 3 hours on the line", "3"),
        ("2 hours; each practised for 20 minutes", "2"),
        ("45 minutes, the cycle time is now 50 minutes", "0.75"),
    ],
)
def test_hours(text: str, hours: str) -> None:
    assert read_note(text, TODAY).hours == Decimal(hours)


def test_how_long_something_else_took_is_no_length_of_the_session() -> None:
    assert read_note("showed them SMED, cut the changeover from 45 to 32 minutes", TODAY).hours is None


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("twelve people", 12),
        ("five of them", 5),
        ("six of us", None),  # the mentor is one of them
        ("12 people incl me", None),
        ("the owner and two foremen", None),
        ("about fifteen people", None),
    ],
)
def test_people(text: str, people: int | None) -> None:
    assert read_note(f"training, 2 hours, {text}", TODAY).people == people


@pytest.mark.parametrize(
    ("text", "activity"),
    [
        ("Went through ISO 9001 clause by clause, sampled 20 records, 3 nonconformities", "体系审核"),
        ("taught the foremen the five whys, then they did an exercise", "质量培训"),
        ("came back after three months to see whether the check sheets are still filled in", "跟踪回访"),
        ("took the team leaders on a plant visit to see their kanban", "现场观摩"),
        ("had lunch", None),
    ],
)
def test_what_was_done(text: str, activity: str | None) -> None:
    assert read_note(text, TODAY).activity == activity
