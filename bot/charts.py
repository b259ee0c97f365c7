"""The picture that thanks for a reading: a run chart of one indicator, drawn to be read on a phone.

Pure: values in, PNG out. Knows no row, no language (every word comes with the spec) and no channel. Drawing takes a few
tenths of a second of CPU, so callers run `render` in a process of its own; matplotlib is imported only there.
"""

import io
import math
import unicodedata
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal, TypedDict

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT, DPI = 1080, 720, 100  # pixels: three times a phone's width, so text of 24 pt reads like 11 there
INK, QUIET, LINE, BETTER, WORSE = "#22303c", "#75828e", "#2f6690", "#3a7d5c", "#b8742a"
BOTTOM, TOP, RIGHT = 0.115, 0.78, 0.82  # of the picture; the left edge leaves room for the figures
TITLE, LABEL, TICK, LAST = 32, 23, 21, 30  # points
SHIFT = 7  # consecutive points on one side of the baseline are no longer chance


class Trend(TypedDict):
    """One indicator's readings in the order of their periods; None where a period was missed.

    `words` may hold "baseline", "target", "better" (which way is better), "shift" (said while the last seven readings
    or more lie on the better side of the baseline) and "worse_shift"; a word that is missing is left out.
    """

    title: str
    unit: str
    labels: Sequence[str]
    values: Sequence[float | None]
    baseline: float | None
    target: float | None
    better: Literal["higher", "lower"]
    words: dict[str, str]


def render(name: str, spec: Any) -> bytes:
    """Draw a picture by its name; top-level and picklable, to be handed to a pool of one process."""
    return {"trend": trend_png}[name](spec)


def trend_png(spec: Trend) -> bytes:
    """Draw readings as a run chart with baseline, target and the last value written out; raises ValueError if empty."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with matplotlib.rc_context({"font.family": _font(), "text.parse_math": False, "axes.unicode_minus": False}):
        figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor="white")
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.1, BOTTOM, RIGHT - 0.1, TOP - BOTTOM))
        _frame(axes, spec)
        _heading(figure, spec)
        _levels(axes, spec)
        _readings(axes, spec)
        _last(axes, spec)
        picture = io.BytesIO()
        figure.savefig(picture, format="png")
    return picture.getvalue()


def shifted(values: Sequence[float | None], baseline: float | None) -> dict[int, int]:
    """Find the points in runs of seven or more on one side of the baseline: position → side (1 above, -1 below).

    The usual run-chart rule: a point on the line neither counts nor breaks a run; nor does a period without a reading.
    """
    if baseline is None:
        return {}
    sides = [(i, _side(value, baseline)) for i, value in enumerate(values) if value is not None and value != baseline]
    runs = [(side, list(points)) for side, points in groupby(sides, key=lambda point: point[1])]
    return {i: side for side, points in runs if len(points) >= SHIFT for i, _ in points}


def _side(value: float, level: float) -> int:
    return 1 if value > level else -1


def _font() -> str:
    """Make the packaged Chinese font known and give its family."""
    from matplotlib.font_manager import FontProperties, fontManager
    from pylopdf_fonts_zh_cn import sans_path

    family = str(FontProperties(fname=sans_path()).get_name())
    if family not in fontManager.get_font_names():
        fontManager.addfont(sans_path())
    return family


def _frame(axes: "Axes", spec: Trend) -> None:
    """Set the scales and leave only what helps to read: pale horizontal lines and a few labels."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.set_ylim(*_limits(spec))
    axes.set_xlim(-0.35, max(len(spec["values"]), 2) - 1 + 0.35)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _number(value)))
    shown = [_number(value) for value in axes.get_yticks()]
    left = 0.035 + max(map(_width, shown)) * TICK * DPI / 72 / WIDTH
    axes.set_position((left, BOTTOM, RIGHT - left, TOP - BOTTOM))
    axes.set_xticks(*_ticks(spec["labels"]))
    axes.tick_params(length=0, labelsize=TICK, labelcolor=QUIET, pad=10)
    axes.grid(axis="y", color="#e8ecef", linewidth=1.5)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)


def _limits(spec: Trend) -> tuple[float, float]:
    shown = [value for value in (*spec["values"], spec["baseline"], spec["target"]) if value is not None]
    if not shown:
        raise ValueError("A trend needs at least one reading, baseline or target.")
    low, high = min(shown), max(shown)
    room = (high - low) * 0.24 or abs(high) * 0.1 or 1.0
    return (max(low - room, 0.0) if low >= 0 else low - room), high + room


def _ticks(labels: Sequence[str]) -> tuple[list[int], list[str]]:
    """Choose as many period labels as fit side by side, counted back from the last one."""
    widest = max((_width(label) for label in labels), default=1) + 1
    step = max(1, math.ceil(len(labels) * widest * TICK * DPI / 72 / (WIDTH * 0.76)))
    kept = list(range(len(labels) - 1, -1, -step))[::-1]
    return kept, [labels[i] for i in kept]


def _heading(figure: "Figure", spec: Trend) -> None:
    size = min(TITLE, TITLE * 19 / max(_width(spec["title"]), 1))
    figure.text(0.045, 0.945, spec["title"], size=size, color=INK, va="center")
    under = " · ".join(filter(None, (spec["unit"], spec["words"].get("better"))))
    figure.text(0.045, 0.865, under, size=LABEL, color=QUIET, va="center")
    side = _current_shift(spec)
    if side:
        key, colour = ("shift", BETTER) if side == _better_side(spec) else ("worse_shift", WORSE)
        figure.text(0.965, 0.865, spec["words"].get(key, ""), size=LABEL, color=colour, va="center", ha="right")


def _current_shift(spec: Trend) -> int:
    """Give the side of the run of seven that the last reading belongs to, 0 if it belongs to none."""
    last = max((i for i, value in enumerate(spec["values"]) if value is not None), default=-1)
    return shifted(spec["values"], spec["baseline"]).get(last, 0)


def _levels(axes: "Axes", spec: Trend) -> None:
    """Draw baseline and target across, each named at the right edge, and tint the side where the target is met."""
    bottom, top = axes.get_ylim()
    baseline, target = spec["baseline"], spec["target"]
    if target is not None:
        axes.axhspan(target, top if spec["better"] == "higher" else bottom, color=BETTER, alpha=0.12, linewidth=0)
        axes.axhline(target, color=BETTER, linewidth=3)
    if baseline is not None:
        axes.axhline(baseline, color=QUIET, linewidth=3, dashes=(5, 4))
    levels = [("baseline", baseline, QUIET), ("target", target, BETTER)]
    named = [
        (f"{spec['words'].get(key, '')}\n{_number(at)}", at, colour) for key, at, colour in levels if at is not None
    ]
    for (text, _, colour), height in zip(named, _apart([at for _, at, _ in named], (top - bottom) * 0.17), strict=True):
        axes.annotate(
            text,
            (1.02, height),
            xycoords=("axes fraction", "data"),
            size=LABEL,
            color=colour,
            va="center",
            linespacing=1.15,
        )


def _apart(heights: list[float], room: float) -> list[float]:
    """Move two labels apart around their middle if they would touch."""
    if len(heights) < 2 or abs(heights[0] - heights[1]) >= room:
        return heights
    middle, first_up = sum(heights) / 2, 1 if heights[0] >= heights[1] else -1
    return [middle + first_up * room / 2, middle - first_up * room / 2]


def _readings(axes: "Axes", spec: Trend) -> None:
    """Draw the readings; a missed period is a dotted bridge, a run of seven is filled in the colour of its side."""
    known = [(i, value) for i, value in enumerate(spec["values"]) if value is not None]
    if not known:
        return
    axes.plot(*zip(*known, strict=True), color=LINE, linewidth=2.5, linestyle=":")
    whole = [math.nan if value is None else value for value in spec["values"]]
    axes.plot(range(len(whole)), whole, color=LINE, linewidth=4.5, solid_capstyle="round")
    runs, size = shifted(spec["values"], spec["baseline"]), 16 if len(known) <= 14 else 10
    for i, value in known:
        colour = {0: "white", _better_side(spec): BETTER}.get(runs.get(i, 0), WORSE)
        axes.plot(
            i,
            value,
            "o",
            markersize=size,
            color=colour,
            markeredgecolor=LINE,
            markeredgewidth=4,
            zorder=3,
            clip_on=False,
        )


def _last(axes: "Axes", spec: Trend) -> None:
    """Write the last reading large beside its point, on the side away from the line that leads to it."""
    from matplotlib.patheffects import withStroke

    known = [(i, value) for i, value in enumerate(spec["values"]) if value is not None]
    if not known:
        return
    (i, value), before = known[-1], known[-2][1] if len(known) > 1 else -math.inf
    bottom, top = axes.get_ylim()
    below = value < before and value - bottom > (top - bottom) * 0.14
    at_edge = i > 2 and i == len(spec["values"]) - 1
    axes.annotate(
        f"{_number(value)}{_suffix(spec['unit'])}",
        (i, value),
        xytext=(10 if at_edge else 0, -22 if below else 22),
        textcoords="offset points",
        size=LAST,
        color=INK,
        ha="right" if at_edge else "center",
        va="top" if below else "bottom",
        path_effects=[withStroke(linewidth=6, foreground="white")],
        zorder=4,
    )


def _better_side(spec: Trend) -> int:
    return 1 if spec["better"] == "higher" else -1


def _suffix(unit: str) -> str:
    return unit if unit in {"%", "‰"} else ""


def _number(value: float) -> str:
    """Write a figure as people do: thousands apart, no more than two decimals, three digits for small ones."""
    if 0 < abs(value) < 1:
        return f"{value:.3g}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _width(text: str) -> float:
    """Measure a text in the width of one Chinese character."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.56 for sign in text)
