"""The look-up of typed unit names, on the development set in its two halves and on a set of other names.

`own` was written before the rules and `own late` after them, both about roster names that the development set does not
ask for. `unseen`, `final` and `last` were written after the rules one after the other, measured once and then looked at
(first: false accepts 0, .05 and .08, one name each; right without a question .51 to .81). The later ones are by authors
who never saw the code; they too were looked at once they had been measured, and what the newest gave then stands in
data/first_looks.csv.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from rapidfuzz import fuzz, process

from models.registration.roster import Roster, Verdict, award_roster

DATA = Path(__file__).parent / "data"
NAMES = ("top1", "top3", "auto_right", "wrong_accept", "false_accept", "ambiguous", "asked")
WRATIO_SURE, WRATIO_LIKELY = 90, 60


@dataclass(frozen=True)
class Query:
    """What somebody typed, the roster names it may mean (none, one, or several to ask about) and of what kind it is."""

    typed: str
    expected: tuple[str, ...]
    kind: str


def section() -> Iterator[str]:
    """The measures of every set, ours beside WRatio with thresholds."""
    roster = award_roster()
    yield f"NAMES{'':25}" + "  ".join(f"{name:>12}" for name in NAMES)
    dev = queries("name_queries_dev")
    sets = {"dev": dev, "dev, odd lines": dev[::2], "dev, even lines": dev[1::2]}
    sets |= {"own": queries("own_names"), "own late": queries("own_names_late")}
    sets |= {"unseen": queries("unseen_names"), "final": queries("final_names"), "last": queries("last_names")}
    sets |= {
        name: queries(f"{name}_names")
        for name in (
            "plain",
            "third",
            "fourth",
            "fifth",
            "seventh",
            "eighth",
            "ninth",
            "twelfth",
            "fifteenth",
            "sixteenth",
            "eighteenth",
        )
    }
    for name, asked in sets.items():
        yield f"{name} ({len(asked)} names)"
        yield _line("ours", asked, [roster.find(query.typed) for query in asked])
        yield _line("WRatio", asked, [by_wratio(roster, query.typed) for query in asked])


def queries(name: str) -> list[Query]:
    """The queries of a file of `query,expected,kind`."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [Query(row["query"], tuple(filter(None, row["expected"].split("|"))), row["kind"]) for row in rows]


def measures(asked: Sequence[Query], found: Sequence[Verdict]) -> Mapping[str, float]:
    """The means over the queries each measure speaks of; names are not shown with the verdict none."""
    marks: dict[str, list[float]] = {name: [] for name in NAMES}
    for query, verdict in zip(asked, found, strict=True):
        names, accepted = verdict.names, verdict.verdict == "accept"
        marks["asked"].append(verdict.verdict == "ask")
        if query.kind.startswith("not_listed"):
            marks["false_accept"].append(accepted)
        elif len(query.expected) > 1:
            marks["ambiguous"].append(verdict.verdict == "ask" and set(query.expected) <= set(names[:3]))
        else:
            right = names[:1] == query.expected
            marks["top1"].append(right)
            marks["top3"].append(query.expected[0] in names[:3])
            marks["auto_right"].append(accepted and right)
            marks["wrong_accept"].append(accepted and not right)
    return {name: fmean(values) if values else float("nan") for name, values in marks.items()}


def by_wratio(roster: Roster, typed: str) -> Verdict:
    """The peer: rapidfuzz's WRatio over all names, accepted from 90, asked from 60."""
    best = process.extract(typed, roster.names, scorer=fuzz.WRatio, limit=3)
    names = tuple(name for name, score, _ in best if score >= WRATIO_LIKELY)
    if not names:
        return Verdict("none", (), "unknown")
    return Verdict("accept" if best[0][1] >= WRATIO_SURE else "ask", names, "similar")


def _line(name: str, asked: Sequence[Query], found: Sequence[Verdict]) -> str:
    means = measures(asked, found)
    return f"  {name:<28}" + "  ".join(f"{means[measure]:12.3f}" for measure in NAMES)
