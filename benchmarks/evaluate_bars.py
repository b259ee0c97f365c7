"""Every bar of matching and understanding at a glance: floor, goal, and the product's figures.

`dev` is development data or sets the words grew with; `before` and `newest` are sets by authors who never saw the code,
looked at since and measured now; the wilder needs have none newer than `rough`. The first look is what a set gave when
it was measured for the first time, kept in data/first_looks.csv: the only figure nothing was fitted to. It decides:
goal, floor or below; `dev!` where the development figure is more than .04 better.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial

from benchmarks import evaluate_matching as matching
from benchmarks import evaluate_names as names
from benchmarks import evaluate_notes as notes
from benchmarks import evaluate_tags as tags
from models.registration.roster import award_roster

FAR = 0.04
Figures = tuple[float, float, float]


@dataclass(frozen=True)
class Bar:
    """What is measured, what it must and should reach, its figures now; of `less` the smaller is better."""

    name: str
    floor: float
    goal: float
    figures: Figures
    less: bool = False

    @property
    def first(self) -> float:
        """The figure at the first look."""
        return first_looks()[self.name]

    @property
    def reached(self) -> str:
        """goal, floor or below at the first look; dev! where development is far better."""
        sign = -1 if self.less else 1
        first = sign * self.first
        reached = "goal" if first >= sign * self.goal else "floor" if first >= sign * self.floor else "below"
        return reached + (" dev!" if sign * self.figures[0] - first > FAR else "")


@cache
def first_looks() -> Mapping[str, float]:
    """The first figure of each bar on the newest frozen set."""
    with (names.DATA / "first_looks.csv").open(encoding="utf-8", newline="") as stream:
        return {row["bar"]: float(row["figure"]) for row in csv.DictReader(stream)}


def section() -> Iterator[str]:
    """The bars, one a line."""
    yield f"{'BARS':<48}{'floor':>7}{'goal':>7}  {'dev':>7}{'before':>8}{'newest':>8}  {'first look':>11}  reached"
    for bar in (*_matching(), *_names(), *_tags(), *_notes()):
        dev, before, newest = bar.figures
        yield (
            f"{bar.name:<48}{bar.floor:7.3f}{bar.goal:7.3f}  {dev:7.3f}{before:8.3f}{newest:8.3f}"
            f"  {bar.first:11.3f}  {bar.reached}"
        )


def _three(figure: Callable[[str], float], *sets: str) -> Figures:
    first, second, third = (figure(each) for each in sets)
    return first, second, third


def _matching() -> Iterator[Bar]:
    usual = [(0, "nDCG@10", 0.82, 0.86), (1, "nDCG@3", 0.82, 0.85), (2, "recall@5", 0.70, 0.76)]
    usual += [(3, "MRR", 0.96, 0.98), (4, "success@3", 0.98, 0.99)]
    for place, name, floor, goal in usual:
        yield Bar(f"offers: {name}", floor, goal, _three(partial(_rank, place=place), *RANKED))
    for part, name, floor, goal in ((1, "naming no method", 0.75, 0.80), (2, "methods hidden", 0.78, 0.83)):
        figures = _three(partial(_rank, part=part), *RANKED)
        yield Bar(f"offers: nDCG@10, {name}", floor, goal, figures)
    wilder = [
        (0, "nDCG@10", 0.74, 0.80),
        (1, "nDCG@3", 0.74, 0.80),
        (3, "MRR", 0.90, 0.94),
        (4, "success@3", 0.95, 0.98),
    ]
    for place, name, floor, goal in wilder:
        figures = _three(partial(_rank, place=place), "cross", "fourteenth", "sixteenth")
        yield Bar(f"offers, wilder needs: {name}", floor, goal, figures)


RANKED = ("dev", "nineteenth", "twentyfourth")
TAGGED = ("dev", "twentysecond", "twentythird")
OFFERS = {
    "fresh": ("dev",),
    "final": ("dev", "wild"),
    "plain": ("plain",),
    "rough": ("rough",),
    "third": ("third",),
    "fourth": ("fourth",),
    "tenth": ("tenth",),
    "eleventh": ("eleventh",),
    "twelfth": ("twelfth",),
    "thirteenth": ("thirteenth",),
    "fourteenth": ("fourteenth",),
    "fifteenth": ("fifteenth",),
    "sixteenth": ("sixteenth",),
    "seventeenth": ("seventeenth",),
    "nineteenth": ("nineteenth",),
    "twentyfourth": ("twentyfourth",),
}


def _rank(name: str, place: int = 0, part: int = 0) -> float:
    return _means(name, part)[place]


@cache
def _means(name: str, part: int) -> tuple[float, ...]:
    trial = _trial(name)
    trial = (trial, *matching.parts(trial))[part]
    return tuple(float(mean) for mean in matching.means(trial, matching.ours(trial.offers)))


def _trial(name: str) -> matching.Trial:
    if name == "dev":
        return matching.development()
    if name == "cross":
        return matching.read("cross", "wild", ("dev",), "cross")
    return matching.read(name, name, OFFERS[name], name)


def _names() -> Iterator[Bar]:
    bars = [("top1", "top-1", 0.97, 0.985), ("top3", "top-3", 0.98, 0.995), ("auto_right", "right unasked", 0.60, 0.70)]
    for measure, name, floor, goal in bars:
        yield Bar(f"names: {name}", floor, goal, _three(partial(_name, measure=measure), *NAME_SETS))
    figures = _three(partial(_name, measure="false_accept"), *NAME_SETS)
    yield Bar("names: false accepts", 0.03, 0.015, figures, less=True)


NAME_SETS = ("name_queries_dev", "fifteenth_names", "eighteenth_names")


def _name(name: str, measure: str) -> float:
    asked = names.queries(name)
    return names.measures(asked, [award_roster().find(query.typed) for query in asked])[measure]


def _tags() -> Iterator[Bar]:
    for place, name, floor, goal in ((0, "the first", 0.72, 0.85), (1, "one of three", 0.85, 0.95)):
        tag = partial(_tag, place=place)
        yield Bar(f"methods: {name}, none named", floor, goal, _three(tag, *TAGGED))
        yield Bar(
            f"methods, wilder needs: {name}, none named", floor, goal, _three(tag, "dev", "fourteenth", "sixteenth")
        )
    figures = _three(lambda name: tags.apart(name)[0], "own", "fifteenth", "eighteenth")
    yield Bar("no needs told apart (a bar of our own)", 0.85, 0.95, figures)
    plain, rough = tags.mistaken("plain"), tags.mistaken("rough")
    figures = (tags.apart("own")[1], (plain + rough) / 2, tags.apart("eighteenth")[1])
    yield Bar("needs taken for none (a bar of our own)", 0.02, 0.0, figures, less=True)


def _tag(name: str, place: int) -> float:
    return tags.hits(tags.unnamed(tags.labelled(name)), tags.ours)[place]


def _notes() -> Iterator[Bar]:
    logs = ("own_logs", "thirtyfirst_logs", "thirtysecond_logs")
    yield Bar("logs: activity right", 0.85, 0.93, _three(_activity, *logs))
    for field in ("hours", "people"):
        found = [_log(name, field) for name in logs]
        right = (found[0][0] + found[0][1], found[1][0] + found[1][1], found[2][0] + found[2][1])
        yield Bar(f"logs: {field} right or asked", 0.85, 0.93, right)
        yield Bar(f"logs: wrong {field} stored", 0.02, 0.0, (found[0][2], found[1][2], found[2][2]), less=True)
    readings = ("own_readings", "fifteenth_readings", "eighteenth_readings")
    yield Bar("readings: right unasked", 0.85, 0.95, _three(lambda name: _reading(name)[0], *readings))
    yield Bar("readings: wrong value stored", 0.01, 0.0, _three(lambda name: _reading(name)[2], *readings), less=True)


def _activity(name: str) -> float:
    logs, found = notes.read_logs(name)
    return notes.agreed([log["activity"] for log in logs], [note["activity"] for note in found])


def _log(name: str, field: str) -> Figures:
    logs, found = notes.read_logs(name)
    return notes.shares([log[field] for log in logs], [note[field] for note in found])


def _reading(name: str) -> Figures:
    found = notes.records(name)
    return notes.shares([record["value"] for record in found], [notes.reading(record) for record in found])
