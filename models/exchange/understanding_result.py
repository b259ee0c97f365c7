"""What understanding a text gives back: plain frozen values. Knows no vocabulary and no sentence for a reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class MethodFound:
    """A method the text calls for, 0 to 1 how surely, with the words it rests on; `named` when the text names it."""

    id: str
    weight: float
    words: tuple[str, ...]
    named: bool


@dataclass(frozen=True, slots=True)
class Found:
    """An entry of the vocabulary (its id or code) and the words of the text it rests on; weight 0 to 1."""

    id: str
    words: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class IndicatorFound:
    """An indicator the text mentions: its value now and the value wanted as typed (None: not said), and their unit."""

    id: str
    now: float | None
    wanted: float | None
    unit: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One of the separate problems of a text, with methods and troubles of its own."""

    text: str
    methods: tuple[MethodFound, ...]
    troubles: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a text of a need was understood to say.

    `methods` is never empty and ranked, best first; `basis` says whether the first was named, inferred from words of
    the text, or is only the usual answer for the industry. `troubles` rest on words of the text; `likely` holds every
    trouble that may be meant, the usual ones too, each 0 to 1. `is_need` is need, vague or not_a_need:<kind>.
    """

    text: str
    methods: tuple[MethodFound, ...]
    basis: Literal["named", "inferred", "usual"]
    troubles: tuple[Found, ...]
    likely: Mapping[str, float]
    areas: tuple[Found, ...]
    indicators: tuple[IndicatorFound, ...]
    forms: tuple[Found, ...]
    processes: tuple[Found, ...]
    products: tuple[Found, ...]
    industries: tuple[Found, ...]
    urgency: Literal["high", "normal", "low"]
    problems: tuple[Problem, ...]
    is_need: str
