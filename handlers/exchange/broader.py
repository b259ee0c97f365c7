"""Widening a need or an offer by one tap: what it would open is said first, what is changed can be changed back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.engine.routes import button
from bot.engine.timetable import job
from bot.engine.turns import Turn
from models.exchange import broader, matching_hints
from models.exchange.candidates import candidates
from models.exchange.matching_hints import Hint
from models.exchange.needs import Need
from models.registration.people import Role

SHOWN, EXAMPLES = 5, 3


@button("need.broaden", roles={Role.INCUBATEE})
def broaden_need(turn: Turn, need_id: int, change: str) -> None:
    """Accept online sessions, or travel to other cities."""
    show_need(turn, broader.broaden(turn.session, turn.person, need_id=need_id, change=change), change, True)


@button("need.narrow", roles={Role.INCUBATEE})
def narrow_need(turn: Turn, need_id: int, change: str) -> None:
    """As it was before."""
    show_need(turn, broader.broaden(turn.session, turn.person, need_id=need_id, change=change, on=False), change, False)


def show_need(turn: Turn, need: Need, change: str, on: bool) -> None:
    turn.change("need_broadened", need=need, change=change, on=on, candidates=candidates(turn.session, need))


@button("offer.hints", roles={Role.INCUBATOR})
def list_hints(turn: Turn) -> None:
    """What one method or trade more would open for one's offers."""
    hints = broader.hints_of(turn.session, turn.person)
    turn.change("offer_hints", hints=hints[:SHOWN])


@button("offer.hint", roles={Role.INCUBATOR})
def open_hint(turn: Turn, offer_id: int, kind: str, code: str) -> None:
    """One of them, with the needs it speaks of; whoever adds it says that the unit masters it."""
    hint = broader.find_hint(turn.session, turn.person, offer_id=offer_id, kind=kind, code=code)
    needs = broader.waiting_needs(turn.session, hint)
    turn.change("offer_hint", hint=hint, needs=needs[:EXAMPLES], total=len(needs))


@button("offer.widen", roles={Role.INCUBATOR})
def widen_offer(turn: Turn, offer_id: int, kind: str, code: str) -> None:
    """Add a method or trade to an offer."""
    offer = broader.widen(turn.session, turn.person, offer_id=offer_id, kind=kind, code=code)
    turn.change("offer_widened", offer=offer, kind=kind, code=code, on=True)


@button("offer.narrow", roles={Role.INCUBATOR})
def narrow_offer(turn: Turn, offer_id: int, kind: str, code: str) -> None:
    """Take it out again."""
    offer = broader.narrow(turn.session, turn.person, offer_id=offer_id, kind=kind, code=code)
    turn.change("offer_widened", offer=offer, kind=kind, code=code, on=False)


@job(
    "hint_offers",
    "20 6 * * *",
    find=broader.tonight,
    ponder=broader.read_offers,
    think=matching_hints.offer_hints,
)
def hint_offers(session: Session, night: str, now: datetime, found: Mapping[str, Sequence[Hint]]) -> None:
    """Every night it is looked what one method or trade more would open for each offer."""
    broader.keep_hints(session, night, now, found)
