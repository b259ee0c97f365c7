"""Terms of the vocabulary called by any of their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.engine.forms import Asking, Choice, Options
from handlers.steps import listed
from models import vocabulary
from models.base import Invalid
from models.system.typed import match


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


@dataclass(frozen=True, kw_only=True)
class TermChoice(Choice):
    """One term of the vocabulary, tapped, or typed by any of its names; `unknown` names the sentence for others."""

    terms: Callable[[], Mapping[str, Term]]
    unknown: str

    def options(self, asking: Asking) -> Options:
        return self.of(asking) if callable(self.of) else listed(self.terms(), asking.words.language)

    def accept(self, asking: Asking, kind: str, value: Any) -> Any:
        if kind != "text":
            raise Invalid("kind_text", sent=kind)
        found = named(self.terms(), str(value), asking.words.language)
        if found is None:
            raise Invalid(self.unknown, typed=str(value)[:40])
        return found

    def parse(self, asking: Asking, raw: Any) -> Any:
        if raw not in self.terms():
            raise Invalid(self.unknown, typed=str(raw)[:40])
        return raw

    def show(self, asking: Asking, value: Any) -> str:
        return vocabulary.label(self.terms()[value], asking.words.language)
