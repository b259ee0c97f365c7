"""Sparse search in numpy: which rows hold which tokens, and how much each says; grows and shrinks one text at a time.

A posting's weight does not depend on the collection, only the query's weights do (rarity, as in BM25); so an index that
grew one text at a time answers exactly like one built at once.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from models.exchange.matching_grams import Codes, Tokens, Weights

Known = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]
# Rarity is counted as if so many texts on other things stood beside the collection: a small pool is no bad pool.
BACKGROUND = 100
# What more than about a third of the texts hold, and more than a dozen, tells nothing.
COMMON, FEW = 0.35, 12
GLANCE = 16


class Postings:
    """For each token the rows that hold it: a packed base, and a tail for the texts that came later."""

    def __init__(self, texts: Sequence[Tokens]) -> None:
        self.size = self._base = self.alive = len(texts)
        self._tail: dict[int, tuple[array[int], array[float]]] = {}
        self._tail_holders: dict[int, int] = {}
        none = (np.zeros(0, np.int64), np.zeros(0, np.float32))
        codes = np.concatenate([none[0], *(codes for codes, _ in texts)])
        order = np.argsort(codes, kind="stable")
        self._codes, starts = np.unique(codes[order], return_index=True)
        self._starts = np.append(starts, len(codes)).astype(np.int64)
        lengths = [len(codes) for codes, _ in texts]
        self._rows = np.repeat(np.arange(self.size, dtype=np.int32), lengths)[order]
        self._weights = np.concatenate([none[1], *(weights for _, weights in texts)])[order]
        self._holders = np.diff(self._starts)

    def add(self, tokens: Tokens) -> int:
        """Take in one more text and return its row."""
        row = self.size
        for code, weight in zip(tokens[0].tolist(), tokens[1].tolist(), strict=True):
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

    def scores(self, codes: Codes, importance: Weights) -> Weights:
        """The score of every row for a query of distinct tokens; `importance` weighs each token of the query."""
        total = np.zeros(self.size, np.float32)
        known, place, rarity = self._weighed(codes, importance)
        rows, weights = self._held(place[known], rarity[known])
        np.add.at(total, rows, weights)
        if self._tail:
            self._add_tail(total, codes, rarity)
        return total

    def score_of(self, text: Tokens, codes: Codes, importance: Weights) -> float:
        """The score a text would have for a query, were it in the collection."""
        _, at, own = np.intersect1d(codes, text[0], assume_unique=True, return_indices=True)
        return float(self._weighed(codes, importance)[2][at] @ text[1][own])

    def _held(self, places: Places, rarity: Weights) -> tuple[npt.NDArray[np.int32], Weights]:
        """The rows that hold the tokens at these places of the base, token by token, and what each is worth there."""
        starts, ends = self._starts[places], self._starts[places + 1]
        spans = [slice(start, end) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        rows = np.concatenate([self._rows[:0], *(self._rows[span] for span in spans)])
        weights = np.concatenate([self._weights[:0], *(self._weights[span] for span in spans)])
        return rows, weights * np.repeat(rarity, ends - starts)

    def _weighed(
        self, codes: Codes, importance: Weights
    ) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.intp], Weights]:
        """Of each token of a query: whether the base knows it and it tells something, its place there, what it says."""
        place = np.searchsorted(self._codes, codes)
        known = place < len(self._codes)
        known[known] = self._codes[place[known]] == codes[known]
        holders = np.zeros(len(codes))
        holders[known] = self._holders[place[known]]
        if self._tail:
            holders += [self._tail_holders.get(code, 0) for code in codes.tolist()]
        telling = holders <= max(FEW, COMMON * self.alive)
        rarity = np.log1p((self.alive + BACKGROUND - holders) / (holders + 0.5)).astype(np.float32) * importance
        return known & telling, place, rarity * telling

    def _add_tail(self, total: Weights, codes: Codes, rarity: Weights) -> None:
        for code, weight in zip(codes.tolist(), rarity, strict=True):
            if weight and code in self._tail:
                rows, weights = self._tail[code]
                total[np.array(rows, np.int32)] += weight * np.array(weights, np.float32)


def last_of_best(scores: Weights, most: int) -> float:
    """The score of the last of the best so many, or of all when there are fewer.

    What is worse than the best of a first part cannot be among them, so that most rows are never put in order.
    """
    part = scores[: len(scores) // GLANCE]
    if len(part) > most:
        scores = scores[scores >= last_of_best(part, most)]
    return float(np.partition(scores, -most)[-most]) if len(scores) > most else float(scores.min())
