"""What an operator may set: everything is in the example, and what cannot work is refused with a sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot import settings

EXAMPLE = (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8")
HOOK = {"BOT_MODE": "webhook", "WEBHOOK_URL": "https://bot.example.org/telegram", "WEBHOOK_SECRET": "s" * 16}


def test_the_example_names_every_setting_and_its_default() -> None:
    shown = dict(re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE, re.MULTILINE))
    known = {name.upper(): field.default for name, field in settings.Settings.model_fields.items()}
    assert set(known) - set(shown) == {"CLOCK_URL"}  # the sandbox's own
    given = {name: str(default) for name, default in known.items() if name in shown and "SECRET" not in name}
    assert {name: shown[name] for name in given if name != "BOT_TOKEN"} == {
        name: value for name, value in given.items() if name != "BOT_TOKEN"
    }


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"BOT_TOKEN": ""}, "BOT_TOKEN does not look like a bot token"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL must begin with sqlite"),
        ({"BOT_MODE": "webhook"}, "needs WEBHOOK_URL"),
        (HOOK | {"WEBHOOK_SECRET": "short"}, "needs WEBHOOK_SECRET"),
        (HOOK | {"METRICS_PORT": "8081"}, "must differ"),
        ({"BOT_MODE": "worker"}, "BOT_MODE=worker shares a PostgreSQL database"),
        ({"METRICS_PORT": "70000"}, "METRICS_PORT"),
    ],
)
def test_what_cannot_work_is_refused(monkeypatch: pytest.MonkeyPatch, given: dict[str, str], words: str) -> None:
    for name in ("BOT_MODE", "DATABASE_URL", "WEBHOOK_URL", "WEBHOOK_SECRET", "METRICS_PORT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ({"BOT_TOKEN": "1:SANDBOX"} | given).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match=re.escape(words)):
        settings.load()
