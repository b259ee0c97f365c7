"""Sheets and reports as plain values, ready to be written. Knows no table, no sentence and no file format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

Cell = str | int | float | date | datetime | None  # moments are local and without their zone


@dataclass(frozen=True)
class Sheet:
    """One table under its heads; without heads a page to read. `widths` are in characters."""

    title: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    widths: Sequence[int]


@dataclass(frozen=True)
class Book:
    """What becomes one file called `name`; `mark` says on every printed page who had it made, and when."""

    name: str
    mark: str
    sheets: Iterable[Sheet]


@dataclass(frozen=True)
class Report:
    """What becomes one text document: lines, a table for each of the sheets, lines."""

    name: str
    mark: str
    title: str
    opening: Sequence[str]
    sheets: Sequence[Sheet]
    closing: Sequence[str]
