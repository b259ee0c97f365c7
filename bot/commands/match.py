"""Match needs with offers from files: JSON Lines in and out for programs, a sheet in and a table out for officers."""

from __future__ import annotations

import csv
import json
import tomllib
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

from bot import hands
from models.exchange.matching import NeedText, OfferText
from models.exchange.matching_files import BadRecord, Ranked, Record, need_of, offer_of, rank_file

if TYPE_CHECKING:
    from openpyxl import Workbook

MESSAGES = Path(__file__).parents[2] / "messages"
LARGEST = 128 * 1024 * 1024  # bytes of a workbook once it is unpacked
FORMULA = ("=", "+", "-", "@")  # how a cell begins that a sheet would work out

Entry = TypeVar("Entry")
Numbered = tuple[int, Record | None]


def match_files(needs: Path, offers: Path, out: TextIO, err: TextIO, *, top: int = 10, lang: str = "zh") -> bool:
    """One line of JSON for each need: its best offers with score, reasons and gap; False when nothing could be read."""
    said = _Words(lang, err)
    asked = said.usable(_lines(needs), needs.name, need_of)
    given = said.usable(_lines(offers), offers.name, offer_of)
    for record in said.ranked(asked, given, top):
        out.write(json.dumps(record, ensure_ascii=False) + "\n")
    return bool(asked and given)


def match_sheets(book: Path, out: TextIO, err: TextIO, *, top: int = 3, lang: str = "zh") -> bool:
    """A table of the best offers for each need of an officer's workbook; False when nothing could be read."""
    said = _Words(lang, err)
    if (workbook := said.opened(book)) is None:
        return False
    asked = said.usable(said.sheet(workbook, book.name, "needs"), said.sheets["needs"], need_of)
    given = said.usable(said.sheet(workbook, book.name, "offers"), said.sheets["offers"], offer_of)
    table = csv.writer(out, delimiter="\t", lineterminator="\n")
    heads = said.result
    table.writerow(heads[column] for column in ("need", "rank", "offer", "score", "reasons", "gap"))
    for record in said.ranked(asked, given, top):
        name = _literal(record["need_id"])
        if record["below_floor"]:
            table.writerow((name, "", "", "", heads["below_floor"], ""))
        for place, offer in enumerate(record["offers"], 1):
            why = _literal("；".join(offer["reasons"]))
            table.writerow((name, place, _literal(offer["id"]), offer["score"], why, _literal(offer["gap"] or "")))
    return bool(asked and given)


def _literal(text: str) -> str:
    """A cell that stays words when the table is opened as a sheet."""
    return f"'{text}" if text.startswith(FORMULA) else text


class _Words:
    """The texts about files in one language, and the stream where bad lines are told."""

    def __init__(self, lang: str, err: TextIO) -> None:
        self._lang, self._err = lang, err
        self.reasons: Mapping[str, str] = _texts(lang, "reasons")
        self._files = _texts(lang, "files")
        self.sheets: Mapping[str, str] = self._files["sheets"]
        self.result: Mapping[str, str] = self._files["result"]

    def usable(self, numbered: Iterable[Numbered], file: str, make: Callable[[Record], Entry]) -> list[Entry]:
        """The entries that can be read, the first of each id; every other line is told by its number."""
        found: dict[str, Entry] = {}
        for line, record in numbered:
            try:
                if record is None:
                    raise BadRecord("no_record", "")
                entry = make(record)
                name = str(record["id"]).strip()
                if name in found:
                    raise BadRecord("twice", name)
                found[name] = entry
            except BadRecord as fault:
                why = self._files["why"][fault.kind].format(field=fault.field)
                self._tell("bad_line", file=file, line=line, why=why)
        if not found:
            self._tell("nothing", file=file)
        return list(found.values())

    def ranked(self, asked: Sequence[NeedText], given: Sequence[OfferText], top: int) -> Iterator[Ranked]:
        """The best offers for each need; many needs are ranked by as many processes as there are cores."""
        each = partial(hands.spread, lost=lambda: self._tell("hand_lost"))
        return rank_file(asked, given, max(1, top), self.reasons, self._lang, each)

    def opened(self, book: Path) -> Workbook | None:
        """A workbook, of which formulas, macros and links to elsewhere are left alone; None for what is none."""
        from openpyxl import load_workbook

        try:
            with zipfile.ZipFile(book) as archive:
                if sum(part.file_size for part in archive.infolist()) <= LARGEST:
                    return load_workbook(book, read_only=True, data_only=True, keep_links=False)
        except (zipfile.BadZipFile, ValueError, KeyError, SyntaxError):
            pass  # told below
        self._tell("no_book", file=book.name)
        return None

    def sheet(self, workbook: Workbook, file: str, which: str) -> Iterator[Numbered]:
        """The rows of one sheet as records by field, numbered as in the sheet."""
        if self.sheets[which] not in workbook.sheetnames:
            self._tell("no_sheet", file=file, sheet=self.sheets[which])
            return
        rows = workbook[self.sheets[which]].iter_rows(values_only=True)
        fields = self._fields(next(rows, ()))
        for line, cells in enumerate(rows, 2):
            if any(cell not in (None, "") for cell in cells):
                record = {field: cells[place] for field, place in fields.items() if place < len(cells)}
                yield line, {"id": line} | {field: cell for field, cell in record.items() if cell is not None}

    def _fields(self, heads: tuple[Any, ...]) -> dict[str, int]:
        places = {str(head).strip(): place for place, head in enumerate(heads) if head is not None}
        named = (
            (field, next((h for h in names if h in places), None)) for field, names in self._files["columns"].items()
        )
        return {field: places[head] for field, head in named if head is not None}

    def _tell(self, pattern: str, **values: object) -> None:
        self._err.write(self._files[pattern].format(**values) + "\n")


def _texts(lang: str, name: str) -> dict[str, Any]:
    return tomllib.loads((MESSAGES / lang / "exchange" / f"{name}.toml").read_text(encoding="utf-8"))


def _lines(path: Path) -> Iterator[Numbered]:
    """The lines of a file with their numbers; None for a line that is no record, blank lines left out."""
    with path.open(encoding="utf-8-sig", errors="replace") as stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except (ValueError, RecursionError):
                record = None
            yield number, record if isinstance(record, dict) else None
