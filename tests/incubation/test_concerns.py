"""What lies with an office closes when the pair sees to it itself; nobody answers their own words under another hat."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from models.base import Refused
from models.incubation import baselines, goals, session_answers, session_entries
from models.incubation.concerns import Cause, Concern, open_concern, raise_concern
from models.incubation.pairs import Pair, PairStatus
from models.incubation.sessions import SessionLog, SessionStatus
from models.oversight.duties import Duty
from models.registration.people import Membership, Post
from models.system.accounts import Person
from tests.incubation.people import MILL, agree_all, arrange, cast, make_pair, person_at, press, start_pair, unit_named
from tests.talk import World

WANG, ZHOU = 1001, 1004
FACTS: dict[str, Any] = {"activity": "training", "day": date(2026, 11, 23), "hours": 2.0}


def disputed(session: Session) -> SessionLog:
    """A session of the mentor's that lies before the office."""
    pair = start_pair(session)
    zhou, wang = person_at(session, ZHOU), person_at(session, WANG)
    log = session_entries.log_session(session, zhou, pair_id=pair.id, note="5S培训", **FACTS)
    session_answers.dispute_session(session, wang, session_id=log.id, objection="只有一小时")
    session_answers.insist_on_session(session, zhou, session_id=log.id)
    assert open_concern(session, pair, Cause.DISPUTE, record_id=log.id) is not None
    return log


def still_open(session: Session) -> int:
    """Concerns and duties of the office that are not closed."""
    waiting = session.query(Duty).filter(Duty.subject.startswith("concern:"), Duty.done_at.is_(None)).count()
    return session.query(Concern).filter(Concern.closed_at.is_(None)).count() + waiting


@pytest.mark.parametrize("way", ["correct", "confirm"])
async def test_a_referred_dispute_closes_when_the_two_agree(world: World, way: str) -> None:
    await cast(world)

    def agree(session: Session) -> None:
        log = disputed(session)
        if way == "correct":
            facts = {**FACTS, "hours": 1.0}
            zhou = person_at(session, ZHOU)
            session_entries.correct_session(session, zhou, session_id=log.id, people=3, note="5S培训", **facts)
        else:
            session_answers.confirm_session(session, person_at(session, WANG), session_id=log.id)

    await arrange(world, agree)
    assert await world.run(still_open) == 0


async def test_a_stalled_agreement_closes_when_the_pair_starts(world: World) -> None:
    await cast(world)

    def start(session: Session) -> PairStatus:
        pair = make_pair(session)
        raise_concern(session, pair, Cause.STALLED)
        agree_all(session, pair)
        wang = person_at(session, WANG)
        goals.add_goal(session, wang, pair_id=pair.id, indicator="scrap_rate", unit="%", baseline=[8, 8, 8], target=5.0)
        goals.add_goal(
            session, wang, pair_id=pair.id, indicator="on_time_delivery", unit="%", baseline=[90, 90, 90], target=97.0
        )
        baselines.propose_goals(session, wang, pair_id=pair.id)
        baselines.lock_baseline(session, person_at(session, ZHOU), pair_id=pair.id)
        session.info.pop("told", None)
        return pair.status

    assert await world.run(start) is PairStatus.INTRODUCTION
    assert await world.run(still_open) == 0


async def test_an_idle_pair_is_no_concern_once_both_say_that_it_has_met(world: World) -> None:
    people = await cast(world)

    def meet(session: Session) -> None:
        pair = start_pair(session)
        raise_concern(session, pair, Cause.IDLE)
        session_entries.log_session(session, person_at(session, ZHOU), pair_id=pair.id, note="5S培训", **FACTS)

    await arrange(world, meet)
    assert await world.run(still_open) == 2  # the matter and the office's duty
    await people.wang.talk(("[确认]", "✅ 已确认"))
    assert await world.run(still_open) == 0


async def test_an_old_session_confirmed_late_settles_nothing(world: World) -> None:
    await cast(world)

    def confirm(session: Session) -> None:
        pair = start_pair(session, started_on=date(2026, 6, 1))
        raise_concern(session, pair, Cause.IDLE)
        facts = {**FACTS, "day": date(2026, 7, 1)}
        log = session_entries.log_session(session, person_at(session, ZHOU), pair_id=pair.id, note="5S培训", **facts)
        session_answers.confirm_session(session, person_at(session, WANG), session_id=log.id)

    await arrange(world, confirm)
    assert await world.run(still_open) == 2


async def test_what_is_disputed_is_not_taken_out_and_no_objection_stays_behind(world: World) -> None:
    people = await cast(world)
    await arrange(world, disputed)
    assert "还有异议" in await press(people.zhou, "session.keep_out_sure", 1)

    def settle(session: Session) -> None:
        log = session.get_one(SessionLog, 1)
        zhou = person_at(session, ZHOU)
        session_entries.correct_session(session, zhou, session_id=1, people=3, note="5S培训", **FACTS)
        session_answers.confirm_session(session, person_at(session, WANG), session_id=1)
        session_entries.keep_out(session, zhou, session_id=1)
        assert log.status is SessionStatus.CONFIRMED

    await arrange(world, settle)
    log = await world.run(lambda session: session.get_one(SessionLog, 1))
    assert "只有一小时" not in str((log.objection, log.versions)) and "5S培训" not in str(log.versions)


def wear(session: Session, person: Person, unit: str) -> None:
    """Put on the hat of one of one's units."""
    person.hat_id = unit_named(session, unit).id
    session.flush()


def doubled(session: Session) -> Person:
    """Wang belongs to the incubator as well."""
    wang = person_at(session, WANG)
    session.add(Membership(person_id=wang.id, unit_id=unit_named(session, MILL).id, post=Post.BACKUP))
    session.flush()
    return wang


async def test_nobody_confirms_their_own_session_under_another_hat(world: World) -> None:
    people = await cast(world)

    def log(session: Session) -> None:
        pair, wang = start_pair(session), doubled(session)
        session_entries.log_session(session, wang, pair_id=pair.id, note="5S培训", **FACTS)
        wear(session, wang, MILL)

    await arrange(world, log)
    assert "您自己写的" in await press(people.wang, "session.confirm", 1)
    assert await world.run(lambda session: session.get_one(SessionLog, 1).status) is SessionStatus.WAITING


async def test_nobody_locks_their_own_goals_under_another_hat(world: World) -> None:
    await cast(world)

    def lock(session: Session) -> str:
        pair = agree_all(session, make_pair(session, indicators=("scrap_rate",)))
        wang = doubled(session)
        for name, now, wanted in (("scrap_rate", [8, 8, 8], 5.0), ("on_time_delivery", [90, 90, 90], 97.0)):
            goals.add_goal(session, wang, pair_id=pair.id, indicator=name, unit="%", baseline=now, target=wanted)
        baselines.propose_goals(session, wang, pair_id=pair.id)
        wear(session, wang, MILL)
        try:
            baselines.lock_baseline(session, wang, pair_id=pair.id)
        except Refused as no:
            return no.code
        finally:
            session.info.pop("told", None)
        return "locked"

    assert await world.run(lock) == "own_answer"
    assert await world.run(lambda session: session.get_one(Pair, 1).baseline_locked_at) is None
