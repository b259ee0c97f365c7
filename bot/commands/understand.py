"""Read needs, logs and readings from a file of JSON Lines and write what was understood, one line of JSON each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, TextIO

from bot.commands.records import BadLine, numbered_records, write_record
from models.incubation.readings import read
from models.incubation.session_notes import read_note

Kind = Literal["need", "log", "reading"]
Record = Mapping[str, Any]
# The day a log was sent; the first of these that a record holds counts.
DAYS = ("today", "on", "sent_on", "date")
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
# What stands in for a missing id, with the number of the record.
IDS: Mapping[Kind, str] = {"need": "L", "log": "N", "reading": "R"}


def understand_file(kind: Kind, path: Path, out: TextIO, err: TextIO, *, today: date, lang: str = "zh") -> bool:
    """Write what each line says; a bad line is told by its number and left out. False when the file cannot be read."""
    read_one: Mapping[Kind, Callable[[Record, date], dict[str, Any]]] = {
        "need": _need,
        "log": _log,
        "reading": _reading,
    }
    try:
        for count, (number, record) in enumerate(numbered_records(path), 1):
            try:
                if record is None:
                    raise BadLine("no_record")
                name = record.get("id")
                named = {**record, "id": f"{IDS[kind]}{count}" if name in (None, "") else name}
                write_record(read_one[kind](named, today), out)
            except BadLine as fault:
                fault.tell(path, number, err, lang)
    except OSError as fault:
        err.write(f"{fault}\n")
        return False
    return True


def _need(record: Record, today: date) -> dict[str, Any]:
    # Imported here: the vocabulary of needs is large, and logs and readings do without it.
    from models.exchange.understanding import understand_line

    methods = record.get("methods")
    industry = record.get("industry")
    return understand_line(
        {
            "id": record["id"],
            "text": _text(record, "text"),
            "industry": industry if isinstance(industry, str) else None,
            "methods": [m for m in methods if isinstance(m, str)] if isinstance(methods, list) else [],
        }
    )


def _log(record: Record, today: date) -> dict[str, Any]:
    note = read_note(_text(record, "text"), _day(record) or today)
    return {
        "id": record["id"],
        "activity": note.activity,
        "hours": _number(note.hours),
        "people": note.people,
        "date": note.date.isoformat() if note.date else None,
    }


def _reading(record: Record, today: date) -> dict[str, Any]:
    typed = record.get("typed")
    if isinstance(typed, int | float) and not isinstance(typed, bool):
        typed = str(typed)
    if not isinstance(typed, str):
        raise BadLine("no_text" if "typed" in record else "missing", "typed")
    unit, indicator = record.get("unit"), record.get("indicator")
    found = read(typed, unit if isinstance(unit, str) else "", indicator if isinstance(indicator, str) else None)
    return {"id": record["id"], "value": _number(found.value)}


def _text(record: Record, field: str) -> str:
    text = record.get(field)
    if not isinstance(text, str) or not text.strip():
        raise BadLine("no_text" if field in record else "missing", field)
    return text


def _day(record: Record) -> date | None:
    for field in DAYS:
        given = record.get(field)
        if isinstance(given, str):
            try:
                day = date.fromisoformat(given.strip()[:10])
            except ValueError:
                continue
            if FIRST_DAY <= day <= LAST_DAY:
                return day
    return None


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
