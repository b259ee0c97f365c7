"""The programme's vocabulary: lists an officer may edit as CSV files in `data/`. Knows no person and no sentence.

Every list is read once, at its first use, and checked; a fault is a ValueError that names the file and the line.
"""

from collections.abc import Callable, Sized
from typing import Protocol

from models.vocabulary.entries import (
    Alias,
    Area,
    City,
    Combination,
    Cue,
    Description,
    District,
    Family,
    Indicator,
    Industry,
    Method,
    NotNeed,
    Process,
    Question,
    Reason,
    Symptom,
    Trouble,
)
from models.vocabulary.places import all_districts, cities, districts, find_industry, industries
from models.vocabulary.programme import (
    REASON_KINDS,
    activities,
    areas,
    experience_areas,
    families,
    forms,
    indicators,
    method_kin,
    methods,
    reasons,
)
from models.vocabulary.words import (
    NOT_NEED_KINDS,
    NOTION,
    QUESTIONS,
    asides,
    combinations,
    cues,
    descriptions,
    method_aliases,
    method_labels,
    not_needs,
    notions,
    processes,
    products,
    question_cues,
    question_signs,
    questions,
    syllables,
    symptoms,
    telling,
    trade,
    troubles,
    urgency,
    usual,
    wording,
    wording_signs,
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


_LISTS: tuple[Callable[[], Sized], ...] = (
    *(families, methods, method_kin, indicators, areas, experience_areas, forms, activities, all_districts),
    *(industries, troubles, method_aliases, method_labels, symptoms, descriptions, cues, combinations),
    *(processes, products, trade, not_needs, notions, asides, questions, question_cues),
    *(question_signs, telling, wording, wording_signs, syllables, urgency, usual),
)


def check() -> int:
    """Read every list and count the entries, so that a broken file is told at start and not in a conversation."""
    return sum(len(load()) for load in _LISTS) + sum(len(reasons(kind)) for kind in REASON_KINDS)


__all__ = [
    "NOTION",
    "NOT_NEED_KINDS",
    "QUESTIONS",
    "REASON_KINDS",
    "Alias",
    "Area",
    "City",
    "Combination",
    "Cue",
    "Description",
    "District",
    "Family",
    "Indicator",
    "Industry",
    "Method",
    "NotNeed",
    "Process",
    "Question",
    "Reason",
    "Symptom",
    "Trouble",
    "activities",
    "all_districts",
    "areas",
    "asides",
    "check",
    "cities",
    "combinations",
    "cues",
    "descriptions",
    "districts",
    "experience_areas",
    "families",
    "find_industry",
    "forms",
    "indicators",
    "industries",
    "label",
    "method_aliases",
    "method_kin",
    "method_labels",
    "methods",
    "not_needs",
    "notions",
    "processes",
    "products",
    "question_cues",
    "question_signs",
    "questions",
    "reasons",
    "syllables",
    "symptoms",
    "telling",
    "trade",
    "troubles",
    "urgency",
    "usual",
    "wording",
    "wording_signs",
]
