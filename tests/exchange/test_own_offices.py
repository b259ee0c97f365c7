"""Whoever sits in the office of another city does not decide about their own unit, though they may see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from models.base import Refused
from models.exchange import cooling, offers, proxies, unmatched
from models.registration import invitations
from models.registration.people import Membership, Post, Role
from models.system.accounts import Person
from tests.exchange.people import factory, mentor, need, offer, officer
from tests.talk import World

Deed = Callable[[Session, Person], Any]
DEEDS: dict[str, Deed] = {
    "recommends": lambda session, one: unmatched.recommend(session, one, need_id=1, offer_id=1),
    "rules out": lambda session, one: unmatched.rule_out(session, one, need_id=1, offer_id=1, out=True),
    "hands up": lambda session, one: unmatched.hand_up(session, one, need_id=1),
    "shortens": lambda session, one: cooling.shorten_cooling(session, one, unit_id=1, reason="urgent"),
    "takes down": lambda session, one: proxies.enter_need(session, one, unit="1", trouble="返工多，报废也多"),
    "shows again": lambda session, one: offers.show_again(session, one, 1),
    "invites": lambda session, one: invitations.invite_colleague(session, one, unit_id=2, post=Post.CONTACT),
}


@pytest.mark.parametrize("city", ["3310", "3306"])
@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
async def test_an_office_decides_about_units_of_its_own_city_alone(world: World, deed: Deed, city: str) -> None:
    def work(session: Session) -> str:
        own, taught = factory(session), mentor(session, city="3306")
        need(session, own)
        offer(session, taught)
        cooling.begin_cooling(session, own)
        one = officer(session, 4009, "两头跑", Role.CITY, city)
        for unit in (own, taught):
            session.add(Membership(person_id=one.id, unit_id=unit.id, post=Post.TEAM))
        session.query(Membership).filter(Membership.unit_id == taught.id, Membership.person_id != one.id).delete()
        session.flush()
        session.info.pop("remembered", None)
        try:
            deed(session, one)
        except Refused:
            return "refused"
        return "done"

    assert await world.run(work) == ("done" if city == "3306" else "refused")
