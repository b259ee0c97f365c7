"""How Chinese characters sound, without tones, so that homophones can be proposed. Knows no name and no roster."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from models.vocabulary import tables

FOLDER = Path(__file__).parent
# Sounds that many speakers, and the input methods set for them, do not keep apart.
_HEADS = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_TAILS = (("ing", "in"), ("eng", "en"), ("ang", "an"))
# One private character stands for one sound, so that sounds are compared as short strings.
_FIRST = 0xE000


@cache
def _readings() -> Mapping[int, str]:
    rows = tables.rows(FOLDER, "roster_syllables", ("syllable", "characters"))
    return {ord(c): row.text("syllable") for row in rows for c in row.text("characters")}


def _folded(syllable: str) -> str:
    for one, other in _HEADS:
        if syllable.startswith(one):
            syllable = other + syllable[2:]
    for one, other in _TAILS:
        if syllable.endswith(one):
            syllable = syllable.removesuffix(one) + other
    return syllable


@cache
def _sounds() -> Mapping[int, int]:
    marks: dict[str, int] = {}
    return {code: marks.setdefault(_folded(said), _FIRST + len(marks)) for code, said in _readings().items()}


def sounds(text: str) -> str:
    """A text of the same length with one mark for each sound; characters without a known sound stay."""
    return text.translate(_sounds())


def letters(text: str) -> str:
    """A text in pinyin letters without tones and blanks: 方太 is fangtai."""
    return text.translate(_readings())


def initials(text: str) -> str:
    """The first letters of the pinyin of each character: 方太 is ft."""
    readings = _readings()
    return "".join(readings.get(ord(c), c)[0] for c in text)
