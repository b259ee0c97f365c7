"""What one change would open: more fitting offers for a need, more fitting needs for an offer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from models import vocabulary
from models.exchange.matching import Index
from models.exchange.matching_profiles import read_need, read_offer
from models.exchange.matching_values import NeedText, OfferText, Rules

NEAR = 15.0  # points below the floor within which a need is looked at for what it misses in an offer
TRIED = 3  # methods, and trades, tried for an offer
SURE = 0.5  # how surely a need must call for a method

Pool = tuple[Sequence[OfferText], Sequence[NeedText], Rules]


@dataclass(frozen=True, slots=True)
class Hint:
    """One change (`kind`, with a `detail` where there is a choice) and what would then fit besides."""

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


def _good(index: Index, need: NeedText, rules: Rules, most: int) -> list[str]:
    return [offer.id for offer, score in index.best(need, most, rules) if score >= rules.floor]


def offer_hints(pool: Pool) -> dict[str, list[Hint]]:
    """For each offer which single method (an id) or trade (a code) more would make it fit more of the needs.

    Tried is what needs call for that an offer nearly fits; hints stand by how many needs they open, and how well.
    """
    offers, needs, rules = pool
    now = _scores(offers, needs, rules)
    richer = {
        (offer.id, kind, code): enriched(offer, kind, code)
        for row, offer in enumerate(offers)
        for kind, code in _missing(offer, [need for need in needs if 0 < rules.floor - now[need.id][row] <= NEAR])
    }
    # The offers as they are stand beside the richer ones, so that words stay about as rare as they are.
    tried = [*offers, *(replace(changed, id="|".join(key)) for key, changed in richer.items())]
    then = _scores(tried, needs, rules)
    rows = {offer.id: row for row, offer in enumerate(offers)}
    found: dict[str, list[tuple[int, float, Hint]]] = defaultdict(list)
    for place, (offer_id, kind, code) in enumerate(richer, len(offers)):
        opened = [n.id for n in needs if then[n.id][place] >= rules.floor > now[n.id][rows[offer_id]]]
        if opened:
            worth = sum(then[need_id][place] for need_id in opened)
            found[offer_id].append((len(opened), worth, Hint(kind, tuple(opened), code)))
    return {one: [hint for *_, hint in sorted(found[one], key=_best_first)] for one in found}


def _best_first(hint: tuple[int, float, Hint]) -> tuple[float, float, str, str]:
    return -hint[0], -hint[1], hint[2].kind, hint[2].detail


def enriched(offer: OfferText, kind: str, code: str) -> OfferText:
    """An offer with one method or trade more."""
    if kind == "method":
        return replace(offer, methods=(*offer.methods, vocabulary.methods()[code].zh))
    return replace(offer, text=f"{offer.text} {vocabulary.industries()[code].zh}")


def _scores(offers: Sequence[OfferText], needs: Sequence[NeedText], rules: Rules) -> Mapping[str, Sequence[float]]:
    index = Index.build(offers)
    return {need.id: index.scores(need, rules).tolist() for need in needs}


def _missing(offer: OfferText, nearly: Sequence[NeedText]) -> Iterator[tuple[str, str]]:
    """The methods and trades that needs call for most often and an offer does not name."""
    has = read_offer(offer).profile
    methods: Counter[str] = Counter()
    trades: Counter[str] = Counter()
    for need in nearly:
        asks = read_need(need).profile
        methods.update(method for method, (weight, _) in asks.methods.items() if weight >= SURE)
        trades.update(trade for trade, (weight, _) in asks.industries.items() if weight == 1)
    for kind, wanted, known in (("method", methods, has.methods), ("industry", trades, has.industries)):
        best = sorted((code for code in wanted if code not in known), key=lambda code: (-wanted[code], code))
        yield from ((kind, code) for code in best[:TRIED])
