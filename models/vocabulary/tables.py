"""Reads the vocabulary's CSV files; a fault names file and line, so that an officer can mend it. Knows no entry."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, TypeVar

DATA = Path(__file__).parent / "data"
SOURCES = frozenset({"notice", "programme", "standard", "textbook", "industry", "colloquial"})


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its cells by column name, and where it stands."""

    file: str
    line: int
    cells: Mapping[str, str]

    def fault(self, why: str) -> ValueError:
        return ValueError(f"{self.file}, line {self.line}: {why}")

    def text(self, column: str) -> str:
        """A cell that must not be empty."""
        if value := self.maybe(column):
            return value
        raise self.fault(f"'{column}' is empty")

    def maybe(self, column: str) -> str:
        return self.cells[column]

    def many(self, column: str) -> tuple[str, ...]:
        """The parts of a cell, divided by |; a part given twice or left empty is a fault."""
        parts = tuple(self.cells[column].split("|")) if self.cells[column] else ()
        if any(part != part.strip() or not part for part in parts):
            raise self.fault(f"'{column}' has an empty part or one with blanks around it")
        if len(set(parts)) < len(parts):
            raise self.fault(f"'{column}' names {next(p for p in parts if parts.count(p) > 1)} twice")
        return parts

    def groups(self, column: str) -> tuple[tuple[str, ...], ...]:
        """The groups of a cell, divided by ;, each of parts divided by |."""
        cells = self.cells[column].split(";") if self.cells[column] else ()
        if not all(cells):
            raise self.fault(f"'{column}' has an empty group")
        return tuple(Row(self.file, self.line, {column: cell}).many(column) for cell in cells)

    def yes(self, column: str) -> bool:
        return self.one_of(column, ("yes", "no")) == "yes"

    def number(self, column: str) -> float | None:
        """A number, or None for an empty cell."""
        value = self.cells[column]
        try:
            return float(value) if value else None
        except ValueError:
            raise self.fault(f"'{column}' is no number: {value}") from None

    def weight(self, column: str) -> float:
        """A number that must not be missing."""
        self.text(column)
        return self.number(column) or 0.0

    def one_of(self, column: str, known: Iterable[str]) -> str:
        """A cell that must hold a known id."""
        value = self.text(column)
        if value not in known:
            raise self.fault(f"'{column}' names an unknown {value}")
        return value

    def all_of(self, column: str, known: Iterable[str]) -> tuple[str, ...]:
        """The parts of a cell, each a known id."""
        parts = self.many(column)
        for part in parts:
            if part not in known:
                raise self.fault(f"'{column}' names an unknown {part}")
        return parts

    def weights(self, column: str, known: Iterable[str]) -> tuple[tuple[str, float], ...]:
        """Ids with weights, written `spc:3|msa:1`; an id alone weighs 1."""
        out = []
        for part in self.many(column):
            name, _, weight = part.partition(":")
            if name not in known:
                raise self.fault(f"'{column}' names an unknown {name}")
            try:
                out.append((name, float(weight or 1)))
            except ValueError:
                raise self.fault(f"'{column}' has no number after {name}: {weight}") from None
        if len({name for name, _ in out}) < len(out):
            raise self.fault(f"'{column}' names an id twice")
        return tuple(out)


class Named(Protocol):
    """Anything with an id."""

    @property
    def id(self) -> str: ...


Entry = TypeVar("Entry", bound=Named)
Line = TypeVar("Line")


def rows(folder: Path, name: str, columns: tuple[str, ...]) -> Iterator[Row]:
    """The lines of one table; every table ends with the column `source`, the kind of source an entry comes from."""
    file = f"{name}.csv"
    with (folder / file).open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        header = tuple(next(reader, ()))
        if header != (*columns, "source"):
            raise ValueError(f"{file}, line 1: columns must be {','.join((*columns, 'source'))}")
        for cells in reader:
            row = Row(file, reader.line_num, MappingProxyType(dict(zip(header, cells, strict=False))))
            if len(cells) != len(header):
                raise row.fault(f"{len(cells)} cells instead of {len(header)}")
            row.one_of("source", SOURCES)
            yield row


def entries(folder: Path, name: str, columns: tuple[str, ...], make: Callable[[Row], Entry]) -> Mapping[str, Entry]:
    """A table by id, in the order of the file; an id or a word used twice is a fault."""
    found: dict[str, Entry] = {}
    words: dict[str, str] = {}
    for row in rows(folder, name, columns):
        entry = make(row)
        if entry.id in found:
            raise row.fault(f"{entry.id} is there twice")
        for alias in getattr(entry, "aliases", ()):
            if words.setdefault(alias, entry.id) != entry.id:
                raise row.fault(f"{alias} already belongs to {words[alias]}")
        found[entry.id] = entry
    return MappingProxyType(found)


def listed(
    folder: Path, name: str, columns: tuple[str, ...], make: Callable[[Row], Line], key: Callable[[Line], object]
) -> tuple[Line, ...]:
    """A table as a list, in the order of the file; two lines with the same key are a fault."""
    seen: set[object] = set()
    out: list[Line] = []
    for row in rows(folder, name, columns):
        entry = make(row)
        if key(entry) in seen:
            raise row.fault(f"{key(entry)} is there twice")
        seen.add(key(entry))
        out.append(entry)
    return tuple(out)
