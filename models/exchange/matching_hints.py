"""What one change would open: more fitting offers for a need, more fitting needs for an offer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from models.exchange.matching import Index
from models.exchange.matching_values import NeedText, OfferText, Rules


@dataclass(frozen=True, slots=True)
class Hint:
    """One change (`kind`, with a word of `detail` where there is a choice) and what would then fit besides."""

    kind: str
    ids: tuple[str, ...]
    detail: str = ""

    @property
    def count(self) -> int:
        """How many more would fit."""
        return len(self.ids)


def hints(index: Index, need: NeedText, rules: Rules, *, most: int = 50) -> list[Hint]:
    """What the asker could change to reach more good offers: online sessions, rivals, another city."""
    now = _good(index, need, rules, most)
    changes = {
        "online": (replace(need, online=True), rules),
        "rivals": (replace(need, rivals_welcome=True), rules),
        "anywhere": (replace(need, city=""), rules),
    }
    found = []
    for kind, (changed, ruled) in changes.items():
        if changed != need and (more := [offer for offer in _good(index, changed, ruled, most) if offer not in now]):
            found.append(Hint(kind, tuple(more)))
    return sorted(found, key=lambda hint: (-hint.count, hint.kind))


def offer_hints(offer: OfferText, needs: Iterable[NeedText], words: Iterable[str], rules: Rules) -> list[Hint]:
    """Which single word (a method or a trade it also masters) would make the offer fit more of these needs."""
    asked = sorted(needs, key=lambda need: need.id)
    now = _fitting(offer, asked, rules)
    found = []
    for word in words:
        richer = replace(offer, text=f"{offer.text} {word}", methods=(*offer.methods, word))
        if more := [need for need in _fitting(richer, asked, rules) if need not in now]:
            found.append(Hint("word", tuple(more), word))
    return sorted(found, key=lambda hint: (-hint.count, hint.detail))


def _good(index: Index, need: NeedText, rules: Rules, most: int) -> list[str]:
    return [offer.id for offer, score in index.best(need, most, rules) if score >= rules.floor]


def _fitting(offer: OfferText, needs: Iterable[NeedText], rules: Rules) -> list[str]:
    index = Index.build([offer])
    return [need.id for need in needs if _good(index, need, rules, 1)]
