"""The plain handling of a typed text: one spelling of it, its clauses, its n-grams, the terms found in it.

Knows nothing of methods or troubles; everything here takes strings and gives strings.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Generic, TypeVar

from models.vocabulary import syllables

Value = TypeVar("Value")

KEPT = 4096  # texts of which the spelling is kept: the same few are asked for again and again

_HIDDEN = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_BLANKS = re.compile(r"\s+")
_BLANK_IN_CHINESE = re.compile(r"(?<=[^\x00-\x7f]) (?=.)|(?<=.) (?=[^\x00-\x7f])")
_CLAUSE = re.compile(r"[,，。;；!！?？、\n:：~…]+|(?<!\d)\.(?!\d)")
_SIGMA = str.maketrans({"∑": "σ", "Σ": "σ", "ς": "σ"})


@lru_cache(maxsize=KEPT)
def normalise(text: str) -> str:
    """One spelling of a text: simplified, half-width, lower case, one σ, no hidden characters or needless blanks."""
    text = unicodedata.normalize("NFKC", _HIDDEN.sub("", text.replace("\n", "。"))).translate(_SIGMA)
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    text = _BLANK_IN_CHINESE.sub("", _BLANKS.sub(" ", text)).strip().lower()
    if not text.isascii() and (joined := unicodedata.normalize("NFKC", text)) != text:
        return normalise(joined)  # a letter met its mark when the blank between them went
    return _simplified(text)


def _simplified(text: str) -> str:
    # Every simplified character in use is in GB 2312, so most texts never need the converter.
    if _in_gb2312(text) or all(map(_simple, text)):
        return text
    return str(_converter().convert(text))


@cache
def _simple(character: str) -> bool:
    return not "\u3400" <= character <= "\u9fff" or _in_gb2312(character)


def _in_gb2312(text: str) -> bool:
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


def clauses(text: str) -> list[str]:
    """The clauses of a normalised text, divided at its punctuation."""
    return [part.strip() for part in _CLAUSE.split(text) if part and part.strip()]


def grams(text: str, sizes: tuple[int, ...] = (1, 2)) -> Iterator[str]:
    """The character n-grams of one clause, of the sizes asked for."""
    for size in sizes:
        for start in range(len(text) - size + 1):
            yield text[start : start + size]


@dataclass(frozen=True, slots=True)
class Hit(Generic[Value]):
    """A term found in a text: where it starts and ends, and what it stands for."""

    start: int
    end: int
    term: str
    value: Value


class Terms(Generic[Value]):
    """A set of terms with their values, found in a text in one pass; at each place only the longest counts."""

    def __init__(self, terms: Iterable[tuple[str, Value]]) -> None:
        self.values: dict[str, Value] = dict(terms)
        lengths: dict[str, set[int]] = {}
        for term in self.values:
            lengths.setdefault(term[:2], set()).add(len(term))
        for pair, found in lengths.items():
            found |= lengths.get(pair[0], set())  # a term of one character may begin any pair
        self._lengths = {pair: tuple(sorted(found, reverse=True)) for pair, found in lengths.items()}

    def find(self, text: str) -> list[Hit[Value]]:
        """The hits in the order of the text; one that lies inside a longer one is left out."""
        hits: list[Hit[Value]] = []
        reached = 0
        for start, first in enumerate(text):
            for length in self._lengths.get(text[start : start + 2]) or self._lengths.get(first, ()):
                end = start + length
                if end <= reached:
                    break
                term = text[start:end] if end <= len(text) else ""
                if term in self.values and not _inside_word(text, start, end):
                    hits.append(Hit(start, end, term, self.values[term]))
                    reached = end
                    break
        return hits


def _inside_word(text: str, start: int, end: int) -> bool:
    # 5s must not be found in 15s, nor lean in clean.
    def joined(left: str, right: str) -> bool:
        return (left.isdigit() and right.isdigit()) or ((left + right).isascii() and (left + right).isalpha())

    before = start > 0 and joined(text[start - 1], text[start])
    return before or (end < len(text) and joined(text[end - 1], text[end]))


def sounds(text: str) -> str:
    """A text by its sound: each Chinese character replaced by a sign for its reading, so that homophones are equal.

    Readings that many speakers do not tell apart (zh and z, ing and in) share a sign.
    """
    signs = _signs()
    return "".join(signs.get(character, character) for character in text)


@cache
def _signs() -> dict[str, str]:
    readings = syllables()
    folded = {reading: _fold(reading) for reading in set(readings.values())}
    numbers = {sound: number for number, sound in enumerate(sorted(set(folded.values())))}
    return {character: chr(0xE000 + numbers[folded[reading]]) for character, reading in readings.items()}


def _fold(reading: str) -> str:
    reading = re.sub(r"^([zcs])h", r"\1", reading)
    return re.sub(r"(?<=[aei])ng$", "n", reading)
