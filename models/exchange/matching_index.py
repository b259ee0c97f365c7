"""Sparse text search (BM25) over grams of characters, in numpy: build once, add and remove one at a time.

A posting's weight does not depend on the collection (the mean length is a constant), only the query's weights do;
so an index that grew one text at a time answers exactly like one built at once.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from models.exchange.matching_grams import Codes, Weights

SATURATION = 1.2
LENGTH_SHARE = 0.75
MEAN_LENGTH = 240.0

Counts = tuple[Codes, Weights]


def bm25_weights(counts: Weights) -> Weights:
    """How much each gram says about its text: repeated grams saturate, long texts are discounted."""
    long = 1 - LENGTH_SHARE + LENGTH_SHARE * float(counts.sum()) / MEAN_LENGTH
    return (counts * (SATURATION + 1) / (counts + SATURATION * long)).astype(np.float32)


class Postings:
    """For each gram the rows that hold it: a packed base, and a tail for the texts that came later."""

    def __init__(self, texts: Sequence[Counts]) -> None:
        self.size = len(texts)
        self.alive = len(texts)
        self._tail: dict[int, tuple[array[int], array[float]]] = {}
        self._tail_holders: dict[int, int] = {}
        self._base = self.size
        lengths = [len(codes) for codes, _ in texts]
        codes = np.concatenate([c for c, _ in texts]) if texts else np.zeros(0, np.int64)
        order = np.argsort(codes, kind="stable")
        self._codes, starts = np.unique(codes[order], return_index=True)
        self._starts = np.append(starts, len(codes)).astype(np.int64)
        self._rows = np.repeat(np.arange(self.size, dtype=np.int32), lengths)[order]
        weights = np.concatenate([bm25_weights(n) for _, n in texts]) if texts else np.zeros(0, np.float32)
        self._weights = weights[order]
        self._holders = np.diff(self._starts)

    def add(self, counts: Counts) -> int:
        """Take in one more text and return its row."""
        row = self.size
        for code, weight in zip(counts[0].tolist(), bm25_weights(counts[1]).tolist(), strict=True):
            rows, weights = self._tail.setdefault(code, (array("i"), array("f")))
            rows.append(row)
            weights.append(weight)
            self._tail_holders[code] = self._tail_holders.get(code, 0) + 1
        self.size += 1
        self.alive += 1
        return row

    def forget(self, row: int, codes: Codes) -> None:
        """Stop counting a text that was removed; its row stays and the caller keeps it out of the results."""
        self.alive -= 1
        if row < self._base:
            self._holders[np.searchsorted(self._codes, codes)] -= 1
            return
        for code in codes.tolist():
            self._tail_holders[code] -= 1

    def scores(self, codes: Codes, importance: Weights) -> npt.NDArray[np.float32]:
        """The text score of every row for a query of distinct grams; `importance` weighs each gram of the query."""
        total = np.zeros(self.size, np.float32)
        place = np.searchsorted(self._codes, codes)
        known = place < len(self._codes)
        known[known] = self._codes[place[known]] == codes[known]
        holders = np.array([self._tail_holders.get(code, 0) for code in codes.tolist()], np.float64)
        holders[known] += self._holders[place[known]]
        rarity = np.log1p((self.alive - holders + 0.5) / (holders + 0.5)) * importance
        for at, weight in zip(place[known].tolist(), rarity[known].tolist(), strict=True):
            span = slice(self._starts[at], self._starts[at + 1])
            total[self._rows[span]] += weight * self._weights[span]
        if self._tail:
            for code, weight in zip(codes.tolist(), rarity.tolist(), strict=True):
                if code in self._tail:
                    rows, weights = self._tail[code]
                    total[np.array(rows, np.int32)] += weight * np.array(weights, np.float32)
        return total
