"""What the vocabulary holds, and which words of the newest needs it does not know, so that it can grow.

Knows no sentence and no channel.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import vocabulary
from models.exchange.matching_terms import terms
from models.exchange.needs import Need
from models.exchange.posts import PostStatus
from models.exchange.understanding import unknown_words

NEWEST = 200
LISTED = 12


@dataclass(frozen=True)
class Report:
    """Unknown words with the number of texts they stand in, of so many texts; the size of the vocabulary's lists."""

    words: list[tuple[str, int]]
    texts: int
    sizes: dict[str, int]
    total: int


def report(session: Session) -> Report:
    """Look through the newest needs."""
    query = select(Need.trouble).where(Need.status != PostStatus.DRAFT).order_by(Need.id.desc()).limit(NEWEST)
    texts = session.scalars(query).all()
    sizes = {
        "methods": len(vocabulary.methods()),
        "method_aliases": len(vocabulary.method_aliases()),
        "symptoms": len(vocabulary.symptoms()),
        "descriptions": len(vocabulary.descriptions()),
        "products": len(vocabulary.products()),
        "processes": len(vocabulary.processes()),
    }
    return Report(unknown(texts)[:LISTED], len(texts), sizes, vocabulary.check())


def unknown(texts: Iterable[str]) -> list[tuple[str, int]]:
    """Words in several texts that no entry covers, most first; what everybody says (we, one, comes) is left out."""
    counts: dict[str, int] = {}
    for word, count in unknown_words(texts):
        if len(kept := _trimmed(word)) > 1 and kept not in terms("empty_words"):
            counts[kept] = max(count, counts.get(kept, 0))
    parts = {
        word for word, n in counts.items() if any(word != one and word in one and n <= counts[one] for one in counts)
    }
    return sorted(((word, n) for word, n in counts.items() if word not in parts), key=lambda pair: (-pair[1], pair[0]))


def _trimmed(word: str) -> str:
    """A word without the everyday characters and numerals at its ends."""
    everyday = "".join(terms("empty_characters"))
    numerals = "".join(character for character in word if unicodedata.numeric(character, None) is not None)
    return word.strip(everyday + numerals)
