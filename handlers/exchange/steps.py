"""Steps that only the exchange asks: a trouble in one's own words, entries of a long list, figures of an indicator."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.engine.forms import Asking, Choice, Many, Options, Step, Text, match
from handlers import TERMS
from handlers.exchange.words import figure
from models import vocabulary
from models.base import Invalid
from models.exchange import finding
from models.exchange.needs import UNKNOWN
from models.exchange.offers import EVERYWHERE
from models.exchange.troubles import Trouble, figures_in

EXTRA = {"methods": UNKNOWN, "industries": "any", "cities": EVERYWHERE}  # the answer that names no entry
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
    """Entries of a vocabulary list: `of` offers a few, any other may be typed by any of its names.

    The list's extra answer (do not know, any trade, whole province) stands beside them.
    """

    kind: str

    def table(self) -> Mapping[str, Any]:
        table: Mapping[str, Any] = TERMS[self.kind]()
        return table

    def accept(self, asking: Asking, kind: str, value: Any) -> Any:
        if kind != "text":
            return super().accept(asking, kind, value)
        options = self.options(asking)
        if str(value).strip() in asking.words.label("unknown_words").split():
            return [EXTRA[self.kind]]
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
        return [found.id for found in read.industries] if self.kind == "industries" else []

    def _typed(self, part: str, options: Options) -> str | None:
        if code := match(part, options):
            return code
        terms = finding.question(part).terms
        return terms[0].code if len(terms) == 1 and terms[0].kind == KIND[self.kind] else None

    def parse(self, asking: Asking, raw: Any) -> list[str]:
        chosen = [code for code in raw if code in self.table() or code == EXTRA[self.kind]]
        if not chosen and not self.optional:
            raise Invalid("pick_one")
        if len(chosen) > self.most:
            raise Invalid("too_many", most=self.most)
        return chosen

    def show(self, asking: Asking, value: Any) -> str:
        joint = "、" if asking.words.language == "zh" else ", "
        return joint.join(
            asking.words.label(f"{self.kind}.{code}") if code == EXTRA[self.kind] else name_of(asking, self.kind, code)
            for code in value
        )

    def offered(self, asking: Asking, codes: Any) -> Options:
        """The extra answer and these entries, as options."""
        extra = EXTRA[self.kind]
        named = [(code, name_of(asking, self.kind, code)) for code in dict.fromkeys(codes)]
        return [(extra, asking.words.label(f"{self.kind}.{extra}")), *named]


@dataclass(frozen=True, kw_only=True)
class Trade(Choice):
    """One industry: `of` offers a few, any other may be typed by name or number."""

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
