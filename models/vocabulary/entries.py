"""The entries of the vocabulary: what one line of each table holds. Knows no file and no text of a user."""

from dataclasses import dataclass
from typing import Literal

Weights = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Family:
    """A family of methods, the unit in which siblings count as close."""

    id: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Method:
    """A quality method; a part with a name of its own (DMAIC of Six Sigma) names its parent."""

    id: str
    zh: str
    en: str
    family: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Area:
    """A service area, an experience area, a form of incubation or an activity, with the words people use for it."""

    id: str
    zh: str
    en: str
    aliases: tuple[str, ...]
    of_notice: bool = True


@dataclass(frozen=True, slots=True)
class Indicator:
    """A quality indicator: its units (the first is the usual one), the better direction and how it is counted.

    `ideal`, `lowest` and `highest` are in the first unit (PPM for PPM|%), None where there is none. `standard`: on the
    programme's list, of which a pair takes at least one; `activity_only`: never counts as an outcome.
    """

    id: str
    zh: str
    en: str
    units: tuple[str, ...]
    direction: Literal["up", "down"]
    ideal: float | None
    lowest: float | None
    highest: float | None
    standard: bool
    activity_only: bool
    aliases: tuple[str, ...]
    formula_zh: str
    formula_en: str


@dataclass(frozen=True, slots=True)
class Industry:
    """A line of GB/T 4754-2017: section (C), division (C36) or group (C367)."""

    id: str
    zh: str
    en: str
    parent: str | None
    aliases: tuple[str, ...]
    examples: str

    @property
    def code(self) -> str:
        return self.id

    @property
    def level(self) -> int:
        """1 for a section, 2 for a two-digit division, 3 for a three-digit group."""
        return max(1, len(self.id) - 1)

    @property
    def section(self) -> str:
        return self.id[0]


@dataclass(frozen=True, slots=True)
class City:
    """One of the eleven cities, by four-digit code."""

    id: str
    zh: str
    en: str

    @property
    def code(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True)
class District:
    """A district (kind district, county_city or county; terrain mountain, island or empty), by six-digit code."""

    id: str
    zh: str
    en: str
    city: str
    kind: str
    terrain: str

    @property
    def code(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason code: why a request is declined, a post returned, a pair ended, or what stands in the way."""

    id: str
    zh: str
    en: str
    kind: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """A kind of trouble a unit can have, with the methods that cure it and how well (3 best), per the textbooks.

    `indicators` would show it mended; `sections` are the sections of GB/T 4754 it occurs in, empty for all.
    """

    id: str
    zh: str
    en: str
    methods: Weights
    indicators: tuple[str, ...]
    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a method; a hint (`is_name` false) is a word that points at the method without naming it."""

    text: str
    method: str
    is_name: bool


@dataclass(frozen=True, slots=True)
class Symptom:
    """Words that tell of a trouble, with the troubles they may mean."""

    phrase: str
    troubles: Weights


@dataclass(frozen=True, slots=True)
class Description:
    """A sentence about a trouble, as a shop floor or a textbook would put it."""

    trouble: str
    text: str


@dataclass(frozen=True, slots=True)
class Cue:
    """A class of words, such as machines or words for lateness."""

    id: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Combination:
    """Two cues in one clause and the troubles they mean together: a machine and a word for breaking."""

    first: str
    second: str
    troubles: Weights


@dataclass(frozen=True, slots=True)
class Process:
    """A word for a process, the industries that have it and the troubles it goes with."""

    term: str
    industries: tuple[str, ...]
    troubles: Weights


@dataclass(frozen=True, slots=True)
class NotNeed:
    """Words of a message that is no quality need: a loan, orders, an advertisement; or of one that says too little."""

    kind: str
    cue: str


@dataclass(frozen=True, slots=True)
class Question:
    """One wording of a question that people ask of the assistant, and what it asks (`about`)."""

    about: str
    text: str


@dataclass(frozen=True, slots=True)
class Telling:
    """What some n-grams or classes of words, with blanks between them, say for a trouble: a learnt weight."""

    trouble: str
    weight: float
    grams: str
