"""How often two needs that are said to be alike are: pairs judged without seeing their likeness, by threshold.

Judged was whether one class or one expert's visit could serve both. The pairs are 140 of those whose likeness among all
texts of the evaluation sets is at least .10, drawn evenly over four bands of likeness (benchmarks/data/own_alike.csv).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

from models.exchange.alike import ALIKE_ENOUGH
from models.exchange.matching import NeedText
from models.exchange.matching_similar import similar

DATA = Path(__file__).parent / "data"
THRESHOLDS = (0.12, 0.16, 0.2, 0.25, 0.3, 0.4)


def section() -> Iterator[str]:
    """Judged pairs at or above each threshold, how many of them are alike, and how many needs would be shown one."""
    texts = _texts()
    nearest = {need.id: similar(need, texts.values(), top=2) for need in texts.values()}
    likeness = {(one, found.need_id): found.likeness for one, near in nearest.items() for found in near}
    judged = [(_of(likeness, row["need_id"], row["other_id"]), row["alike"] == "1") for row in _rows("own_alike.csv")]
    yield f"ALIKE NEEDS{'':11}{'pairs':>7}  {'alike':>6}  {'asked':>6}"
    for least in THRESHOLDS:
        right = [alike for score, alike in judged if score >= least]
        asked = sum(any(found.likeness >= least for found in near) for near in nearest.values()) / len(texts)
        mark = " (in use)" if least == ALIKE_ENOUGH else ""
        yield f"  likeness {least:.2f}{mark:<9}{len(right):7}  {sum(right) / max(1, len(right)):6.2f}  {asked:6.2f}"


def _of(likeness: dict[tuple[str, str], float], one: str, other: str) -> float:
    return max(likeness.get((one, other), 0.0), likeness.get((other, one), 0.0))


def _texts() -> dict[str, NeedText]:
    """Every text of the evaluation sets that is a need."""
    found = {}
    for file in sorted(DATA.glob("needs_*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            found[record["id"]] = NeedText(record["id"], record["text"], record["industry"])
    for file in sorted(DATA.glob("own_needs*.csv")):
        for row in _rows(file.name):
            if row.get("kind", "need") == "need":
                found[row["id"]] = NeedText(row["id"], row["text"], row["industry"])
    return found


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
