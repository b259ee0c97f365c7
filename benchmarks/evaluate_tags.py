"""Methods recognised in the needs of the development set, beside the answer that is always the same.

Two acceptable labels count: the first method is one of the acceptable ones, and one of the first three is.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.evaluate_matching import DATA, Trial, development, half
from models.exchange.matching import NeedText
from models.exchange.understanding import understand

Answer = Callable[[NeedText], Sequence[str]]


@dataclass(frozen=True)
class Label:
    """The acceptable methods of a need, and whether its text names one."""

    methods: frozenset[str]
    named: bool


def section() -> Iterator[str]:
    """The share of needs whose first method, and one of whose first three, is acceptable."""
    dev, labels = development(), _labels()
    usual = [
        method for method, _ in Counter(m for label in labels.values() for m in sorted(label.methods)).most_common(3)
    ]
    answers: dict[str, Answer] = {"ours": _ours, f"always {', '.join(usual)}": lambda need: usual}
    yield f"METHODS{'':47}{'first':>9}  {'of three':>9}"
    for group, needs in _groups(dev, labels).items():
        yield f"{group} ({len(needs)} needs)"
        for name, answer in answers.items():
            got = [(answer(need), labels[need.id].methods) for need in needs]
            first = sum(bool(set(found[:1]) & right) for found, right in got) / len(got)
            three = sum(bool(set(found[:3]) & right) for found, right in got) / len(got)
            yield f"  {name:<50}  {first:9.3f}  {three:9.3f}"


def _ours(need: NeedText) -> list[str]:
    return [method.id for method in understand(need.text, need.industry).methods]


def _groups(dev: Trial, labels: dict[str, Label]) -> dict[str, list[NeedText]]:
    return {
        "dev": list(dev.needs),
        "dev, half A": [need for need in dev.needs if half(need) == 0],
        "dev, half B": [need for need in dev.needs if half(need) == 1],
        "dev, text names no method": [need for need in dev.needs if not labels[need.id].named],
    }


def _labels() -> dict[str, Label]:
    with (DATA / "tags_dev.csv").open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream)
        return {r["need_id"]: Label(frozenset(r["methods"].split("|")), r["named_in_text"] == "yes") for r in rows}
