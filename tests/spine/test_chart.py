"""The drawing of every form, state and entrance in the docs is the one the declarations give."""

from __future__ import annotations

from pathlib import Path

from bot.commands.chart import chart

PAGE = Path(__file__).parents[2] / "docs" / "chart.md"
MADE_BY = "python -m bot chart --language zh > docs/chart.md"


def test_the_chart_in_the_docs_is_current() -> None:
    kept = PAGE.read_text(encoding="utf-8")
    assert kept.split("\n") == "\n".join([*chart("zh"), ""]).split("\n"), f"draw it again: {MADE_BY}"


def test_every_form_and_state_is_drawn() -> None:
    from bot.engine.dialogs import FORMS
    from models.base import MOVES

    drawn = "\n".join(chart("zh"))
    assert all(f" `{name}`\n" in drawn for name in FORMS)
    assert all(f"### {kind.__name__}\n" in drawn for kind in MOVES)
    assert drawn.count("```mermaid") == drawn.count("```\n") == len(FORMS) + len(MOVES)
