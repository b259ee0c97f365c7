"""Looks over a text before it goes public: secrets that do not belong in it, and whether it says anything at all.

The words stand in `screening.csv`, which an officer may edit. Proposes and masks; a person decides. Knows no row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from models.vocabulary import tables

HERE = Path(__file__).parent
MASK = "＊＊＊"
LEAST_MEANT = 3  # letters left when the empty words are taken out
REACH = 40  # characters after a word such as 配方 in which its figure is looked for

_PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(?:1[3-9]\d(?:[- ]?\d{4}){2}|0\d{2,3}[- ]\d{7,8})(?!\d)")
_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx](?![0-9A-Za-z])"
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_FIGURE = re.compile(r"[A-Za-z]{0,6}[-#]?\d+(?:[.,~/-]\d+)*%?[A-Za-z]{0,3}")
_CLAUSE = re.compile(r"[^\n。；;]*")
_AMOUNT = re.compile(r"\d[\d.,]*\s*$")


@dataclass(frozen=True, slots=True)
class Secret:
    """Something that should not go public, and where it stands: phone, identity, mail, formula, drawing or price."""

    kind: str
    start: int
    end: int


@cache
def words(folder: Path = HERE) -> Mapping[str, tuple[str, ...]]:
    """The words by kind; a fault in the file is a ValueError that names the line."""
    rows = tables.listed(
        folder, "screening", ("kind", "words"), lambda row: (row.text("kind"), row.many("words")), lambda row: row[0]
    )
    return dict(rows)


@lru_cache(maxsize=512)
def secrets(text: str) -> tuple[Secret, ...]:
    """What looks secret in a text, in order, without overlaps."""
    found = sorted((*_patterns(text), *_worded(text), *_prices(text)), key=lambda one: (one.start, -one.end))
    kept: list[Secret] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(kept)


def _patterns(text: str) -> Iterator[Secret]:
    for kind, pattern in (("identity", _IDENTITY), ("phone", _PHONE), ("mail", _MAIL)):
        for match in pattern.finditer(text):
            yield Secret(kind, match.start(), match.end())


def _worded(text: str) -> Iterator[Secret]:
    """A telling word with figures close behind: 图号 DR-1203, 配方: 树脂 62%, 填料 38%; of a price the first alone."""
    folded = text.lower()
    for kind in ("formula", "drawing", "price"):
        for word in words()[kind]:
            for match in re.finditer(re.escape(word), folded):
                clause = _CLAUSE.match(text, match.end(), match.end() + REACH)
                figures = list(_FIGURE.finditer(text, match.end(), clause.end())) if clause else []
                for figure in figures if kind == "formula" else figures[:1]:
                    yield Secret(kind, figure.start(), figure.end())


def _prices(text: str) -> Iterator[Secret]:
    """A figure right before a price unit: 3.5元/件."""
    for unit in words()["price"]:
        for match in re.finditer(re.escape(unit), text):
            if amount := _AMOUNT.search(text[: match.start()]):
                yield Secret("price", amount.start(), match.start())


def kinds(text: str) -> tuple[str, ...]:
    """The kinds of secrets in a text, each once, in order."""
    return tuple(dict.fromkeys(one.kind for one in secrets(text)))


def masked(text: str) -> str:
    """The text with everything that looks secret struck out."""
    for one in reversed(secrets(text)):
        text = text[: one.start] + MASK + text[one.end :]
    return text


@lru_cache(maxsize=512)
def says_little(text: str) -> bool:
    """Whether hardly anything is left when the empty words are taken out (提高质量)."""
    left = text.lower()
    for word in sorted(words()["vague"], key=len, reverse=True):
        left = re.sub(rf"\b{word}\b", " ", left) if word.isascii() else left.replace(word, " ")
    for word in words()["filler"]:
        left = left.replace(word, "")
    return sum(character.isalnum() for character in left) < LEAST_MEANT
