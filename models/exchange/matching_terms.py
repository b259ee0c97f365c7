"""Small word lists of matching, from `matching_terms.csv`: places without limit, online sessions, empty characters."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from models.vocabulary import tables

HERE = Path(__file__).parent


@cache
def terms(kind: str) -> tuple[str, ...]:
    """The words of one list; an unknown kind is a KeyError."""
    return {row.text("kind"): row.many("words") for row in tables.rows(HERE, "matching_terms", ("kind", "words"))}[kind]
