"""Finds the entries of a long list that share characters with a query, in about a millisecond. Knows no name rule."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_SHIFT = 21  # a character takes at most 21 bits, so a run of three fits into 63
_ENOUGH = 400_000  # postings read for one query at most; the rarest runs are read first


class CharacterIndex:
    """Postings of the character runs (of the given sizes, at most 3) of many short texts, as flat arrays."""

    def __init__(self, texts: Sequence[str], sizes: Sequence[int]) -> None:
        self.size = len(texts)
        self._sizes = tuple(sizes)
        runs, owners = self._runs_of(texts)
        order = np.lexsort((owners, runs))
        runs, owners = runs[order], owners[order]
        # A run counts once a text.
        first = np.ones(len(runs), dtype=bool)
        first[1:] = (runs[1:] != runs[:-1]) | (owners[1:] != owners[:-1])
        self._owners = owners[first]
        self._codes, self._starts = np.unique(runs[first], return_index=True)
        self._ends = np.append(self._starts[1:], len(self._owners))

    def _runs_of(self, texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        letters = _codes("".join(texts))
        owners = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)
        found, whose = [], []
        for size in self._sizes:
            if len(letters) < size:
                continue
            inside = owners[: len(owners) - size + 1] == owners[size - 1 :]
            found.append(_runs(letters, size)[inside])
            whose.append(owners[: len(owners) - size + 1][inside])
        if not found:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int32)
        return np.concatenate(found), np.concatenate(whose)

    def nearest(self, texts: Sequence[str], most: int) -> list[int]:
        """Up to `most` positions that share the rarest runs with the texts, in ascending order."""
        parts = [_runs(_codes(text), size) for text in texts for size in self._sizes if len(text) >= size]
        if not parts or not len(self._codes):
            return []
        wanted = np.unique(np.concatenate(parts))
        at = np.searchsorted(self._codes, wanted)
        at = at[at < len(self._codes)]
        at = at[np.isin(self._codes[at], wanted)]
        counts = self._ends[at] - self._starts[at]
        order = np.argsort(counts, kind="stable")
        at, counts = at[order], counts[order]
        at = at[np.cumsum(counts) - counts < _ENOUGH]
        if not len(at):
            return []
        return self._best(at, most)

    def _best(self, at: NDArray[np.int64], most: int) -> list[int]:
        score = np.zeros(self.size, dtype=np.float32)
        counts = self._ends[at] - self._starts[at]
        spans = zip(self._starts[at].tolist(), self._ends[at].tolist(), strict=True)
        owners = np.concatenate([self._owners[start:end] for start, end in spans])
        np.add.at(score, owners, np.repeat(np.log1p(self.size / counts).astype(np.float32), counts))
        found = np.flatnonzero(score)
        if len(found) > most:
            found = np.sort(found[np.argpartition(-score[found], most)[:most]])
        return [int(position) for position in found]


def _codes(text: str) -> NDArray[np.int64]:
    return np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.int64)


def _runs(letters: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    runs = letters[: len(letters) - size + 1].copy()
    for step in range(1, size):
        runs = (runs << _SHIFT) | letters[step : len(letters) - size + 1 + step]
    # Runs of different sizes never share a code: a longer one is larger than any single character by its shift.
    return runs
