"""The best assignment of needs to offers under capacity: exact, deterministic, and with the price of a place.

A need is put in one at a time along a cheapest path of swaps (the Hungarian method with columns that hold several
rows). Knows numbers only.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
NOBODY = -1


class Assignment:
    """Rows (needs) on columns (offers) with so many places each; -inf in `values` forbids a pair, 0 is staying alone.

    The sum of the values of all pairs is the largest possible. `prices` is what one more place of a column would add.
    """

    def __init__(self, values: Values, places: npt.NDArray[np.int64]) -> None:
        self.values = values
        self.places = places
        self.prices = np.zeros(values.shape[1])
        self.column_of = np.full(values.shape[0], NOBODY)
        self.rows_of: list[list[int]] = [[] for _ in range(values.shape[1])]
        for row in range(values.shape[0]):
            self._put_in(row)

    def _put_in(self, row: int) -> None:
        """Find the cheapest chain of moves that gives the row a place, or leaves out the one who loses least."""
        if not len(self.prices):
            return
        gains = self.values[row] - self.prices
        best = max(0.0, float(gains.max()))
        search = _Search(best - gains, np.full(len(gains), row), leaving=best, leaver=row)
        while True:
            column = search.nearest()
            if column == NOBODY or search.distance[column] >= search.leaving:
                end, reach = NOBODY, search.leaving
                break
            if len(self.rows_of[column]) < self.places[column]:
                end, reach = column, float(search.distance[column])
                break
            search.scan(column, self)
        done = np.array(search.scanned, np.int64)
        self.prices[done] += reach - search.distance[done]
        self._move(row, end, search)

    def _move(self, row: int, end: int, search: _Search) -> None:
        """Walk the chain backwards: each row takes the place its follower left."""
        column = end
        mover = search.leaver if end == NOBODY else int(search.comes_from[end])
        while True:
            left = int(self.column_of[mover])
            if left != NOBODY:
                self.rows_of[left].remove(mover)
            if column != NOBODY:
                self.rows_of[column].append(mover)
            self.column_of[mover] = column
            if mover == row:
                return
            column, mover = left, int(search.comes_from[left])


class _Search:
    """Shortest distances from the row being put in to every column, and to somebody leaving."""

    def __init__(self, distance: Values, comes_from: npt.NDArray[np.int64], *, leaving: float, leaver: int) -> None:
        self.distance = distance
        self.comes_from = comes_from
        self.leaving = leaving
        self.leaver = leaver
        self.scanned: list[int] = []
        self._open = distance.copy()

    def nearest(self) -> int:
        """The nearest column not yet scanned; NOBODY when none can be reached."""
        column = int(self._open.argmin())
        return column if np.isfinite(self._open[column]) else NOBODY

    def scan(self, column: int, state: Assignment) -> None:
        """Let the rows that sit on a full column move on."""
        here = float(self.distance[column])
        self.scanned.append(column)
        self._open[column] = np.inf
        rows = np.array(sorted(state.rows_of[column]), np.int64)
        if not len(rows):
            return
        kept = state.values[rows, column] - state.prices[column]
        onward = here + kept[:, None] - (state.values[rows] - state.prices)
        nearest = onward.argmin(axis=0)
        reached = onward[nearest, np.arange(onward.shape[1])]
        better = reached < self.distance
        self.distance[better] = self._open[better] = reached[better]
        self.comes_from[better] = rows[nearest[better]]
        leave = here + float(kept.min())
        if leave < self.leaving:
            self.leaving, self.leaver = leave, int(rows[kept.argmin()])
