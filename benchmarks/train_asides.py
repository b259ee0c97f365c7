"""Learns what tells a message that is no quality need from a need: `python -m benchmarks.train_asides [--write]`.

It reads the asides and descriptions of the vocabulary and every set of needs and of no needs that was looked at. First
what each character and pair says is counted, then this wording and four signs are weighed (logistic regression). No
text is ever scored by counts it had a part in: those of its own author, or of its own part of the vocabulary, are left
out. The table shows each author judged by the others alone. `--write` puts the weights into the vocabulary.
"""

from __future__ import annotations

import csv
import json
import math
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt

from benchmarks.evaluate_matching import DATA
from models import vocabulary as v
from models.exchange.understanding_asides import LIKELY, SURE, apartness, signs, wording
from models.exchange.understanding_kind import NOTHING_SAID, matters
from models.exchange.understanding_methods import named
from models.exchange.understanding_text import clauses, normalise
from models.exchange.understanding_troubles import weigh
from models.vocabulary.tables import DATA as LISTS
from models.vocabulary.words import WORDING_SIGNS

OUT = ("own_english",)  # no wording is learnt of other languages than Chinese
PARTS = 8
PRIOR = 3.0  # texts' worth of doubt about how common a gram is
MOST = 2.5  # no single gram says more than this
LEAST = 2  # texts a gram is in
BRIEF = range(4, 17)
SENTENCE = 0.3  # what a sentence of the vocabulary, or a clause, counts beside a whole message

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Text:
    """A text with who wrote it, whether it is no need, what it counts, and whether its characters are counted."""

    text: str
    author: str
    aside: bool
    counts: float = 1.0
    heard: bool = True


def texts() -> list[Text]:
    """Every text there is to learn from."""
    messages = list(_messages())
    return [*messages, *_sentences(), *_brief(messages)]


def _messages() -> Iterator[Text]:
    for file in sorted(DATA.glob("needs_*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            yield Text(json.loads(line)["text"], file.stem.removeprefix("needs_"), aside=False)
    for file in sorted(DATA.glob("own_needs*.csv")):
        yield from (
            Text(row["text"], "own", row["kind"] != "need") for row in _rows(file.name) if row["kind"] != "vague"
        )
    for file in sorted(DATA.glob("not_needs_*.csv")):
        author = file.stem.removeprefix("not_needs_")
        if author not in OUT:
            yield from (Text(row["text"], author, row.get("need") != "yes") for row in _rows(file.name))


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _sentences() -> Iterator[Text]:
    for aside in v.asides():
        yield Text(aside.cue, _part(aside.cue), aside=True, counts=SENTENCE)
    for told in v.descriptions():  # a trouble is never scored by other words for itself
        yield Text(told.text, _part(told.trouble), aside=False, counts=SENTENCE)


def _brief(messages: Sequence[Text]) -> Iterator[Text]:
    """Clauses of needs that tell of a trouble by themselves: needs as short as many people write them."""
    for one in messages:
        for said in clauses(normalise(one.text)) if not one.aside else ():
            if len(said) in BRIEF and weigh(said).firm >= NOTHING_SAID:
                yield Text(said, one.author, aside=False, counts=SENTENCE, heard=False)


def _part(about: str) -> str:
    return f"vocabulary, part {crc32(about.encode()) % PARTS + 1}"


class Counts:
    """How many asides and how many needs hold each gram, in all and by author."""

    def __init__(self, given: Sequence[Text]) -> None:
        self.said = {one.text: wording(normalise(one.text)) for one in given}
        self.grams: dict[tuple[str, bool], Counter[str]] = {}
        self.texts: Counter[tuple[str, bool]] = Counter()
        for one in (each for each in given if each.heard):
            for author in (one.author, ""):
                self.grams.setdefault((author, one.aside), Counter()).update(self.said[one.text])
                self.texts[author, one.aside] += 1

    def odds(self, without: str = "?") -> Mapping[str, float]:
        """How much likelier each gram is in an aside than in a need, as a logarithm; one author may be left out."""
        here, asides = self._left(without, aside=True)
        there, needs = self._left(without, aside=False)
        odds = {}
        for gram in here.keys() | there.keys():
            if here[gram] + there[gram] < LEAST:
                continue
            common = (here[gram] / asides + there[gram] / needs) / 2
            one = (here[gram] + PRIOR * common) / (asides + PRIOR)
            other = (there[gram] + PRIOR * common) / (needs + PRIOR)
            odds[gram] = max(-MOST, min(MOST, math.log(one / other)))
        return odds

    def _left(self, without: str, *, aside: bool) -> tuple[Counter[str], int]:
        grams = self.grams["", aside] - self.grams.get((without, aside), Counter())
        return grams, self.texts["", aside] - self.texts[without, aside]


def table(given: Sequence[Text], counts: Counts) -> Floats:
    """The signs of each text as a row; its wording is judged by what the others say."""
    odds = {author: counts.odds(author) for author in {one.author for one in given}}
    rows = []
    for one in given:
        said = normalise(one.text)
        found = signs(weigh(said), named=bool(named(said)), cue=bool(matters(said)))
        found |= {"always": 1.0, "worded": apartness(counts.said[one.text], odds[one.author])}
        rows.append([float(found[sign]) for sign in WORDING_SIGNS])
    return np.array(rows)


def fit(rows: Floats, given: Sequence[Text]) -> Floats:
    """The weights of the signs; asides and needs count the same together, however many there are of each."""
    asides = np.array([one.aside for one in given], dtype=float)
    counts = np.array([one.counts for one in given])
    share = float(counts @ asides / counts.sum())
    counts *= 2 * np.where(asides > 0, 1 - share, share)
    doubt = np.diag([0.0 if sign == "always" else 1.0 for sign in WORDING_SIGNS])
    weights = np.zeros(len(WORDING_SIGNS))
    for _ in range(30):
        likely = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (counts * (likely - asides)) + doubt @ weights
        bend = (rows.T * (counts * likely * (1 - likely))) @ rows + doubt
        weights -= np.linalg.solve(bend, slope)
    return weights


def left_out(given: Sequence[Text], rows: Floats) -> Iterator[tuple[Text, float]]:
    """Every message with its score by weights learnt from the other authors."""
    authors = np.array([one.author for one in given])
    for author in dict.fromkeys(one.author for one in given if one.counts == 1):
        others = authors != author
        weights = fit(rows[others], [one for one in given if one.author != author])
        scores = rows[~others] @ weights
        mine = [one for one in given if one.author == author]
        yield from ((one, float(score)) for one, score in zip(mine, scores, strict=True) if one.counts == 1)


def report(found: Sequence[tuple[Text, float]]) -> Iterator[str]:
    """By author: the shares of no needs told apart, and of needs refused or only asked about, of how many."""
    yield f"{'LEFT OUT':<12}{'told apart':>12}{'of':>6}{'refused':>10}{'asked':>8}{'of':>6}"
    for author in [*dict.fromkeys(one.author for one, _ in found), ""]:
        strange = [score for one, score in found if one.aside and author in ("", one.author)]
        needs = [score for one, score in found if not one.aside and author in ("", one.author)]
        told = _share([score > LIKELY for score in strange])
        refused, asked = _share([score > SURE for score in needs]), _share([LIKELY < score <= SURE for score in needs])
        yield f"{author or 'all':<12}{told:>12}{len(strange):6}{refused:>10}{asked:>8}{len(needs):6}"


def _share(which: Sequence[bool]) -> str:
    return f"{sum(which) / len(which):.3f}" if which else "–"


def write(odds: Mapping[str, float], weights: Floats) -> None:
    """Put the weights into the vocabulary."""
    lines: dict[float, list[str]] = {}
    for gram in sorted(odds):
        lines.setdefault(round(odds[gram], 1) + 0.0, []).append(gram)
    wordings = [[f"{weight:.1f}", " ".join(lines[weight])] for weight in sorted(lines, reverse=True) if weight]
    signs_ = [[sign, f"{weight:.2f}"] for sign, weight in zip(WORDING_SIGNS, weights, strict=True)]
    for name, head, rows in (("wording", "weight,grams", wordings), ("wording_signs", "sign,weight", signs_)):
        with (LISTS / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            out = csv.writer(stream, lineterminator="\n")
            out.writerows([[*head.split(","), "source"], *([*row, "colloquial"] for row in rows)])


def main(given: Sequence[str]) -> None:
    """Learn, show how well each author is judged by the others, and keep the weights if told to."""
    learnt = texts()
    counts = Counts(learnt)
    rows = table(learnt, counts)
    print("\n".join(report(list(left_out(learnt, rows)))))
    weights = fit(rows, learnt)
    print("  ".join(f"{sign} {weight:.2f}" for sign, weight in zip(WORDING_SIGNS, weights, strict=True)))
    if "--write" in given:
        write(counts.odds(), weights)


if __name__ == "__main__":
    main(sys.argv[1:])
