"""Drafting a plan: what is read of needs and offers, and what is kept of the calculation in between.

The calculation itself is `matching_pool.plan`, made away from the database. Knows no sentence and no channel.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session, joinedload

from models.base import locked, move
from models.exchange import matching_pool
from models.exchange.candidates import need_texts, offer_texts
from models.exchange.matching import Rules
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.exchange.plans import Plan, PlanLine, PlanStatus, lines, plannable, pool, wanted_offers
from models.exchange.posts import PostStatus
from models.exchange.requests import CONSIDERED, Request, RequestStatus
from models.registration.units import Standing, Unit
from models.system import calendar
from models.system.letters import tell

WANTED = 3  # offers named of which one more place would help most


def asked(session: Session, now: datetime) -> list[tuple[int, int]]:
    """Plans that wait for their draft, each with its round."""
    query = select(Plan.id, Plan.round).where(Plan.status == PlanStatus.ASKED).order_by(Plan.id)
    return [(plan_id, number) for plan_id, number in session.execute(query)]


def read_pool(session: Session, key: tuple[int, int], now: datetime) -> dict[str, Any] | None:
    """Everything `matching_pool.plan_pool` needs for a plan, as plain values; None when it was put away meanwhile."""
    plan = session.get_one(Plan, key[0])
    if plan.status is not PlanStatus.ASKED:
        return None
    needs = session.scalars(plannable(plan.city).options(joinedload(Need.unit))).all()
    offers = _open_offers(session)
    places = _places(session, offers, {need.id for need in needs})
    excluded = _excluded(session, plan, needs)
    return {
        "needs": need_texts(session, needs),
        "offers": offer_texts(session, offers),
        "capacity": {str(offer_id): free for offer_id, free in places.items()},
        "pinned": {str(need.id): str(kept) for need in needs for kept in _kept(plan, need, places, excluded)},
        "excluded": [(str(need_id), str(offer_id)) for need_id, offer_id in excluded],
        "goal": plan.goal.value,
        "rules": Rules(today=calendar.local_day(now)),
    }


def _open_offers(session: Session) -> Sequence[Offer]:
    query = select(Offer).join(Unit, Offer.unit_id == Unit.id).options(joinedload(Offer.unit))
    query = query.where(Offer.status == PostStatus.PUBLISHED, Offer.hidden.is_(False), Offer.taken < Offer.capacity)
    return session.scalars(query.where(Unit.as_incubator == Standing.ACTIVE)).all()


def _places(session: Session, offers: Sequence[Offer], planned: set[int]) -> dict[int, int]:
    """Places an offer has left for this plan: not taken, not being considered, not recommended outside of it."""
    held = Counter(session.scalars(select(Request.offer_id).where(Request.status.in_(CONSIDERED))))
    pins = session.execute(pool(None).with_only_columns(Need.id, Need.pinned_offer_id))
    held.update(offer_id for need_id, offer_id in pins if offer_id is not None and need_id not in planned)
    return {offer.id: max(0, offer.free - held[offer.id]) for offer in offers}


def _kept(plan: Plan, need: Need, places: Mapping[int, int], excluded: set[tuple[int, int]]) -> list[int]:
    """The offer a need keeps, if any: what an office has recommended to it already, else what this plan has pinned."""
    pins: Iterable[int] = filter(None, (need.pinned_offer_id, plan.pinned.get(str(need.id))))
    return [offer_id for offer_id in pins if offer_id in places and (need.id, offer_id) not in excluded][:1]


def _excluded(session: Session, plan: Plan, needs: Sequence[Need]) -> set[tuple[int, int]]:
    """Pairs that may not be: taken out of the plan, ruled out by an office, or asked for before."""
    ruled_out = [(need.id, offer_id) for need in needs for offer_id in need.barred_offers]
    planned = pool(plan.city).with_only_columns(Need.id).order_by(None)
    tried = select(Request.need_id, Request.offer_id).where(Request.status != RequestStatus.EXPIRED)
    tried = tried.where(Request.need_id.in_(planned))
    pairs = [*plan.excluded, *ruled_out, *session.execute(tried)]
    return {(need_id, offer_id) for need_id, offer_id in pairs}


def keep_draft(session: Session, key: tuple[int, int], now: datetime, made: matching_pool.Plan) -> None:
    """Keep a draft and put it before the officer, unless the plan has been changed or put away meanwhile."""
    plan = locked(session, Plan, key[0])
    if plan.status is not PlanStatus.ASKED or plan.round != key[1]:
        return
    session.execute(delete(PlanLine).where(PlanLine.plan_id == plan.id))
    kept = [_line(plan, pair, pinned=pair.pinned) for pair in made.pairs]
    kept += [_line(plan, one, why=one.why, taken_by=[int(need) for need in one.taken_by]) for one in made.unmatched]
    if kept:
        session.execute(insert(PlanLine), kept)
    plan.payload = {
        "pairs": len(made.pairs),
        "mean": round(made.total / len(made.pairs), 1) if made.pairs else 0,
        "alone": dict(Counter(one.why for one in made.unmatched).most_common()),
        "wanted": [int(offer_id) for offer_id in list(made.wanted_places)[:WANTED]],
    }
    move(plan, PlanStatus.DRAFTED)
    session.flush()
    shown, wanted = lines(session, plan), wanted_offers(session, plan)
    once = f"plan_drafted:{plan.id}:{plan.round}"
    tell(session, plan.officer, "plan_card", once=once, plan=plan, lines=shown, wanted=wanted)


def _line(
    plan: Plan,
    one: matching_pool.PlannedPair | matching_pool.Unmatched,
    *,
    pinned: bool = False,
    why: str | None = None,
    taken_by: Sequence[int] = (),
) -> dict[str, Any]:
    offer_id = int(one.offer_id) if one.offer_id else None
    line = {"plan_id": plan.id, "need_id": int(one.need_id), "offer_id": offer_id, "score": one.score}
    return line | {"pinned": pinned, "why": why, "taken_by": list(taken_by)}
