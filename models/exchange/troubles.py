"""What somebody writes about their trouble, looked at before it becomes a need. Knows no row and no sentence."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from models.exchange import screening
from models.exchange.understanding import MethodFound, Understanding, understand

SURE = 0.3  # how sure an inferred method must be to be proposed
PROPOSED = 3
USUAL_AREA = "quality_management"


class Trouble(str):
    """The words of a need with what they say: too little, something else than quality, secrets, and what was meant.

    `alike` are rows of needs that say much the same, for whoever has looked for them.
    """

    alike: Sequence[Any] = ()

    @cached_property
    def understood(self) -> Understanding:
        return understand(str(self))

    @property
    def vague(self) -> bool:
        """Whether it says no more than that things should be better."""
        read = self.understood
        silent = read.basis != "named" and not (read.troubles or read.indicators or read.processes)
        return read.is_need == "vague" or (silent and screening.says_little(str(self)))

    @property
    def about(self) -> str | None:
        """What it is about when it is no need (loan, orders, advert, …); a figure of quality outweighs that."""
        kind, _, detail = self.understood.is_need.partition(":")
        return detail if kind == "not_a_need" and not self.understood.indicators else None

    @property
    def clear(self) -> bool:
        """Whether it can become a need as it stands."""
        return not self.vague and self.about is None

    @property
    def secrets(self) -> tuple[str, ...]:
        """The kinds of secrets it seems to hold."""
        return screening.kinds(str(self))

    @property
    def masked(self) -> str:
        """The text with what looks secret struck out."""
        return screening.masked(str(self))


def methods_in(text: str) -> list[str]:
    """Methods named in a text, or likely from what it describes, best first; none when it gives no hint."""
    return [found.id for found in _methods(text)]


def inferred_in(text: str) -> list[str]:
    """Of these the ones nobody named."""
    return [found.id for found in _methods(text) if not found.named]


def _methods(text: str) -> list[MethodFound]:
    understood = Trouble(text).understood
    if understood.basis == "usual":
        return []
    return [found for found in understood.methods if found.named or found.weight >= SURE][:PROPOSED]


def figures_in(text: str) -> list[dict[str, Any]]:
    """Indicators in a text, with their values now and wanted."""
    return [
        {"id": found.id, "now": found.now, "wanted": found.wanted, "unit": found.unit}
        for found in Trouble(text).understood.indicators
    ]


def readings_of(text: str) -> dict[str, Any]:
    """What later questions of a need can be answered with from its first words; they are shown to be confirmed."""
    understood = Trouble(text).understood
    found: dict[str, Any] = {"areas": [area.id for area in understood.areas] or [USUAL_AREA]}
    if methods := methods_in(text):
        found["methods"] = methods
    figures = figures_in(text)
    if any(one["now"] is not None or one["wanted"] is not None for one in figures):
        found["indicators"] = figures
    return found | {"forms": [form.id for form in understood.forms], "urgency": understood.urgency}


def joined(trouble: str, details: str | None) -> str:
    """The whole text of a need: what was said first and what was added; words about something else give way."""
    if not details:
        return str(trouble)
    return str(details) if Trouble(trouble).about else f"{trouble}\n{details}"
