"""The rules of improvement, as tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.incubation import gains

FIGURES = st.floats(-1e6, 1e6, allow_nan=False)


@pytest.mark.parametrize(
    ("baseline", "target", "now", "expected"),
    [
        (8.1, 5.0, 8.1, 0.0),
        (8.1, 5.0, 5.0, 1.0),
        (8.0, 4.0, 6.0, 0.5),
        (90.0, 98.0, 94.0, 0.5),
        (90.0, 98.0, 100.0, 1.2),  # more than reached: counted up to 1.2
        (8.0, 4.0, 9.0, -0.25),  # worse than before: negative
        (8.0, 4.0, 40.0, -1.0),  # never below -1
        (0.0, 10.0, 5.0, 0.5),  # a baseline of 0 on a rising scale
        (-20.0, 20.0, 0.0, 0.5),  # a net promoter score
    ],
)
def test_gain(baseline: float, target: float, now: float, expected: float) -> None:
    assert gains.gain(baseline, target, now) == pytest.approx(expected)


def test_a_target_equal_to_the_baseline_has_no_gain() -> None:
    with pytest.raises(ValueError, match="baseline"):
        gains.gain(5, 5, 4)


@given(baseline=FIGURES, target=FIGURES, now=FIGURES)
def test_a_gain_stays_within_its_bounds(baseline: float, target: float, now: float) -> None:
    if baseline != target:
        assert gains.WORST <= gains.gain(baseline, target, now) <= gains.BEST


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([(1.0, 0.5)], 0.5),
        ([(1.0, 1.0), (1.0, 0.0)], 0.5),
        ([(1.0, 1.0), (0.5, -0.5)], 0.5),
        ([(0.0, 1.0)], None),
        ([], None),
    ],
)
def test_pair_gain(parts: list[tuple[float, float]], expected: float | None) -> None:
    assert gains.pair_gain(parts) == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        (1.0, "%", "PPM", 10_000.0),
        (3_500.0, "PPM", "%", 0.35),
        (3.0, "‰", "%", 0.3),
        (5.0, "分", "分", 5.0),
        (5.0, "%", "天", None),
        (5.0, "件/月", "件", None),
    ],
)
def test_units_convert_within_their_scale(value: float, unit: str, to: str, expected: float | None) -> None:
    assert gains.convert(value, unit, to) == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("direction", "baseline", "lowest", "highest", "stuck"),
    [
        ("up", 100.0, 0.0, 100.0, True),
        ("up", 99.9, 0.0, 100.0, False),
        ("down", 0.0, 0.0, 100.0, True),
        ("down", 0.1, 0.0, None, False),
        ("up", 0.0, 0.0, 100.0, False),
        ("up", 2.4, 0.0, None, False),  # Cpk has no end
    ],
)
def test_a_baseline_at_the_end_of_its_scale_cannot_improve(
    direction: gains.Direction, baseline: float, lowest: float | None, highest: float | None, stuck: bool
) -> None:
    assert gains.cannot_improve(direction, baseline, lowest=lowest, highest=highest) is stuck


@pytest.mark.parametrize(
    ("baseline", "target", "ideal", "weight"),
    [
        (90.0, 91.0, 100.0, 1.0),  # a tenth of the gap, exactly
        (90.0, 90.9, 100.0, 0.5),
        (90.0, 99.0, 100.0, 1.0),
        (8.0, 7.5, 0.0, 0.5),
        (8.0, 4.0, 0.0, 1.0),
        (120.0, 130.0, None, 1.0),  # no ideal, no guard
        (2.0, 2.5, 2.0, 0.5),  # already at the ideal
    ],
)
def test_ambition(baseline: float, target: float, ideal: float | None, weight: float) -> None:
    assert gains.ambition(baseline, target, ideal) == weight


@pytest.mark.parametrize(
    ("values", "expected"),
    [((8.1, 7.9, 8.3), 8.1), ((1.0, 2.0, 3.0, 4.0), 3.0), ((5.0,), 5.0), ((), None)],
)
def test_the_last_three_periods_make_the_mean(values: tuple[float, ...], expected: float | None) -> None:
    assert gains.mean_of(values) == (None if expected is None else pytest.approx(expected))
