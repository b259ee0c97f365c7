"""Words that mean one thing in a workshop, a ward or a kitchen: which concepts a text speaks of.

The table `matching_concepts.csv` may be edited by an officer: a concept, its topic, its words divided by |.
Knows no need and no offer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from models.exchange.understanding_text import Terms, normalise
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
def _words() -> Terms[tuple[str, ...]]:
    owners: dict[str, list[str]] = {}
    for concept in concepts().values():
        for word in concept.words:
            owners.setdefault(normalise(word), []).append(concept.id)
    return Terms((word, tuple(found)) for word, found in owners.items())


def spoken_of(text: str) -> dict[str, str]:
    """The concepts a normalised text speaks of, each with the longest word it uses for it.

    A word inside a longer one does not count: a master craftsman is no teacher, whatever the characters say.
    """
    found: dict[str, str] = {}
    for hit in _words().find(text):
        for concept in hit.value:
            if len(hit.term) > len(found.get(concept, "")):
                found[concept] = hit.term
    return found
