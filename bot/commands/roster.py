"""Look typed unit names up in a roster: one name a line in, one line of JSON each out."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from bot.commands.records import BadLine, numbered_lines, write_record
from models.registration.roster import Roster, award_roster


def look_up_names(names: Path, out: TextIO, err: TextIO, *, roster: Path | None = None, lang: str = "zh") -> bool:
    """Write `{"query", "verdict", "names", "why"}` for each name; False when a file cannot be used at all."""
    try:
        known = Roster.load(roster) if roster else award_roster()
        for number, line in numbered_lines(names):
            if line is None:
                BadLine("no_utf8").tell(names, number, err, lang)
                continue
            found = known.find(line)
            record = {"query": line, "verdict": found.verdict, "names": list(found.names), "why": found.why}
            write_record(record, out)
    except (OSError, ValueError) as fault:
        err.write(f"{fault}\n")
        return False
    return True
