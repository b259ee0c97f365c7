"""Who is brought in when a duty stays undone, step by step, and whose work is nobody else's."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from models.incubation import undertakings
from models.oversight import duties, ladder
from models.oversight.duties import Duty
from models.oversight.ladder import Rung
from models.registration.people import Role
from models.registration.units import Unit
from models.system import calendar, clock
from models.system.letters import Letter
from tests.oversight.people import Cast, days_go_by, duty, gather, hand, pair, person, shanghai, wake
from tests.talk import World


@pytest.fixture
async def cast(world: World) -> Cast:
    return await gather(world)


async def test_the_ladder_climbs_and_says_what_was_tried(world: World, cast: Cast) -> None:
    duty_id = await hand(world, cast, days=2, remind=(1, 2))  # due Wednesday the 25th
    letters: dict[str, str] = {}
    for _ in range(45):
        await days_go_by(world, 1)
        for name in ("backup", "leader"):
            if (seen := cast.humans[name].seen()) and name not in letters:
                letters[name] = f"{calendar.local_day(clock.now())} {seen}"
    assert letters["backup"].startswith("2026-11-27")  # Friday, two working days after the deadline
    assert "请您接手：补充工单 T-1" in letters["backup"]
    assert "提醒 2 次" in letters["backup"]
    assert "柯桥一厂有一件事没人办" in letters["leader"]
    assert "逐级上报 1 次" in letters["leader"]
    late = await duty(world, duty_id)
    assert late.escalated == len(Rung)
    assert late.person_id is None and late.unit_id == cast.factory
    await cast.province.talk(("/todo", "没有待办"))  # the ball stays where it is


@pytest.mark.parametrize(
    ("days", "rungs"),
    [(0, 0), (1, 0), (2, 1), (6, 1), (7, 2), (12, 3), (17, 4), (22, 5), (60, 5)],
)
def test_rungs_of_a_unit(days: int, rungs: int) -> None:
    red = shanghai(2026, 11, 25, 18)
    now = calendar.opening(calendar.nth_working_day(red, days)) if days else red
    late = Duty(kind="k", unit_id=1, since_at=shanghai(2026, 11, 23), due_at=red, escalated=0)
    while ladder.next_rung(late, now):
        late.escalated += 1
    assert late.escalated == rungs


@pytest.mark.parametrize(
    ("kind", "highest"),
    [
        ("fix_post", Rung.LEADER),
        ("renew_post", Rung.LEADER),
        ("name_backup", Rung.CITY),
        ("log_session", Rung.PROVINCE),
    ],
)
async def test_small_matters_climb_no_higher_than_they_are_worth(
    world: World, cast: Cast, kind: str, highest: Rung
) -> None:
    """The rule and what the database finds agree, for as long as it is left undone."""

    def arrange(session: Session) -> int:
        unit, due_at = session.get_one(Unit, cast.factory), shanghai(2026, 11, 24, 18)
        return duties.hand(session, kind, "need:1", unit=unit, due_at=due_at, unit_name="柯桥一厂").id

    duty_id = await world.run(arrange)
    await days_go_by(world, 40)
    late = await duty(world, duty_id)
    assert late.escalated == len(ladder.ladder_of(late)) == list(Rung).index(highest) + 1


@pytest.mark.parametrize(("office", "first"), [(Role.CITY, Rung.ASSOCIATION), (Role.ASSOCIATION, Rung.PROVINCE)])
def test_rungs_of_an_office(office: Role, first: Rung) -> None:
    assert ladder.ladder_of(Duty(kind="k", office=office))[0][0] is first
    assert ladder.ladder_of(Duty(kind="k", office=Role.PROVINCE)) == ()


async def ask_contact_to_sign(world: World, cast: Cast) -> int:
    """The factory's contact is to sign their own undertaking about a pair; gives the duty."""

    def arrange(session: Session) -> int:
        factory, contact = session.get_one(Unit, cast.factory), person(session, 101)
        asked = undertakings.ask_to_sign(session, pair(session, cast.incubator, cast.factory, 101), contact, factory)
        return duties.open_duties(session, Duty.subject == f"undertaking:{asked.id}")[0].id

    return await world.run(arrange)


async def test_a_colleagues_undertaking_is_nobody_elses_work(world: World, cast: Cast) -> None:
    duty_id = await ask_contact_to_sign(world, cast)
    await cast.contact.talk(("/todo", "签保密承诺"), ("[第1件]", "保密"))
    for colleague in (cast.backup, cast.leader):
        await colleague.talk(("/todo", "没有待办", "!保密承诺"), ("/start", "!保密承诺", "!第1件"))

    def look(session: Session) -> list[bool]:
        one = session.get_one(Duty, duty_id)
        return [duties.holds(session, person(session, id), one) for id in (101, 102, 103, 201)]

    assert await world.run(look) == [True, False, False, False]


async def test_nobody_is_to_sign_in_anothers_place(world: World, cast: Cast) -> None:
    """A late undertaking goes to the city office, as the programme says, and past the backup and the leader."""
    duty_id = await ask_contact_to_sign(world, cast)
    signing = await duty(world, duty_id)
    await wake(world, calendar.opening(calendar.nth_working_day(signing.due_at, 4)))  # type: ignore[arg-type]
    assert (await duty(world, duty_id)).escalated == 0
    await days_go_by(world, 3)
    assert (await duty(world, duty_id)).escalated == 1
    steps = await world.run(lambda session: session.query(Letter).filter(Letter.template.startswith("step_")).count())
    assert steps == 0
    shown = await world.run(lambda session: duties.open_duties(session, ladder.climbed_to(Rung.CITY)))
    assert [one.id for one in shown] == [duty_id]
    await days_go_by(world, 30)
    assert (await duty(world, duty_id)).escalated == len(ladder.OF_ONE_ONLY)


async def test_backup_who_is_the_contact_is_passed_over(world: World, cast: Cast) -> None:
    duty_id = await world.run(
        lambda session: (
            duties.hand(
                session, "answer_ticket", "ticket:9", person=person(session, 105), due_at=shanghai(2026, 11, 24, 18)
            ).id
        )
    )
    await days_go_by(world, 10)
    assert (await duty(world, duty_id)).escalated == 2  # nobody stands there: passed over without a letter
    assert await world.run(lambda session: session.query(Letter).filter_by(template="step_backup").count()) == 0


async def test_what_was_done_while_the_ladder_is_climbed_climbs_no_further(world: World, cast: Cast) -> None:
    duty_id = await hand(world, cast, days=2)
    later = shanghai(2026, 12, 1)

    def climb(session: Session) -> None:
        assert ladder.due_steps(session, later) == [duty_id]
        duties.done(session, "request:7")
        ladder.climb(session, duty_id, later)

    await world.run(climb)
    assert (await duty(world, duty_id)).escalated == 0
    assert await world.run(lambda session: session.query(Letter).filter(Letter.template == "step_backup").count()) == 0
