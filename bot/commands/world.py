"""The demo world, made with the programme's own verbs under a clock that is set back and let run up to today."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import vocabulary
from models.exchange import answering, asking, needs, offers, review
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.incubation import agreements, baselines, checkins, goals, session_answers, session_entries
from models.incubation.checkins import Checkin, Figure
from models.incubation.pairs import Pair
from models.incubation.undertakings import unsigned
from models.registration import consent
from models.registration.people import Membership, Officer, Post, Role
from models.registration.units import Relation, Standing, Unit
from models.system import calendar, clock
from models.system.accounts import Account, Person

FACTS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "world.toml").read_text(encoding="utf-8"))
PEOPLE = [
    {
        "id": one["id"],
        "name": one["name"],
        "role_note": one["note"],
        "hint": one.get("hint", {}),
        "phone": f"+86138{one['id']:08d}",
        "pinned": one.get("pinned", False),
        "language_code": "zh-hans",
    }
    for one in FACTS["person"]
]
BEGUN_DAYS_AGO = 125
CONTACTS = {Post.CONTACT: "contact", Post.BACKUP: "backup"}


def exists(session: Session) -> bool:
    """Whether this database holds a world already."""
    return session.scalar(select(Person.id).limit(1)) is not None


def to_working_hours() -> int:
    """Seconds to the next moment at which people are at work, 0 during working hours."""
    now = clock.now()
    morning = calendar.next_open(now)
    return ceil((morning + timedelta(minutes=30) - now).total_seconds()) if morning > now else 0


@dataclass
class Seeding:
    """The world while it is made; `today` is the day it is made for."""

    session: Session
    today: datetime
    people: dict[int, Person] = field(default_factory=dict)
    offers: dict[int, Offer] = field(default_factory=dict)

    def ago(self, days: float) -> None:
        """Set the clock to working hours so many days before today."""
        moment = calendar.next_open(self.today - timedelta(days=days))
        clock.hold(min(moment, self.today))

    def association(self) -> Person:
        return self.people[401]


def seed(session: Session) -> None:
    """Make the world of `world.toml` in an empty database; nothing in it is sent to anybody."""
    world = Seeding(session, clock.now())
    offset = clock.offset()
    steps: tuple[Callable[[Seeding], None], ...] = (_people, _units, _offers, _pair, _needs)
    try:
        for step in steps:
            step(world)
    finally:
        clock.shift(offset)
    session.info.pop("told", None)


def _people(world: Seeding) -> None:
    world.ago(BEGUN_DAYS_AGO)
    for one in FACTS["person"]:
        person = Person(name=one["name"], phone=f"138{one['id']:08d}", language="zh")
        person.consent_version, person.consented_at = consent.VERSION, clock.now()
        world.session.add(person)
        world.session.flush()
        ids = {"channel": "telegram", "external_id": str(one["id"]), "chat": str(one["id"])}
        world.session.add(Account(person_id=person.id, **ids))
        if "office" in one:
            seat = Officer(person_id=person.id, role=Role(one["office"]), city=one.get("city"))
            seat.created_at = world.today  # so that no digest of the days before is missing
            world.session.add(seat)
        world.people[one["id"]] = person
    world.session.flush()


def _units(world: Seeding) -> None:
    counties = {county.zh.rstrip("市县区"): county for county in vocabulary.all_districts().values()}
    for one in FACTS["unit"]:
        county = counties[one["county"]]
        unit = Unit(name=one["name"], city=county.city, county=county.code, industry=one["industry"], demo=True)
        if one["side"] == "incubator":
            unit.as_incubator = Standing.ACTIVE
        else:
            unit.as_incubatee, unit.relation = Standing.ACTIVE, Relation.INDUSTRY
        world.session.add(unit)
        world.session.flush()
        for post, key in CONTACTS.items():
            if key in one:
                world.session.add(Membership(person_id=world.people[one[key]].id, unit_id=unit.id, post=post))
    world.session.flush()


def _offers(world: Seeding) -> None:
    for one in FACTS["offer"]:
        facts = {key: value for key, value in one.items() if key != "by"}
        offer = offers.post_offer(world.session, world.people[one["by"]], **facts, cities=[], months=12)
        review.approve(world.session, world.association(), offer.subject)
        offer.expires_at = world.today + timedelta(days=80)
        world.offers[one["by"]] = offer


def _post(world: Seeding, person: Person, facts: dict[str, Any]) -> Need:
    return needs.post_need(
        world.session,
        person,
        trouble=facts["trouble"],
        methods=facts.get("methods"),
        industry=facts.get("industry"),
        forms=facts.get("forms"),
    )


def _needs(world: Seeding) -> None:
    for one in FACTS["need"]:
        world.ago(one["days_ago"])
        need = _post(world, world.people[one["by"]], one)
        if one.get("review") != "pending":
            review.approve(world.session, world.association(), need.subject)


def _pair(world: Seeding) -> None:
    """One pair that has run for three months: goals locked, sessions confirmed, three check-ins answered."""
    session, facts = world.session, FACTS["pair"]
    factory, mentor = world.people[facts["incubatee"]], world.people[facts["incubator"]]
    world.ago(120)
    need = _post(world, factory, facts)
    review.approve(session, world.association(), need.subject)
    asked = asking.ask(session, factory, need_id=need.id, offer_ids=[world.offers[facts["incubator"]].id], consent=True)
    world.ago(118)
    pair = answering.accept(session, mentor, request_id=asked[0].id)
    agreements.name_mentor(session, mentor, pair_id=pair.id, mentor=mentor.id)
    agreements.name_responsible(
        session,
        factory,
        pair_id=pair.id,
        responsible=facts["responsible"],
        quality_officer=True,
        team=facts["team"],
    )
    world.ago(112)
    while waiting := unsigned(session, pair):
        for one in waiting:
            agreements.sign_undertaking(
                session, session.get_one(Person, one.person_id), undertaking_id=one.id, name=one.person.name or ""
            )
    _agree_goals(world, pair, factory, mentor)
    for one in facts["session"]:
        _hold_session(world, pair, factory, mentor, one)
    _report_months(world, pair, factory)


def _agree_goals(world: Seeding, pair: Pair, factory: Person, mentor: Person) -> None:
    for one in FACTS["pair"]["goal"]:
        facts = {key: one[key] for key in ("indicator", "unit", "baseline", "target")}
        goals.add_goal(world.session, factory, pair_id=pair.id, **facts)
    baselines.propose_goals(world.session, factory, pair_id=pair.id)
    world.ago(110)
    baselines.lock_baseline(world.session, mentor, pair_id=pair.id)


def _hold_session(world: Seeding, pair: Pair, factory: Person, mentor: Person, one: dict[str, Any]) -> None:
    world.ago(one["days_ago"])
    session_log = session_entries.log_session(
        world.session,
        mentor,
        pair_id=pair.id,
        note=one["note"],
        activity=one["activity"],
        day=calendar.local_day(clock.now()),
        hours=one["hours"],
        people=one["people"],
    )
    session_answers.confirm_session(world.session, factory, session_id=session_log.id)


def _report_months(world: Seeding, pair: Pair, factory: Person) -> None:
    """The three months before this one, each reported at the beginning of the next."""
    present = goals.goals_of(world.session, pair)
    readings = {goal.id: FACTS["pair"]["goal"][n]["readings"] for n, goal in enumerate(present)}
    for n in range(3):
        period = calendar.month_of(world.today, n - 3)
        clock.hold(min(calendar.opening(calendar.nth_working_day(calendar.month_of(period, 1), 5)), world.today))
        checkin: Checkin = checkins.open_checkin(world.session, pair, period)
        figures = [
            Figure(goal_id=goal_id, value=values[n], typed=str(values[n])) for goal_id, values in readings.items()
        ]
        checkins.answer_checkin(world.session, factory, checkin_id=checkin.id, figures=figures, pulse=4)
