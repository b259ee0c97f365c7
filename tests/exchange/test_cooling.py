"""After an early end a unit chooses at once and is asked for on the fifteenth day; its office may shorten that."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.exchange import answering, asking
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.exchange.plans import plannable
from models.exchange.requests import Request, RequestStatus
from models.incubation.endings import end_pair
from models.incubation.pairs import Pair
from models.registration.people import speakers
from models.registration.units import Standing, Unit
from models.system import clock
from models.system.letters import Letter
from models.system.marks import Audit
from tests.exchange.people import mentor, offer
from tests.exchange.people import need as a_need
from tests.incubation.people import FACTORY, Cast, arrange, cast, leap, make_pair, person_at, press, unit_named
from tests.talk import World

MILL = "台州新启塑业公司"
AGAIN = {"zh": "[重新找]", "en": "[Look again]"}
LABELS = {"zh": ("[看第1家]", "[请求对接]", "[是]"), "en": ("[See 1]", "[Ask them]", "[Yes]")}

WAITING = {
    "zh": (
        "12月7日（周一）",
        "12月7日（周一）起才发出请求",
        "请求贵单位带一带",
        "已选好，12月7日（周一）起按您的顺序问",
        "可以重新对接了",
    ),
    "en": (
        "Mon 7 Dec",
        "asked from Mon 7 Dec on",
        "asks your unit for help",
        "Kept; asked in your order from Mon 7 Dec on",
        "can be matched anew",
    ),
}
SHORTENED = {
    "zh": (
        "提前重新对接",
        "请选原因",
        "[不是企业的原因]",
        "从现在起可以重新对接",
        "评审办让贵单位提前重新对接：不是企业的原因",
        "现在就可以重新对接",
    ),
    "en": (
        "Re-match early",
        "Why?",
        "[it was not the firm's doing]",
        "matched anew from now on",
        "The office lets your unit be matched anew already: it was not",
        "can be matched anew already",
    ),
}


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, 0, tzinfo=clock.SHANGHAI)


def ended(session: Session, reason: str = "by_agreement", language: str = "zh") -> None:
    """A pair of Wang's factory has ended; there is another incubator."""
    pair = make_pair(session)
    need = pair.need
    need.trouble, need.methods, need.industry = "注塑件不良率高，返工多，想请人来厂里看看", ["six_sigma"], "C29"
    offer(session, mentor(session, 2001, MILL, city="3310", contact="李总", language=language))
    session.flush()
    end_pair(session, person_at(session, 1005), pair_id=pair.id, reason=reason)


async def begin(world: World, language: str = "zh", reason: str = "by_agreement") -> Cast:
    people = await cast(world, language=language)
    await arrange(world, lambda session: ended(session, reason, language))
    return people


async def states(world: World) -> list[RequestStatus]:
    """The requests to others than the former partner, oldest first."""

    def look(session: Session) -> list[RequestStatus]:
        return [one.status for one in session.scalars(select(Request).order_by(Request.id)) if one.offer_id != 1]

    return await world.run(look)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_what_is_chosen_meanwhile_is_asked_on_the_day(world: World, language: str) -> None:
    day, short, asked, kept, over = WAITING[language]
    people = await begin(world, language)
    helper = world.human(2001, language=language)
    assert short in people.wang.seen() and short not in people.chen.seen()
    see, ask, yes = LABELS[language]
    await people.wang.talk(
        (AGAIN[language], short),
        (see, day, "?" + ask[1:-1]),
        (ask,),
        (yes, kept, MILL),
        ("/needs",),
    )
    assert asked not in helper.seen() and await states(world) == [RequestStatus.QUEUED]
    await leap(world, at(12, 4, 17))
    assert await states(world) == [RequestStatus.QUEUED] and asked not in helper.seen()
    await world.pass_time(to=at(12, 7))
    assert await states(world) == [RequestStatus.PENDING]
    assert asked in helper.seen() and over in people.wang.seen() and MILL in people.wang.seen()
    assert await world.due("cooling_over") == []


async def test_who_has_not_begun_to_look_hears_on_the_day_that_it_can_go_on(world: World) -> None:
    people = await begin(world)
    await leap(world, at(12, 4, 17))
    await world.pass_time(to=at(12, 7))
    assert "上一对结束满 14 天，可以重新对接了。" in people.wang.seen() and "[重新找 N1]" in people.wang.seen()
    await people.wang.talk(("[重新找 N1]", "找到 1 家合适的", "球在您这边", "!起才发出"), ("[看第1家]", "选了先问这家"))


async def test_nobody_is_pressed_to_choose_nor_told_how_things_stand_meanwhile(world: World) -> None:
    people = await begin(world)
    await people.wang.talk(("[重新找]", "现在可以先选"), ("/needs",), ("[看第1条]", "现在可以先选", "?提工单"))
    await leap(world, at(12, 4, 17))

    def calls(session: Session) -> set[str]:
        query = select(Letter.template).where(Letter.template.in_(("need_still_open", "reminder", "cooling_over")))
        return set(session.scalars(query))

    assert await world.run(calls) == set()
    await world.pass_time(to=at(12, 7))
    assert await world.run(calls) == {"cooling_over"}
    assert "还没有单位在考虑" in people.wang.seen() and "[看候选 N1]" in people.wang.seen()


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_its_office_lets_it_go_on_earlier_and_says_why(world: World, language: str) -> None:
    people = await begin(world, language)
    see, ask, yes = LABELS[language]
    button, why, reason, done, heard, over = SHORTENED[language]
    await people.wang.talk((AGAIN[language],), (see,), (ask,), (yes,))
    seen = await press(people.xu, "pair.open", 1)
    assert f"[{button}]" in seen
    await people.xu.talk((f"[{button}]", why), (reason, done))
    assert heard in people.wang.seen() and await states(world) == [RequestStatus.PENDING]
    assert over in await press(people.xu, "cooling.shorten", 1)

    def noted(session: Session) -> Any:
        row = session.scalars(select(Audit).where(Audit.action == "cooling_shortened")).one()
        return row.subject, row.detail

    assert await world.run(noted) == ("unit:1", {"reason": "partner", "was": "2026-12-07"})
    await world.pass_time(days=16)
    assert "满 14 天" not in people.wang.seen()


async def test_only_offices_of_its_scope_shorten_it(world: World) -> None:
    people = await begin(world)
    assert "没有" in await press(people.wang, "cooling.shorten", 1) and "[提前" not in people.wang.seen()
    assert await world.run(lambda session: session.get_one(Unit, 1).cools_till) is not None


@pytest.mark.parametrize("reason", ["goals_reached", "term_over"])
async def test_no_early_end_no_waiting(world: World, reason: str) -> None:
    await begin(world, reason=reason)
    assert await world.run(lambda session: session.get_one(Unit, 1).rematch_on) is None


async def test_what_lay_before_an_incubator_goes_on_and_its_successors_wait(world: World) -> None:
    people = await cast(world)

    def another(session: Session) -> None:
        factory = unit_named(session, FACTORY)
        first = offer(session, mentor(session, 2001, "台州新启塑业公司", city="3310"))
        second = offer(session, mentor(session, 2002, "温州明达塑业公司", city="3303"))
        own = a_need(session, factory, industry="C29")
        asking.ask(session, person_at(session, 1001), need_id=own.id, offer_ids=[first.id, second.id])
        pair = make_pair(session)
        end_pair(session, person_at(session, 1005), pair_id=pair.id, reason="by_agreement")

    def decline(session: Session) -> None:
        row = session.get_one(Request, 1)
        answering.decline(session, speakers(session, row.offer.unit)[0], request_id=1, reason="capacity")

    def live(session: Session) -> list[RequestStatus]:
        return [session.get_one(Request, n).status for n in (1, 2)]

    await arrange(world, another)
    assert await world.run(live) == [RequestStatus.PENDING, RequestStatus.QUEUED]
    await arrange(world, decline)
    assert await world.run(live) == [RequestStatus.DECLINED, RequestStatus.QUEUED]
    assert "排在后面的，12月7日（周一）起接着问" in people.wang.seen()
    await leap(world, at(12, 7, 10))
    assert await world.run(live) == [RequestStatus.DECLINED, RequestStatus.PENDING]


async def test_who_takes_back_its_only_choice_is_looked_after(world: World) -> None:
    people = await begin(world)
    see, ask, yes = LABELS["zh"]
    await people.wang.talk(("[重新找]",), (see,), (ask,), (yes,), ("/needs",), ("[看第1条]",))
    await people.wang.talk(("[第2家]", "12月7日（周一）起按顺序问", "?撤回请求"), ("[撤回请求]", "已撤回"))

    def held(session: Session) -> set[str]:
        from models.oversight.duties import Duty

        return set(session.scalars(select(Duty.kind).where(Duty.subject == "need:1", Duty.done_at.is_(None))))

    assert await world.run(held) == {"find_candidate"}


async def test_a_frozen_unit_waits_until_it_is_thawed(world: World) -> None:
    await begin(world)

    def stand(session: Session, standing: Standing) -> None:
        session.get_one(Unit, 1).as_incubatee = standing

    await world.run(lambda session: stand(session, Standing.FROZEN))
    await leap(world, at(12, 9))
    assert await world.due("cooling_over") == []
    await world.run(lambda session: stand(session, Standing.ACTIVE))
    assert await world.due("cooling_over") == [1]


async def test_the_place_is_free_at_once(world: World) -> None:
    await begin(world)
    taken = await world.run(lambda session: (session.get_one(Offer, 1).taken, session.get_one(Pair, 1).ended_on))
    assert taken[0] == 0 and taken[1] is not None
    assert await world.run(lambda session: session.get_one(Need, 1).unit.cools_till) is not None


ASKED = {
    "zh": ("等多久才能重新找", "现在可以先选，12月7日（周一）起才发出请求", "请求 12月7日（周一）起发出"),
    "en": (
        "why do we have to wait fourteen days",
        "your requests go out from Mon 7 Dec on",
        "go out from Mon 7 Dec on",
    ),
}


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_who_looks_for_candidates_or_asks_is_told_how_it_goes_on(world: World, language: str) -> None:
    people = await begin(world, language)
    question, listed, answer = ASKED[language]
    again = "?" + AGAIN[language][1:-1]
    await people.wang.talk(("/matches", listed, again), (question, answer, again), (AGAIN[language], MILL))
    await people.wang.talk((question, answer, "!" + AGAIN[language]))


async def test_a_plan_leaves_it_out_until_its_day(world: World) -> None:
    people = await begin(world)
    await people.wang.talk(("[重新找]", "现在可以先选"))
    await people.xu.talk(("/plan", "没有要配的需求", "冷静期"))
    assert await world.run(lambda session: session.scalars(plannable("3306")).all()) == []
    await leap(world, at(12, 7, 10))
    assert [one.id for one in await world.run(lambda session: session.scalars(plannable("3306")).all())] == [1]
    await people.xu.talk(("/plan", "通盘配一遍"))


UNCHOSEN = {
    "zh": ("它还没有选好哪一家", "已发出", "?看单位", "我的单位"),
    "en": ("has not chosen anybody yet", "chosen is asked", "?Open unit", "My unit"),
}


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_office_is_not_told_of_requests_that_nobody_made(world: World, language: str) -> None:
    people = await begin(world, language)
    unchosen, asked, show, mine = UNCHOSEN[language]
    reason = SHORTENED[language][2]
    await press(people.xu, "cooling.shorten", 1)
    await people.xu.talk((reason, unchosen, "!" + asked, show, "!" + mine))
