"""What oversight needs of the other wings: every duty they hand has a name, and something that opens it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from bot.app import furnish
from bot.engine.words import LANGUAGES, speak

ROOT = Path(__file__).parents[2]


def handed() -> dict[str, set[str]]:
    """The kinds of duty that are handed anywhere, each with the words its title is given."""
    kinds: dict[str, set[str]] = {}
    for file in [*(ROOT / "models").rglob("*.py"), *(ROOT / "handlers").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("hand") and len(node.args) >= 2:
                kind = node.args[1]
                if isinstance(kind, ast.Constant) and isinstance(kind.value, str):
                    kinds.setdefault(kind.value, set()).update(word.arg for word in node.keywords if word.arg)
    return kinds


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_duty_has_a_name(language: str) -> None:
    furnish()
    labels = speak(language).labels
    assert [kind for kind in handed() if f"duty.{kind}" not in labels] == []


def test_every_duty_can_be_opened() -> None:
    furnish()
    from handlers.oversight.duties import OPENERS

    assert "ring_holder" in handed()
    assert [kind for kind in handed() if kind not in OPENERS] == []
