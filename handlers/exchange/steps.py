"""Steps that only the exchange asks: a trouble in one's own words, entries of a long list, figures of an indicator."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.engine.forms import Asking, Choice, Many, Options, Step, Text
from handlers import TERMS
from handlers.exchange.words import figure
from models import vocabulary
from models.base import Invalid
from models.exchange import finding
from models.exchange.troubles import Trouble, figures_in
from models.system.typed import match

KIND = {"methods": "method", "industries": "industry", "cities": "city"}


def name_of(asking: Asking, kind: str, code: str) -> str:
    """The name of a vocabulary entry in the reader's language."""
    return vocabulary.label(TERMS[kind]()[code], asking.words.language)


@dataclass(frozen=True, kw_only=True)
class TroubleText(Text):
    """Free text that is looked at as a trouble."""

    def parse(self, asking: Asking, raw: Any) -> Trouble:
        return Trouble(super().parse(asking, raw))


@dataclass(frozen=True, kw_only=True)
class Details(Choice):
    """More words, typed, or one of the examples tapped as it stands."""

    other: bool = True

    def accept(self, asking: Asking, kind: str, value: Any) -> Any:
        if kind == "text" and not str(value).strip().isdigit():
            return str(value)
        return super().accept(asking, kind, value)

    def parse(self, asking: Asking, raw: Any) -> Trouble:
        return Trouble(super().parse(asking, raw))

    def show(self, asking: Asking, value: Any) -> str:
        return str(value)


@dataclass(frozen=True, kw_only=True)
class Terms(Many):
    """Entries of a vocabulary list: some are offered, any other may be typed by any of its names or in one's own words.

    `suggests` lists what is offered (all, when left out); `extra` is an answer beside the entries: do not know, any
    trade, the whole province. Without it, where the step is optional, "don't know" and "whatever" mean none.
    """

    kind: str
    extra: str | None = None
    suggests: Callable[[Asking], Iterable[str]] | None = None

    def table(self) -> Mapping[str, Any]:
        table: Mapping[str, Any] = TERMS[self.kind]()
        return table

    def accept(self, asking: Asking, kind: str, value: Any) -> Any:
        if kind != "text":
            return super().accept(asking, kind, value)
        options = self.options(asking)
        if str(value).strip() in asking.words.label("unknown_words").split() and (self.extra or self.optional):
            return [self.extra] if self.extra else []
        if whole := self._typed(str(value), options):
            return [whole]
        found: list[str] = []
        for part in filter(None, re.split(r"[\s,，、;；/]+", str(value))):
            codes = [code] if (code := self._typed(part, options)) else self._within(part)
            if not codes:
                raise Invalid("choice", typed=part[:40])
            found += codes
        return list(dict.fromkeys(found))

    def _within(self, part: str) -> list[str]:
        """Entries named inside a longer wording."""
        read = Trouble(part).understood
        if self.kind == "methods":
            return [found.id for found in read.methods if found.named]
        if self.kind == "industries":
            return [found.id for found in read.industries]
        return [code for code, entry in self.table().items() if _named_in(part, entry)]

    def _typed(self, part: str, options: Options) -> str | None:
        if code := match(part, options):
            return code
        terms = finding.question(part).terms
        return terms[0].code if len(terms) == 1 and terms[0].kind == KIND.get(self.kind) else None

    def known(self, asking: Asking) -> Collection[str]:
        return {*self.table(), *([self.extra] if self.extra else [])}

    def show(self, asking: Asking, value: Any) -> str:
        joint = "、" if asking.words.language == "zh" else ", "
        return joint.join(
            asking.words.label(f"{self.kind}.{code}") if code == self.extra else name_of(asking, self.kind, code)
            for code in value
        )

    def options(self, asking: Asking) -> Options:
        codes = self.suggests(asking) if self.suggests else self.table()
        extra = [(self.extra, asking.words.label(f"{self.kind}.{self.extra}"))] if self.extra else []
        return [*extra, *((code, name_of(asking, self.kind, code)) for code in dict.fromkeys(codes))]


def _named_in(text: str, entry: Any) -> bool:
    """Whether a text uses one of the words for an entry (come and see, coach us for long)."""
    return any(word in text for word in (entry.zh, *getattr(entry, "aliases", ())))


@dataclass(frozen=True, kw_only=True)
class Trade(Choice):
    """One industry: a few are offered, any other may be typed by name or number."""

    suggests: Callable[[Asking], Iterable[str]]

    def options(self, asking: Asking) -> Options:
        return [(code, name_of(asking, "industries", code)) for code in dict.fromkeys(self.suggests(asking))]

    def accept(self, asking: Asking, kind: str, value: Any) -> Any:
        if kind == "text" and (found := vocabulary.find_industry(str(value))):
            return found.id
        return super().accept(asking, kind, value)

    def parse(self, asking: Asking, raw: Any) -> str:
        if raw not in vocabulary.industries():
            raise Invalid("choice", typed=str(raw)[:40])
        return str(raw)

    def show(self, asking: Asking, value: Any) -> str:
        return name_of(asking, "industries", value)


@dataclass(frozen=True, kw_only=True)
class Figures(Step):
    """An indicator with its value now and the value wanted, in one's own words: scrap is 8 %, should be 2 %."""

    longest: int = 300

    def parse(self, asking: Asking, raw: Any) -> list[dict[str, Any]]:
        if isinstance(raw, list):
            return raw
        text = str(raw).strip()
        if len(text) > self.longest:
            raise Invalid("too_long", longest=self.longest, length=len(text))
        return figures_in(text) or [{"text": text}]

    def show(self, asking: Asking, value: Any) -> str:
        joint = "；" if asking.words.language == "zh" else "; "
        return joint.join(figure(one, language=asking.words.language) for one in value)
