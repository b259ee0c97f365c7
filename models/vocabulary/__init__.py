"""The programme's vocabulary: lists an officer may edit as CSV files in `data/`. Knows no person and no sentence.

Every list is read once, at its first use, and checked; a fault is a ValueError that names the file and the line.
"""

from typing import Protocol

from models.vocabulary.entries import Area, City, District, Family, Indicator, Industry, Method, Reason
from models.vocabulary.places import all_districts, cities, districts, find_industry, industries
from models.vocabulary.programme import (
    REASON_KINDS,
    activities,
    areas,
    experience_areas,
    families,
    forms,
    indicators,
    methods,
    reasons,
)


class Bilingual(Protocol):
    """Anything with a Chinese and an English name."""

    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


def label(entry: Bilingual, lang: str) -> str:
    """The name of an entry in the reader's language, zh or en."""
    return entry.en if lang == "en" else entry.zh


def check() -> None:
    """Read every list, so that a broken file is told at start and not in the middle of a conversation."""
    for load in (families, methods, indicators, areas, experience_areas, forms, activities, all_districts, industries):
        load()
    for kind in REASON_KINDS:
        reasons(kind)


__all__ = [
    "REASON_KINDS",
    "Area",
    "City",
    "District",
    "Family",
    "Indicator",
    "Industry",
    "Method",
    "Reason",
    "activities",
    "all_districts",
    "areas",
    "check",
    "cities",
    "districts",
    "experience_areas",
    "families",
    "find_industry",
    "forms",
    "indicators",
    "industries",
    "label",
    "methods",
    "reasons",
]
