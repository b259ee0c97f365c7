"""The trend picture: a readable PNG from whatever readings there are, every sign drawn, and the rule of seven."""

import io
import logging
import pickle
import subprocess
import sys
import warnings
from collections.abc import Sequence
from functools import partial

import numpy
import pytest
from PIL import Image

from bot import charts
from bot.charts import Trend, render, shifted, trend_png

WORDS = {"baseline": "基线", "target": "目标", "better": "越低越好", "shift": "连续7期优于基线", "worse_shift": "劣于"}


def trend(values: Sequence[float | None], **changes: object) -> Trend:
    spec = Trend(
        title="过程不良率",
        unit="%",
        labels=[f"{month}月" for month in range(1, len(values) + 1)],
        values=values,
        baseline=4.8,
        target=3.0,
        better="lower",
        words=WORDS,
    )
    spec.update(changes)  # type: ignore[typeddict-item]
    return spec


def pixels(spec: Trend) -> "numpy.ndarray[tuple[int, ...], numpy.dtype[numpy.int16]]":
    picture = Image.open(io.BytesIO(trend_png(spec)))
    assert (picture.format, picture.size) == ("PNG", (1080, 720))
    return numpy.asarray(picture.convert("RGB"), dtype=numpy.int16)


def drawn(spec: Trend, colour: str) -> "numpy.ndarray[tuple[int, ...], numpy.dtype[numpy.bool_]]":
    """Mark the pixels that have a colour."""
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    found: numpy.ndarray[tuple[int, ...], numpy.dtype[numpy.bool_]] = abs(pixels(spec) - wanted).max(axis=2) <= 2
    return found


def has(spec: Trend, colour: str) -> bool:
    return bool(drawn(spec, colour).sum() > 150)


def crossed(spec: Trend, colour: str) -> bool:
    """Say whether a line of a colour, dashed or whole, goes across the picture."""
    return bool(drawn(spec, colour).sum(axis=1).max() > 400)


SEVEN_BETTER = [4.9, 4.6, 4.5, 4.4, 4.2, 4.1, 4.0, 3.9]


@pytest.mark.parametrize(
    "spec",
    [
        trend([4.9, 4.7, None, 3.6, 2.9]),
        trend([4.2]),
        trend([None, None]),
        trend([]),
        trend([3.0, 3.0, 3.0], baseline=None, target=None),
        trend([0.0, 0.0], baseline=0.0, target=0.0),
        trend([-3.5, 12.0], baseline=-1.0, target=20.0, better="higher"),
        trend([1_200_000.0, 980_000.5], baseline=None, target=1_250_000.0, unit="万元/年"),
        trend([0.004, 0.0031], baseline=0.0042, target=0.003),
        trend([4.0] * 36, labels=[f"2026-{month:02d}" for month in range(36)]),
        trend([4.0, 3.0], title="某" * 60, words={}),
    ],
)
def test_any_readings_give_a_picture_with_every_sign_drawn(spec: Trend, caplog: pytest.LogCaptureFixture) -> None:
    with warnings.catch_warnings(), caplog.at_level(logging.WARNING, logger="matplotlib"):
        warnings.simplefilter("error")  # a sign the font lacks is only a warning to matplotlib
        assert trend_png(spec).startswith(b"\x89PNG\r\n\x1a\n")
    assert caplog.records == []
    assert pixels(spec).std() > 5, "the picture is blank"


def test_a_sign_without_a_glyph_would_be_noticed() -> None:
    with pytest.warns(UserWarning, match="Glyph"):
        trend_png(trend([4.0], title="\U00013080"))


def test_money_signs_in_a_title_are_not_read_as_formulas() -> None:
    assert trend_png(trend([4.0], title="成本 $x_{1$")).startswith(b"\x89PNG")


def test_nothing_to_show_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        trend_png(trend([None], baseline=None, target=None))


def test_baseline_and_target_go_across_when_given() -> None:
    both = trend([4.0, 3.5])
    assert (crossed(both, charts.QUIET), crossed(both, charts.BETTER)) == (True, True)
    neither = trend([4.0, 3.5], baseline=None, target=None)
    assert (crossed(neither, charts.QUIET), crossed(neither, charts.BETTER)) == (False, False)


def test_a_missed_period_leaves_only_a_dotted_bridge() -> None:
    whole, gap = (drawn(trend(values), charts.LINE).sum() for values in ([4.0, 3.5, 3.0], [4.0, None, 3.0]))
    assert 200 < gap < whole * 0.7


@pytest.mark.parametrize(
    ("better", "colour", "other"),
    [("lower", charts.BETTER, charts.WORSE), ("higher", charts.WORSE, charts.BETTER)],
)
def test_seven_in_a_row_are_marked_in_the_colour_of_their_side(better: str, colour: str, other: str) -> None:
    spec = trend(SEVEN_BETTER, target=None, better=better)
    assert has(spec, colour)
    assert not has(spec, other)
    assert not has(trend(SEVEN_BETTER[:-1], target=None, better=better), colour)


@pytest.mark.parametrize(
    ("values", "marked"),
    [
        ([4.0] * 6, {}),
        ([4.0] * 7, dict.fromkeys(range(7), -1)),
        ([5.0, *[4.0] * 7, 5.0], dict.fromkeys(range(1, 8), -1)),
        ([4.0] * 3 + [4.8, None] + [4.0] * 4, dict.fromkeys([0, 1, 2, 5, 6, 7, 8], -1)),  # neither counts nor breaks
        ([4.0] * 6 + [5.0] * 7, dict.fromkeys(range(6, 13), 1)),
    ],
)
def test_the_rule_of_seven(values: list[float | None], marked: dict[int, int]) -> None:
    assert shifted(values, 4.8) == marked
    assert shifted(values, None) == {}


def test_labels_never_run_into_each_other() -> None:
    places, shown = charts._ticks([f"2026-{month:02d}" for month in range(1, 37)])
    assert places[-1] == 35
    assert 3 <= len(shown) <= 8
    assert charts._ticks(["1月", "2月"]) == ([0, 1], ["1月", "2月"])


@pytest.mark.parametrize(
    ("value", "text"),
    [(3.0, "3"), (93.71, "93.71"), (12500, "12,500"), (0.0031, "0.0031"), (0, "0"), (-2.5, "-2.5"), (1.005, "1")],
)
def test_figures_are_written_as_people_do(value: float, text: str) -> None:
    assert charts._number(value) == text


def test_a_drawing_can_be_sent_to_another_process() -> None:
    task = pickle.loads(pickle.dumps(partial(render, "trend", trend([4.0, 3.5]))))
    assert task() == trend_png(trend([4.0, 3.5]))


def test_drawing_is_imported_only_when_asked_for() -> None:
    code = "import sys, bot.charts; print(any(name in sys.modules for name in ('matplotlib', 'numpy')))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"
