"""Terms of the vocabulary called by any of their names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from bot.engine.forms import Options, match
from models import vocabulary


class Term(vocabulary.Bilingual, Protocol):
    """An entry with the other names people use for it."""

    @property
    def id(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...


def named(terms: Mapping[str, Term], typed: str, language: str) -> str | None:
    """The id of the term somebody means; None when it is none of these, or could be several."""
    wanted = typed.strip().casefold()
    for term in terms.values():
        if wanted in {name.casefold() for name in (term.id, term.zh, term.en, *term.aliases)}:
            return term.id
    return None if wanted.isdigit() else match(typed, listed(terms, language))


def listed(terms: Mapping[str, Term], language: str) -> Options:
    """The terms as options of a question."""
    return [(term.id, vocabulary.label(term, language)) for term in terms.values()]
