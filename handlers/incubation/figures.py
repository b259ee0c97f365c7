"""A question for figures: what somebody types for an indicator, read in its unit or asked about. Knows no pair."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bot.engine.forms import Asking, Options, Step
from bot.engine.words import say_number
from handlers import term
from models import vocabulary
from models.base import Invalid
from models.incubation.readings_several import several
from models.system.typed import match

if TYPE_CHECKING:
    from models.incubation.readings import Reading

LONGEST = 80  # characters of one reading


@dataclass(frozen=True)
class Gauge:
    """What is being read: the indicator (its id), the unit it is kept in, and what it read before, oldest first."""

    indicator: str
    unit: str
    before: tuple[Decimal, ...] = ()

    @property
    def rising(self) -> bool:
        """Whether more is better."""
        return vocabulary.indicators()[self.indicator].direction == "up"

    def read(self, typed: str) -> Reading:
        """What was typed, in this unit; or what is to be asked about it."""
        from models.incubation.readings import read  # its patterns take long to build: after the start, not in it

        return read(typed, self.unit, self.indicator)

    def is_odd(self, figure: Decimal) -> bool:
        """Whether a figure is far from what was read before."""
        from models.incubation.readings import outlier

        return outlier(figure, self.before)


@dataclass(frozen=True)
class Reported:
    """An answer: figures in the gauge's unit, or the code of the button that was tapped instead.

    `odd`: three times away from what it was before.
    """

    gauge: Gauge
    figures: tuple[Decimal, ...] = ()
    code: str | None = None
    typed: str = ""
    odd: bool = False

    @property
    def only(self) -> float:
        """The figure, where one was asked."""
        return float(self.figures[0])


@dataclass(frozen=True, kw_only=True)
class Figures(Step):
    """Up to `most` figures of an indicator; `quick` lists the answers that have a button."""

    of: Callable[[Asking], Gauge]
    most: int = 1
    quick: Callable[[Asking], Options] | None = None
    wary: bool = False  # a figure that is odd is not taken here

    def options(self, asking: Asking) -> Options:
        return self.quick(asking) if self.quick else ()

    def accept(self, asking: Asking, kind: str, value: Any) -> Any:
        typed = str(super().accept(asking, kind, value)).strip()
        labelled = not any(sign.isdigit() for sign in typed) and match(typed, self.options(asking))
        return labelled or typed

    def parse(self, asking: Asking, raw: Any) -> Reported:
        gauge, codes = self.of(asking), {code for code, _ in self.options(asking)}
        if raw in codes:
            return Reported(gauge, code=raw)
        pieces = several(str(raw), self.most)
        if len(pieces) > self.most:
            raise Invalid("reading_several", typed=str(raw)[:40], most=self.most)
        figures: list[Decimal] = []
        for piece in pieces:
            found = gauge.read(piece)
            if found.value is None:
                if found.question in codes:
                    return Reported(gauge, code=found.question)
                raise Invalid(f"reading_{found.question}", typed=piece[:40], **_asked(gauge))
            figures.append(found.value)
        odd = any(map(gauge.is_odd, figures))
        if odd and self.wary:
            raise Invalid("reading_odd", typed=str(raw)[:40], **_asked(gauge))
        return Reported(gauge, tuple(figures), typed=str(raw)[:LONGEST], odd=odd)

    def show(self, asking: Asking, value: Reported) -> str:
        if value.code is not None:
            return dict(self.options(asking)).get(value.code, value.code)
        language = asking.words.language
        figures = [say_number(figure, language) for figure in value.figures]
        return " · ".join(figures) + asking.words.label(f"unit.{value.gauge.unit}")


class NamedFigures(Figures):
    """The same, shown with the indicator's name before it."""

    def show(self, asking: Asking, value: Reported) -> str:
        return (
            f"{term('indicators', value.gauge.indicator, language=asking.words.language)} {super().show(asking, value)}"
        )


def _asked(gauge: Gauge) -> dict[str, Any]:
    """What the sentences about a reading may name."""
    return {"gauge": gauge, "most": 1}


def figures_of(*answers: Reported | None) -> list[float]:
    """The figures of several answers in a row."""
    return [float(figure) for answer in answers if answer is not None for figure in answer.figures]


def unit_options(asking: Asking, indicator: str) -> Options:
    """The units an indicator may be kept in, the usual one first."""
    units = vocabulary.indicators()[indicator].units
    return [(unit, asking.words.label(f"unit.{unit}").strip() or unit) for unit in units]


def gauge_of(values: dict[str, Any], before: Sequence[Decimal] = ()) -> Gauge:
    """The gauge of a form that asks for the indicator and its unit first; without one there is nothing to read."""
    if "indicator" not in values:  # it was taken meanwhile, perhaps by a colleague, and is asked for again
        raise Invalid("indicator_unknown", typed="")
    indicator = str(values["indicator"])
    return Gauge(indicator, values.get("unit") or vocabulary.indicators()[indicator].units[0], tuple(before))
