"""Ranking of offers for needs, on the development set in its two halves and on sets written by other hands.

`dev` is the development set; `wild` are needs and offers of other trades; `fresh` are needs written after every list
of words and looked at last; `cross` are the wild needs against the
development offers and the other way round, where no offer was written with the need in view; `bare` are the wild needs
without industry and name of the unit, as when somebody just talks. `unseen` and `final` were written after all rules,
of many trades, against all hundred offers; each was measured once and then looked at. `plain`, `rough`, `third`,
`fourth`, `tenth` and `eleventh` are by authors who never saw the code, needs and offers of their own, each measured
once before a look at it.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks import measures
from benchmarks.peers import Scorer, peers
from models.exchange.matching import Index, NeedText, OfferText
from models.exchange.matching_files import FILE_RULES, need_of, offer_of

DATA = Path(__file__).parent / "data"
TOP = 10

Ranked = dict[str, list[str]]
Ranker = Callable[[NeedText], list[str]]


@dataclass(frozen=True)
class Trial:
    """Needs, offers and the grades of their pairs."""

    name: str
    needs: Sequence[NeedText]
    offers: Sequence[OfferText]
    grades: Mapping[str, measures.Grades]

    def of(self, name: str, needs: Sequence[NeedText]) -> Trial:
        """The same trial with some of its needs, or with its needs changed."""
        return Trial(f"{self.name}, {name}", needs, self.offers, {need.id: self.grades[need.id] for need in needs})


def section() -> Iterator[str]:
    """The measures of every trial, ours beside the peers, then ours minus each peer on the development set."""
    yield f"MATCHING{'':32}" + "  ".join(f"{name:>9}" for name in measures.NAMES)
    for trial in trials():
        yield f"{trial.name} ({len(trial.needs)} needs, {len(trial.offers)} offers)"
        for name, ranked in rankings(trial).items():
            means = np.nanmean(measures.table(ranked, trial.grades), axis=0)
            yield f"  {name:<38}" + "  ".join(f"{mean:9.3f}" for mean in means)
    yield from comparison(development())


def comparison(trial: Trial) -> Iterator[str]:
    """Ours minus each peer in nDCG@10, with the 95 % interval over needs."""
    ranked = rankings(trial)
    ours = measures.table(ranked.pop("ours"), trial.grades)
    for name, theirs in ranked.items():
        difference = (ours - measures.table(theirs, trial.grades))[:, 0]
        low, high = measures.interval(difference)
        yield f"ours - {name:<14} nDCG@10 {np.nanmean(difference):+.3f}  95 % {low:+.3f} .. {high:+.3f}"


def trials() -> Iterator[Trial]:
    """Every trial, the development set first."""
    dev = development()
    yield dev
    yield dev.of("half A", [need for need in dev.needs if half(need) == 0])
    yield dev.of("half B", [need for need in dev.needs if half(need) == 1])
    yield from parts(dev)
    wild = read("wild", "wild", ("wild",), "wild")
    yield wild
    yield read("cross: wild needs, dev offers", "wild", ("dev",), "cross")
    yield read("cross: dev needs, wild offers", "dev", ("wild",), "cross")
    yield read("fresh: needs written last, dev offers", "fresh", ("dev",), "fresh")
    yield wild.of("bare", [replace(need, industry="", org="") for need in wild.needs])
    for name in ("unseen", "final"):
        yield from late(name, "dev", "wild")
    for name in (
        "plain",
        "rough",
        "third",
        "fourth",
        "tenth",
        "eleventh",
        "twelfth",
        "thirteenth",
        "fourteenth",
        "fifteenth",
        "sixteenth",
        "seventeenth",
        "nineteenth",
        "twentyfourth",
    ):
        yield from late(name, name)


def late(name: str, *offers: str) -> Iterator[Trial]:
    """A set against these offers: whole, its needs naming no method, and the methods hidden."""
    trial = read(name, name, offers, name)
    yield trial
    yield from parts(trial)


def parts(trial: Trial) -> Iterator[Trial]:
    """The needs of a trial that name no method, and all of them with the field of methods empty."""
    yield trial.of("needs naming no method", [need for need in trial.needs if not need.methods])
    yield trial.of("methods field hidden", [replace(need, methods=()) for need in trial.needs])


def development() -> Trial:
    """The development set."""
    return read("dev", "dev", ("dev",), "dev")


def half(need: NeedText) -> int:
    """Which half of the set a need belongs to, by a hash of its id: fixed, and blind to what it says."""
    return hashlib.sha256(need.id.encode()).digest()[-1] % 2


def read(name: str, needs: str, offers: Sequence[str], grades: str) -> Trial:
    """A trial from the files of the data folder; only needs with a grade for these offers take part."""
    given = [offer_of(record) for each in offers for record in _records(f"offers_{each}.jsonl")]
    known = {offer.id for offer in given}
    graded: dict[str, dict[str, int]] = {}
    with (DATA / f"relevance_{grades}.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["offer_id"] in known:
                graded.setdefault(row["need_id"], {})[row["offer_id"]] = int(row["grade"])
    asked = [need for need in needs_of(needs) if need.id in graded]
    return Trial(name, asked, given, {need.id: graded[need.id] for need in asked})


def needs_of(name: str) -> list[NeedText]:
    """All needs of a set, graded or not."""
    return [need_of(record) for record in _records(f"needs_{name}.jsonl")]


def _records(file: str) -> list[dict[str, object]]:
    with (DATA / file).open(encoding="utf-8") as stream:
        return [json.loads(line) for line in stream if line.strip()]


def rankings(trial: Trial) -> dict[str, Ranked]:
    """What each system ranks for each need of a trial, ours first."""
    rankers: dict[str, Ranker] = {"ours": ours(trial.offers)}
    texts = [_whole_offer(offer) for offer in trial.offers]
    for name, scorer in peers(texts).items():
        rankers[name] = _ranker(scorer, trial.offers, texts)
    return {name: {need.id: ranker(need) for need in trial.needs} for name, ranker in rankers.items()}


def ours(offers: Sequence[OfferText]) -> Ranker:
    """The product's own ranking of these offers."""
    index = Index.build(offers)
    return lambda need: [match.offer_id for match in index.rank(need, TOP, FILE_RULES)]


def means(trial: Trial, ranker: Ranker) -> measures.Table:
    """The five measures of one ranker, as means over the needs."""
    ranked = {need.id: ranker(need) for need in trial.needs}
    found: measures.Table = np.nanmean(measures.table(ranked, trial.grades), axis=0)
    return found


def _ranker(scorer: Scorer, offers: Sequence[OfferText], texts: Sequence[str]) -> Ranker:
    def ranked(need: NeedText) -> list[str]:
        scores = scorer(" ".join((need.text, need.org, need.industry, *need.methods)), texts)
        order = sorted(zip(scores, offers, strict=True), key=lambda pair: (-pair[0], pair[1].id))
        return [offer.id for _, offer in order[:TOP]]

    return ranked


def _whole_offer(offer: OfferText) -> str:
    return " ".join((offer.text, offer.org, offer.industry, *offer.methods, *offer.forms))
