"""Words that mean one thing in a workshop, a ward or a kitchen: which concepts a text speaks of.

The table `matching_concepts.csv` may be edited by an officer: a concept, its topic, its words divided by |.
Knows no need and no offer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from models.exchange.matching_words import Finder
from models.vocabulary import tables

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing people say in many words; concepts of one topic are neighbours (missing parts and assembly)."""

    id: str
    topic: str
    words: tuple[str, ...]


@cache
def concepts(folder: Path = HERE) -> Mapping[str, Concept]:
    """All concepts by id, in the order of the file; a fault is a ValueError naming the line."""

    def make(row: tables.Row) -> Concept:
        return Concept(row.text("id"), row.text("topic"), row.many("words"))

    return tables.entries(folder, "matching_concepts", ("id", "topic", "words"), make)


@cache
def topics() -> tuple[str, ...]:
    """The topics in the order in which the file first names them."""
    return tuple(dict.fromkeys(concept.topic for concept in concepts().values()))


@cache
def _finder() -> Finder:
    return Finder((word, concept.id) for concept in concepts().values() for word in concept.words)


def spoken_of(text: str) -> dict[str, str]:
    """The concepts a text speaks of, each with the longest word it uses for it."""
    return _finder().found(text)
