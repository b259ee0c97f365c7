"""Words that mean one thing in a workshop, a ward or a kitchen: which concepts and which senses a text speaks of.

The table `matching_concepts.csv` may be edited by an officer. A concept is a field of work with its topic. Its senses,
divided by ;, hold words, divided by |, that mean the same or directly belong together; other words only name the field.
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
    """A field people speak of in many words; concepts of one topic are neighbours (missing parts and assembly)."""

    id: str
    topic: str
    senses: tuple[tuple[str, ...], ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spoken:
    """The concepts and the senses a text speaks of, each with the longest word it uses for it."""

    concepts: Mapping[str, str]
    senses: Mapping[str, str]


@cache
def concepts(folder: Path = HERE) -> Mapping[str, Concept]:
    """All concepts by id, in the order of the file; a fault is a ValueError naming the line."""

    def make(row: tables.Row) -> Concept:
        return Concept(row.text("id"), row.text("topic"), row.groups("senses"), row.many("words"))

    return tables.entries(folder, "matching_concepts", ("id", "topic", "senses", "words"), make)


@cache
def senses() -> Mapping[str, tuple[str, ...]]:
    """The words of every sense, by a name made of its concept and its place."""
    return {
        f"{concept.id}.{place}": words
        for concept in concepts().values()
        for place, words in enumerate(concept.senses, 1)
    }


@cache
def words_of(concept: str) -> tuple[str, ...]:
    """All words of a concept, of its senses and beside them."""
    known = concepts()[concept]
    return tuple(dict.fromkeys(word for words in (*known.senses, known.words) for word in words))


@cache
def topics() -> tuple[str, ...]:
    """The topics in the order in which the file first names them."""
    return tuple(dict.fromkeys(concept.topic for concept in concepts().values()))


@cache
def _words() -> Terms[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Every word with the concepts and the senses it speaks of."""
    fields: dict[str, dict[str, None]] = {}
    meant: dict[str, list[str]] = {}
    for concept in concepts():
        for word in words_of(concept):
            fields.setdefault(normalise(word), {})[concept] = None
    for name, words in senses().items():
        for word in words:
            meant.setdefault(normalise(word), []).append(name)
    return Terms((word, (tuple(found), tuple(meant.get(word, ())))) for word, found in fields.items())


def spoken_of(text: str) -> Spoken:
    """What a normalised text speaks of.

    A word inside a longer one does not count: a master craftsman is no teacher, whatever the characters say.
    """
    fields: dict[str, str] = {}
    meant: dict[str, str] = {}
    for hit in _words().find(text):
        for found, names in zip((fields, meant), hit.value, strict=True):
            for name in names:
                if len(hit.term) > len(found.get(name, "")):
                    found[name] = hit.term
    return Spoken(fields, meant)
