"""Improvement as a number: baseline, target, gain and how ambitious a target is. Pure rules over values, knows no row.

The formula is that of the programme's evaluation (section 6): `G_i = clip((x_now - x_0) / (x* - x_0), -1, 1.2)`, where
the target x* lies on the better side of the baseline x_0, so no direction is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import Literal

Direction = Literal["up", "down"]
PERIODS = 3  # months that make a baseline, and that count as "now"
WORST, BEST = -1.0, 1.2
AMBITIOUS = 0.1  # share of the gap to the ideal that a target must close to count in full
HALF = 0.5
SHARES = {"%": 100.0, "‰": 1_000.0, "PPM": 1_000_000.0}  # how many make the whole


def mean_of(values: Sequence[float]) -> float | None:
    """The mean of the last three periods, or of what there is; None when there is nothing."""
    return fmean(values[-PERIODS:]) if values else None


def convert(value: float, unit: str, to: str) -> float | None:
    """The same figure in another unit (1 % is 10,000 PPM); None when the two units do not belong together."""
    if unit == to:
        return value
    return value * SHARES[to] / SHARES[unit] if unit in SHARES and to in SHARES else None


def is_better(direction: Direction, value: float, than: float) -> bool:
    """Whether one figure is better than another."""
    return value > than if direction == "up" else value < than


def cannot_improve(direction: Direction, baseline: float, *, lowest: float | None, highest: float | None) -> bool:
    """Whether the baseline stands at the end of its scale (100 % yield, no complaint), so that no target fits."""
    end = highest if direction == "up" else lowest
    return end is not None and not is_better(direction, end, baseline)


def ambition(baseline: float, target: float, ideal: float | None) -> float:
    """The weight of a target: half when it closes less than a tenth of the gap to the ideal, else full."""
    if ideal is None:
        return 1.0
    gap = ideal - baseline
    closed = (target - baseline) / gap if gap else 0.0
    return 1.0 if closed >= AMBITIOUS - 1e-9 else HALF


def gain(baseline: float, target: float, now: float) -> float:
    """How far the way from baseline to target has been walked: 0 not at all, 1 reached, negative when it got worse."""
    if target == baseline:
        raise ValueError("A target equal to the baseline has no gain.")
    return min(BEST, max(WORST, (now - baseline) / (target - baseline)))


def pair_gain(parts: Iterable[tuple[float, float]]) -> float | None:
    """The weighted mean of (weight, gain) of a pair's indicators; None without any."""
    weighed = [(weight, one) for weight, one in parts if weight > 0]
    total = sum(weight for weight, _ in weighed)
    return sum(weight * one for weight, one in weighed) / total if total else None
