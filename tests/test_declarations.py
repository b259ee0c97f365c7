"""What is declared fits together: steps and their words, buttons and doors, duties and openers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from apscheduler.triggers.cron import CronTrigger

from bot.app import furnish
from bot.engine.dialogs import FORMS
from bot.engine.forms import Choice
from bot.engine.routes import HOUSE, Door
from bot.engine.timetable import JOBS
from bot.engine.words import HOME, LANGUAGES, Words, speak
from handlers.oversight.duties import OPENERS

ROOT = Path(__file__).parent.parent
GOLDEN = Path(__file__).parent / "golden" / "doors.txt"
furnish()


def sources(*rooms: str) -> Iterator[str]:
    for room in rooms:
        yield from (path.read_text(encoding="utf-8") for path in (ROOT / room).rglob("*.py"))


def templates() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in HOME.rglob("*.html"))


@pytest.fixture(params=LANGUAGES)
def words(request: pytest.FixtureRequest) -> Words:
    return speak(request.param)


def test_every_step_has_its_words(words: Words) -> None:
    missing = [f"form_name.{name}" for name in FORMS if f"form_name.{name}" not in words.labels]
    for form in FORMS.values():
        for step in form.steps:
            missing += [f"{form.name}_{step.name}"] if not words.has(f"{form.name}_{step.name}") else []
            missing += [key] if (key := f"step.{form.name}.{step.name}") not in words.labels else []
            if isinstance(step, Choice) and isinstance(step.of, tuple):
                keys = [f"{step.texts or step.name}.{code}" for code in step.of]
                missing += [key for key in keys if key not in words.labels]
    assert missing == []


def test_every_job_has_a_name_for_those_who_look_after_it(words: Words) -> None:
    named = {key.removeprefix("job_name.") for key in words.labels if key.startswith("job_name.")}
    assert named == set(JOBS)


def test_every_button_of_a_letter_has_a_door_and_a_label(words: Words) -> None:
    named = set(re.findall(r"""button\(\s*["']([a-z_.]+)["']""", templates())) - {"form"}
    assert named - set(HOUSE.buttons) == set()


def test_every_door_of_a_button_is_on_some_letter() -> None:
    text = templates() + "\n".join(sources("handlers", "bot/engine"))
    assert [
        name for name in HOUSE.buttons if text.count(f'"{name}"') < 2 and f'button("{name}"' not in templates()
    ] == []


def test_every_duty_has_its_line_and_its_opener(words: Words) -> None:
    kinds = {
        kind
        for text in sources("models")
        for kind in re.findall(r"""hand(?:_\w+)?\(\s*session,\s*"([a-z_]+)\"""", text)
    }
    assert len(kinds) >= 10
    assert kinds - set(OPENERS) == set()
    assert {kind for kind in kinds if f"duty.{kind}" not in words.labels} == set()


def test_every_refusal_has_its_sentence(words: Words) -> None:
    codes = {
        code for text in sources("models", "handlers", "bot/engine") for code in re.findall(r'Refused\("(\w+)"', text)
    }
    codes -= {code for code in codes if words.has(f"refused_{code}")}
    invalid = {
        code for text in sources("models", "handlers", "bot/engine") for code in re.findall(r'Invalid\("(\w+)"', text)
    }
    invalid -= {code for code in invalid if words.has(f"invalid_{code}") or code == "kind_"}
    assert codes | invalid == set()


def test_every_command_of_the_menu_has_its_line(words: Words) -> None:
    assert [name for name, door in HOUSE.commands.items() if door.menu and f"command.{name}" not in words.labels] == []


def test_every_job_has_a_time() -> None:
    for job in JOBS.values():
        CronTrigger.from_crontab(job.cron)


def line(kind: str, door: Door) -> str:
    who = (
        "everybody, before consent"
        if door.open
        else "everybody"
        if door.roles is None
        else " ".join(sorted(door.roles))
    )
    return f"{kind} {door.name}: {who}"


def doors() -> list[str]:
    lines = [line("command", door) for door in HOUSE.commands.values()]
    lines += [line("button", door) for door in HOUSE.buttons.values()]
    for form in FORMS.values():
        lines.append(f"form {form.name}: {' '.join(sorted(form.roles)) if form.roles is not None else 'everybody'}")
    return sorted(lines)


def test_who_may_enter_where_is_written_down() -> None:
    """To change a door on purpose: `python -m tests.golden`, and look at the difference."""
    assert doors() == GOLDEN.read_text(encoding="utf-8").splitlines()
