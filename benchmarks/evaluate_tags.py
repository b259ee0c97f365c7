"""Methods recognised in needs, beside the answer that is always the same, and what is told apart as no need at all.

Two acceptable labels count: the first method is one of the acceptable ones, and one of the first three is. `own` sets
were written one after the other while the vocabulary grew and looked at afterwards; `unseen`, `final` and `last` came
after all of them, each measured once and then looked at. First figures: .84 and .97, then .96 and 1.00 of needs naming
no method; .57, .69 and .77 of no needs told apart. The later ones are by authors who never saw the code; their
first figures stand in data/first_looks.csv. What is no need is learnt from all these sets, so its figures here are of
texts it has seen; `python -m benchmarks.train_asides` tells those of each author judged by the others alone.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.evaluate_matching import DATA, development, half, needs_of
from models.exchange.matching import NeedText
from models.exchange.understanding import understand

Answer = Callable[[NeedText], Sequence[str]]
OWN = ("own_needs", "own_needs_wild", "own_needs_later", "own_needs_final", "own_needs_last")
LATE = (
    "unseen",
    "final",
    "plain",
    "rough",
    "third",
    "fourth",
    "fifth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "nineteenth",
    "twentieth",
    "twentyfirst",
    "twentysecond",
    "twentythird",
    "twentyfourth",
)


@dataclass(frozen=True)
class Label:
    """The acceptable methods of a need, and whether its text names one."""

    methods: frozenset[str]
    named: bool


Labelled = Sequence[tuple[NeedText, Label]]


def section() -> Iterator[str]:
    """The share of needs whose first method, and one of whose first three, is acceptable; then what is no need."""
    yield f"METHODS{'':47}{'first':>9}  {'of three':>9}"
    for group, needs in groups().items():
        usual = constant(needs)
        yield f"{group} ({len(needs)} needs)"
        for name, answer in {"ours": ours, f"always {', '.join(usual)}": _always(usual)}.items():
            first, three = hits(needs, answer)
            yield f"  {name:<50}  {first:9.3f}  {three:9.3f}"
    yield ""
    yield f"NO NEEDS{'':46}{'told apart':>10}  {'of needs':>9}"
    for name in (
        "own",
        "unseen",
        "final",
        "last",
        "rough",
        "third",
        "fifth",
        "sixth",
        "tenth",
        "eleventh",
        "twelfth",
        "fourteenth",
        "fifteenth",
        "sixteenth",
        "eighteenth",
        "own_late",
    ):
        told, taken = apart(name)
        yield f"  {name:<50}  {told:9.3f}  {taken:9.3f}"
    yield f"  {'plain':<50}  {'':9}  {mistaken('plain'):9.3f}"


def _always(methods: Sequence[str]) -> Answer:
    return lambda need: methods


def groups() -> Mapping[str, Labelled]:
    """The labelled needs by set, whole and those naming no method."""
    dev = labelled("dev")
    halves = {f"dev, half {'AB'[side]}": [one for one in dev if half(one[0]) == side] for side in (0, 1)}
    found = {"dev": dev, **halves, "dev, text names no method": unnamed(dev)}
    found["own, text names no method"] = unnamed([one for name in OWN for one in own(name)])
    for name in LATE:
        found |= {name: labelled(name), f"{name}, text names no method": unnamed(labelled(name))}
    return found


def unnamed(needs: Labelled) -> Labelled:
    """The needs whose text names no method."""
    return [(need, label) for need, label in needs if not label.named]


def hits(needs: Labelled, answer: Answer) -> tuple[float, float]:
    """The shares of needs whose first, and one of whose first three, answered methods is acceptable."""
    got = [(answer(need), label.methods) for need, label in needs]
    shares = [sum(bool(set(found[:depth]) & right) for found, right in got) / len(got) for depth in (1, 3)]
    return shares[0], shares[1]


def constant(needs: Labelled) -> list[str]:
    """The three methods that are acceptable most often."""
    return [method for method, _ in Counter(m for _, label in needs for m in sorted(label.methods)).most_common(3)]


def ours(need: NeedText) -> list[str]:
    """The product's own answer."""
    return [method.id for method in understand(need.text, need.industry).methods]


def apart(name: str) -> tuple[float, float]:
    """The share of messages that are no need told apart, and the share of needs taken for one."""
    if name == "own":
        rows = [row for each in OWN for row in _rows(each) if row["kind"] != "vague"]
        other = [row["text"] for row in rows if row["kind"] != "need"]
        taken = _taken([row["text"] for row in rows if row["kind"] == "need"])
    else:
        rows = _rows(f"not_needs_{name}")
        other = [row["text"] for row in rows if row.get("need") != "yes"]
        needs = [row["text"] for row in rows if row.get("need") == "yes"]  # that only look like none
        taken = _taken(needs + [need.text for need, _ in (labelled(name) if name in LATE else ())])
    told = [understand(text).is_need != "need" for text in other]
    return sum(told) / len(told), taken


def mistaken(name: str) -> float:
    """The share of the needs of a set taken for none."""
    return _taken([need.text for need, _ in labelled(name)])


def _taken(needs: Sequence[str]) -> float:
    taken = [understand(text).is_need.startswith("not_a_need") for text in needs]
    return sum(taken) / len(taken) if taken else 0.0


def labelled(name: str) -> Labelled:
    """The needs of a set in the form of the development set, with their labels."""
    labels = {
        r["need_id"]: Label(frozenset(r["methods"].split("|")), r["named_in_text"] == "yes")
        for r in _rows(f"tags_{name}")
    }
    needs = development().needs if name == "dev" else needs_of(name)
    return [(need, labels[need.id]) for need in needs if need.id in labels]


def own(name: str) -> Labelled:
    """The needs of an own set, which holds its labels itself."""
    return [
        (
            NeedText(row["id"], row["text"], row["industry"]),
            Label(frozenset(row["methods"].split("|")), row["named"] == "yes"),
        )
        for row in _rows(name)
        if row["kind"] == "need"
    ]


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
