"""Lines of files in and out of the command line: numbered, the bad ones told on a stream. Knows no subject."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

MESSAGES = Path(__file__).parents[2] / "messages"


def numbered_lines(path: Path) -> Iterator[tuple[int, str | None]]:
    """The lines of a file with their numbers from 1, blank ones left out; None for a line that is no UTF-8."""
    with path.open("rb") as stream:
        for number, raw in enumerate(stream, 1):
            try:
                line = raw.removeprefix(b"\xef\xbb\xbf" if number == 1 else b"").decode("utf-8").rstrip("\r\n")
            except UnicodeDecodeError:
                yield number, None
                continue
            if line.strip():
                yield number, line


def numbered_records(path: Path) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """The JSON objects of a file of JSON Lines with their numbers; None for a line that is none."""
    for number, line in numbered_lines(path):
        try:
            record = json.loads(line) if line is not None else None
        except (ValueError, RecursionError):
            record = None
        yield number, record if isinstance(record, dict) else None


def write_record(record: Mapping[str, Any], out: TextIO) -> None:
    """Write one line of JSON, readable where the stream can hold it and escaped where it cannot."""
    line = json.dumps(record, ensure_ascii=False)
    try:
        line.encode(out.encoding or "utf-8")
        whole = line.splitlines() == [line]  # U+2028 and the like break lines for many a reader
    except UnicodeEncodeError:
        whole = False
    out.write((line if whole else json.dumps(record)) + "\n")


class BadLine(Exception):
    """A line that cannot be used: the code of the reason and the field it is about."""

    def __init__(self, why: str, field: str = "") -> None:
        super().__init__(why)
        self.why, self.field = why, field

    def tell(self, path: Path, number: int, err: TextIO, lang: str) -> None:
        """Say on a stream which line was left out and why, in one language."""
        words = tomllib.loads((MESSAGES / lang / "exchange" / "files.toml").read_text(encoding="utf-8"))
        why = words["why"][self.why].format(field=self.field)
        err.write(words["bad_line"].format(file=path.name, line=number, why=why) + "\n")
