"""Candidates: which published offers fit a need, with reasons, under every rule about who may meet whom.

The offers stand in an index of this process, kept in step with the database by a number that every change gives anew.
Knows no sentence and no channel.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session, joinedload

from models import vocabulary
from models.base import remembered
from models.exchange.matching import FLOOR, Index, Match, NeedText, OfferText, Rules, shrunk_record
from models.exchange.matching_hints import Hint, hints
from models.exchange.needs import Need
from models.exchange.offers import ONLINE, Offer
from models.exchange.posts import PostStatus
from models.exchange.requests import Request, RequestStatus, before_offers, room_for
from models.exchange.rivals import all_rivals, rivals_of
from models.registration.units import Standing, Unit
from models.system import calendar, clock

SHOWN = 3
DEEPER = 4  # times as many are looked at where some of the best cannot be asked
OPENINGS = ("online", "anywhere")  # changes to a need that its unit can make on its own


@dataclass(frozen=True, slots=True)
class Candidate:
    """An offer proposed for a need: score of 100, two reasons and the biggest gap as data; `pinned` by the office.

    `waiting`: how many requests lie before it now.
    """

    offer: Offer
    score: float
    reasons: list[dict[str, str]]
    gap: dict[str, str] | None
    pinned: bool = False
    waiting: int = 0

    @property
    def full(self) -> bool:
        """Whether so many wait for its answer that it cannot be asked until it has given one."""
        return not self.pinned and self.waiting >= room_for(self.offer)

    def kept(self) -> dict[str, Any]:
        """What a request keeps of it."""
        return {"score": self.score, "reasons": self.reasons, "gap": self.gap}


class Shelf:
    """The published offers of the province, ready to be ranked; one for each process, safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._index = Index()
        self._stamps: dict[int, int] = {}
        self._mark: tuple[Any, ...] = ()

    def rank(self, session: Session, need: NeedText, *, top: int) -> Sequence[Match]:
        """The best offers for a need, after taking in what has changed since the last time."""
        rules = Rules(today=calendar.local_day(clock.now()))
        with self._lock:
            self._catch_up(session)
            return self._index.rank(need, top, rules).matches

    def match(self, session: Session, need: NeedText, offer_id: int) -> Match | None:
        """How one published offer fits a need; None where a hard rule forbids the pair."""
        rules = Rules(today=calendar.local_day(clock.now()))
        with self._lock:
            self._catch_up(session)
            return self._index.match(need, str(offer_id), rules)

    def scores(self, session: Session, need: NeedText, offers: Iterable[int]) -> dict[str, float]:
        """What some published offers are worth to a need, without reasons: a fraction of what ranking all costs."""
        rules = Rules(today=calendar.local_day(clock.now()))
        with self._lock:
            self._catch_up(session)
            return self._index.scores_of(need, map(str, offers), rules)

    def points(self, session: Session, need: NeedText, offer_id: int) -> dict[str, float]:
        """How the score of one published offer is made, the most first; empty for one that is not on the shelf."""
        with self._lock:
            self._catch_up(session)
            found = self._index.points(need, str(offer_id)) if offer_id in self._stamps else {}
        return dict(sorted(found.items(), key=lambda part: -part[1]))

    def hints(self, session: Session, need: NeedText) -> list[Hint]:
        """What one change to a need would open."""
        rules = Rules(today=calendar.local_day(clock.now()))
        with self._lock:
            self._catch_up(session)
            return hints(self._index, need, rules)

    def warm(self, session: Session, *, most: int = 8) -> bool:
        """Take in a little of what has changed, before somebody waits for it; whether nothing is left to take in."""
        with self._lock:
            return self._catch_up(session, most)

    def _catch_up(self, session: Session, most: int | None = None) -> bool:
        mark = _mark(session)
        if mark == self._mark:
            return True
        if self._mark[:1] != mark[:1]:
            self._index, self._stamps = Index(), {}
        stamps = {row.id: row.stamp for row in session.execute(select(Offer.id, Offer.stamp))}
        changed = [offer_id for offer_id, stamp in stamps.items() if self._stamps.get(offer_id) != stamp]
        left = frozenset(changed[most:] if most is not None else ())
        changed = [offer_id for offer_id in changed if offer_id not in left]
        for offer in session.scalars(select(Offer).where(Offer.id.in_(changed))) if changed else ():
            self._put(session, offer)
        for gone in self._stamps.keys() - stamps.keys():
            self._index.remove(str(gone))
        kept = {offer_id: self._stamps.get(offer_id, -1) for offer_id in left}
        self._stamps = stamps | kept
        self._mark = mark[:1] if left else mark
        return not left

    def _put(self, session: Session, offer: Offer) -> None:
        if offer.status is PostStatus.PUBLISHED and not offer.hidden:
            self._index.add(offer_text(session, offer))
        else:
            self._index.remove(str(offer.id))


@remembered
def _mark(session: Session) -> tuple[Any, ...]:
    """What changes with every change of an offer: how many there are and the sum of their stamps, in which database."""
    return (session.get_bind().engine.url, *session.execute(_STAMPS).one())


_STAMPS = select(func.count(), func.sum(Offer.stamp))
SHELF = Shelf()


def candidates(session: Session, need: Need, *, top: int = SHOWN, floor: float = FLOOR) -> list[Candidate]:
    """The best offers for a need at or above `floor`, one the office has pinned first; never one that may not be asked.

    Offers that were asked before, declined or were ruled out by the office are left out. Those before which too many
    requests lie make way for others that are good enough.
    """
    left_out = _left_out(session, need)
    found = _ranked(session, need, left_out, top + 1, floor)
    if any(one.full for one in found):
        found = _ranked(session, need, left_out, top * DEEPER, floor)
    found.sort(key=lambda one: (not one.pinned, one.full))
    if (pin := need.pinned_offer_id) and pin not in left_out and not any(one.pinned for one in found):
        found[:0] = [one for one in [candidate_of(session, need, pin)] if one]
    return found[:top]


def any_fits(session: Session, need: Need, offers: Iterable[int], *, floor: float = FLOOR) -> bool:
    """Whether one of these offers would be good enough for a need, were it not asked before, full or ruled out."""
    return any(score >= floor for score in SHELF.scores(session, need_text(session, need), offers).values())


def _ranked(session: Session, need: Need, left_out: set[int], top: int, floor: float) -> list[Candidate]:
    found: list[Candidate] = []
    matches = SHELF.rank(session, need_text(session, need), top=top + len(left_out))
    offers = _fetched(session, (int(match.offer_id) for match in matches))
    waiting = before_offers(session, offers)
    for match in matches:
        offer = offers.get(int(match.offer_id))
        pinned = offer is not None and offer.id == need.pinned_offer_id
        if offer is not None and offer.id not in left_out and (pinned or match.score >= floor):
            found.append(_candidate(offer, match, pinned=pinned, waiting=waiting.get(offer.id, 0)))
    return found


def _fetched(session: Session, offers: Iterable[int]) -> dict[int, Offer]:
    """Offers with their units, by id."""
    return {offer.id: offer for offer in session.scalars(_WITH_UNITS, {"offers": tuple(offers)})}


_WITH_UNITS = select(Offer).options(joinedload(Offer.unit)).where(Offer.id.in_(bindparam("offers", expanding=True)))


def openings(session: Session, need: Need, found: Sequence[Candidate]) -> list[Hint]:
    """What the asker could change to have more to choose from, each with the offers it opens; none while three fit."""
    if need.status is not PostStatus.PUBLISHED or len(found) >= SHOWN:
        return []
    left_out = {str(offer_id) for offer_id in _left_out(session, need)}
    changes = [hint for hint in SHELF.hints(session, need_text(session, need)) if hint.kind in OPENINGS]
    kept = [replace(hint, ids=tuple(one for one in hint.ids if one not in left_out)) for hint in changes]
    return [hint for hint in kept if hint.ids]


def _left_out(session: Session, need: Need) -> set[int]:
    over = {request.offer_id for request in _requests(session, need) if not _may_be_asked_again(request)}
    return over | set(need.barred_offers)


def _may_be_asked_again(request: Request) -> bool:
    """Whether a request came to nothing without a no: it passed in silence, never reached its incubator, or another was
    faster, whose pair has ended since."""
    return request.status is RequestStatus.EXPIRED or request.reason in ("many_wait", "matched_elsewhere")


def candidate_of(session: Session, need: Need, offer_id: int) -> Candidate | None:
    """How one offer fits a need, with reasons; None when it may not be asked."""
    offer = session.get(Offer, offer_id)
    if offer is None or offer.id in need.barred_offers or not may_meet(session, need, offer):
        return None
    asked = need_text(session, need)
    match = SHELF.match(session, asked, offer.id) or _match_afar(session, asked, offer)
    waiting = before_offers(session, [offer.id]).get(offer.id, 0)
    return _candidate(offer, match, pinned=offer.id == need.pinned_offer_id, waiting=waiting) if match else None


def _match_afar(session: Session, asked: NeedText, offer: Offer) -> Match | None:
    """How an offer fits a need that it does not serve where the need is."""
    return Index.build([offer_text(session, offer)]).match(asked, str(offer.id), Rules(region=False))


def _candidate(offer: Offer, match: Match, *, pinned: bool, waiting: int) -> Candidate:
    reasons = [asdict(reason) for reason in match.reasons]
    return Candidate(offer, match.score, reasons, asdict(match.gap) if match.gap else None, pinned, waiting)


def _requests(session: Session, need: Need) -> Sequence[Request]:
    return session.scalars(select(Request).where(Request.need_id == need.id)).all()


# who may meet whom


def kept_apart(session: Session, need: Need, offer: Offer) -> str | None:
    """Why the two units may never be paired (own_unit, circle, rivals, outside), or None."""
    if need.unit_id == offer.unit_id:
        return "own_unit"
    if offer.unit_id in taught_by(session, need.unit_id):
        return "circle"
    if offer.unit_id in rivals_of(session, need.unit_id):
        return "rivals"
    if need.unit.city is None and need.unit.relation_unit_id != offer.unit_id:
        return "outside"
    return None


def may_meet(session: Session, need: Need, offer: Offer) -> bool:
    """Whether an offer may be proposed for a need at all: public, a place free, in good standing, not kept apart."""
    public = offer.status is PostStatus.PUBLISHED and not offer.hidden and offer.free > 0
    return public and offer.unit.as_incubator is Standing.ACTIVE and kept_apart(session, need, offer) is None


@remembered
def taught_by(session: Session, unit_id: int) -> set[int]:
    """The units that learn from a unit now, directly or through others: none of them may become its incubator."""
    from models.incubation.pairs import LASTING, Pair  # pairs stand on requests

    found: set[int] = set()
    reached = {unit_id}
    while reached:
        links = select(Pair.incubatee_id).where(Pair.incubator_id.in_(reached), Pair.status.in_(LASTING))
        reached = set(session.scalars(links)) - found
        found |= reached
    return found


def _teaching(session: Session) -> Mapping[int, set[int]]:
    """Which units each unit teaches now."""
    from models.incubation.pairs import LASTING, Pair

    learners: dict[int, set[int]] = defaultdict(set)
    links = select(Pair.incubator_id, Pair.incubatee_id).where(Pair.status.in_(LASTING))
    for teacher, learner in session.execute(links):
        learners[teacher].add(learner)
    return learners


def _reached(learners: Mapping[int, set[int]], unit_id: int) -> set[int]:
    found: set[int] = set()
    reached = {unit_id}
    while reached:
        reached = {learner for teacher in reached for learner in learners.get(teacher, ())} - found
        found |= reached
    return found


# rows as matching reads them


def need_text(session: Session, need: Need) -> NeedText:
    """A need as matching reads it; with its text unpublished it is still ranked, for the office and the review."""
    barred = _frozen(session) | taught_by(session, need.unit_id) | {need.unit_id}
    return _need_text(need, barred, rivals_of(session, need.unit_id))


def need_texts(session: Session, needs: Iterable[Need]) -> list[NeedText]:
    """The same for many needs; what keeps units apart is read once for all of them."""
    frozen, learners, rivals = _frozen(session), _teaching(session), all_rivals(session)
    return [
        _need_text(need, frozen | _reached(learners, need.unit_id) | {need.unit_id}, rivals.get(need.unit_id, set()))
        for need in needs
    ]


@remembered
def _frozen(session: Session) -> set[int]:
    return set(session.scalars(select(Unit.id).where(Unit.as_incubator == Standing.FROZEN)))


def _need_text(need: Need, barred: set[int], rivals: set[int]) -> NeedText:
    unit = need.unit
    only = "" if unit.city else str(unit.relation_unit_id or "none")
    linked = str(unit.relation_unit_id or "") if unit.relation_confirmed_at else ""
    return NeedText(
        id=str(need.id),
        text=need.trouble,
        industry=as_compared("industries", need.industry or unit.industry),
        city="" if need.travels else as_compared("cities", unit.city),
        methods=tuple(as_compared("methods", code) for code in need.methods if code not in need.inferred),
        org=str(unit.id),
        forms=tuple(as_compared("forms", code) for code in need.forms),
        online=ONLINE in need.forms,
        rivals=frozenset(map(str, rivals)),
        barred=frozenset(map(str, barred)),
        only_org=only,
        linked_org=linked,
    )


def offer_text(session: Session, offer: Offer) -> OfferText:
    """An offer as matching reads it."""
    return offer_texts(session, [offer])[0]


def offer_texts(session: Session, offers: Sequence[Offer]) -> list[OfferText]:
    """The same for many offers; the records of their units are read once."""
    records = _records(session, {offer.unit_id for offer in offers})
    return [_offer_text(offer, *records.get(offer.unit_id, (0, 0))) for offer in offers]


def _offer_text(offer: Offer, answered: int, silent: int) -> OfferText:
    trades = " ".join(as_compared("industries", code) for code in offer.industries)
    return OfferText(
        id=str(offer.id),
        text=f"{offer.text} {trades}".strip(),
        industry=as_compared("industries", offer.unit.industry),
        city=as_compared("cities", offer.unit.city),
        methods=tuple(as_compared("methods", code) for code in offer.methods),
        org=str(offer.unit_id),
        service_areas=tuple(as_compared("cities", code) for code in offer.cities),
        forms=tuple(as_compared("forms", code) for code in offer.forms),
        capacity=offer.capacity,
        taken=offer.taken,
        online=ONLINE in offer.forms,
        record=shrunk_record(answered, answered + silent),
    )


def _records(session: Session, units: Iterable[int]) -> dict[int, tuple[int, int]]:
    """How many requests each unit has answered, and how many it let pass."""
    answered = or_(
        Request.answered_at.is_not(None) & (Request.status != RequestStatus.RELEASED), Request.reason == "silent"
    )
    query = select(Offer.unit_id, Request.reason).join(Offer, Request.offer_id == Offer.id)
    counts = Counter(
        (unit_id, reason == "silent")
        for unit_id, reason in session.execute(query.where(Offer.unit_id.in_(units), answered))
    )
    return {unit_id: (counts[unit_id, False], counts[unit_id, True]) for unit_id, _ in counts}


def as_compared(kind: str, code: str | None) -> str:
    """The Chinese name of a vocabulary entry, which is what texts are compared with."""
    table: Any = getattr(vocabulary, kind)()
    return table[code].zh if code in table else (code or "")
