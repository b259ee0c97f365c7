"""Drawings of every form and status table, made from their declarations (Mermaid in Markdown)."""

from __future__ import annotations

from collections.abc import Iterator

from bot.app import furnish
from bot.commands.migrate import load_models
from bot.engine.dialogs import FORMS
from bot.engine.routes import HOUSE
from bot.engine.timetable import JOBS
from bot.engine.words import speak
from models.base import MOVES


def chart(language: str) -> Iterator[str]:
    """The lines of the page."""
    load_models()
    furnish()
    labels = speak(language).labels
    yield "# " + labels["chart.title"]
    yield f"\n## {labels['chart.forms']}\n\n{labels['chart.legend']}\n"
    for name, form in sorted(FORMS.items()):
        yield f"### {labels[f'form_name.{name}']} `{name}`\n\n```mermaid\nflowchart LR"
        names = ["start", *(step.name for step in form.steps), *(["review"] if form.review else []), "finish"]
        yield f'  start(["{"/" + form.command if form.command else name}"])'
        for step in form.steps:
            marks = ("?" if step.optional else "") + ("*" if step.when else "")
            title = labels[f"step.{name}.{step.name}"]
            yield f'  {step.name}["{title}{marks}<br/><small>{type(step).__name__}</small>"]'
        yield "  " + " --> ".join(names)
        yield "```\n"
    yield f"## {labels['chart.statuses']}\n"
    for kind, table in sorted(MOVES.items(), key=lambda item: item[0].__name__):
        yield f"### {kind.__name__}\n\n```mermaid\nstateDiagram-v2"
        for source, targets in table.items():
            yield from (f"  {source.value} --> {target.value}" for target in sorted(targets))
        yield "```\n"
    yield f"## {labels['chart.doors']}\n"
    yield from (f"- `/{name}`: {_who(door.roles)}" for name, door in sorted(HOUSE.commands.items()))
    yield from (f"- `[{name}]`: {_who(door.roles)}" for name, door in sorted(HOUSE.buttons.items()))
    yield f"\n## {labels['chart.jobs']}\n"
    yield from (f"- `{name}`: `{job.cron}`" for name, job in sorted(JOBS.items()))


def _who(roles: frozenset[str] | None) -> str:
    return ", ".join(sorted(roles)) if roles is not None else "*"
