"""Secrecy: figures and what was written of a pair reach nobody who has not promised it, not by a letter either."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from models.base import move
from models.incubation import agreements, proposal_answers
from models.incubation.baselines import propose_goals
from models.incubation.endings import end_pair, finish
from models.incubation.goals import add_goal, goals_of
from models.incubation.measurements import Measurement
from models.incubation.pairs import Pair, PairStatus
from models.incubation.proposals import propose
from models.incubation.undertakings import Undertaking
from models.oversight.duties import Duty
from models.registration.joining import add_post
from models.registration.people import Membership, Post
from models.system import clock
from models.system.letters import Letter
from tests.incubation.people import (
    MILL,
    arrange,
    cast,
    leap,
    make_pair,
    make_person,
    person_at,
    press,
    start_pair,
    unit_named,
)
from tests.talk import World

SAID = "今天下午去做了5S培训，两个半小时，十二个人"
SEVENTH = datetime(2026, 12, 7, 9, 0, tzinfo=clock.SHANGHAI)  # when the month of November is asked about
SIGN = {"zh": "先签保密承诺", "en": "Sign the undertaking"}


def unsign(session: Session) -> None:
    """Nobody of the pair has promised anything: a new version of the text, or new people."""
    for undertaking in session.query(Undertaking):
        undertaking.signed_at = None


def started_unsigned(session: Session) -> None:
    start_pair(session)
    unsign(session)


async def test_a_letter_about_a_session_says_that_it_took_place_and_no_more(world: World) -> None:
    people = await cast(world)
    await arrange(world, started_unsigned)
    await people.zhou.talk(("/log " + SAID,), ("[对，继续]",), ("[跳过]",))
    seen = people.wang.seen()
    assert "请确认辅导：11月23日（周一） 质量培训 2.5 小时" in seen and SIGN["zh"] in seen and "5S" not in seen
    await people.wang.talk(("[有出入]",), ("只有两个小时", "已转告对方"))
    seen = people.zhou.seen()
    assert "对方说有出入" in seen and SIGN["zh"] in seen and "只有两个小时" not in seen
    await people.zhou.talk(("[保密承诺]", "保密承诺"))


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_mentor_who_has_not_signed_is_told_of_figures_without_them(world: World, language: str) -> None:
    people = await cast(world, language=language)

    def proposed(session: Session) -> None:
        pair, wang = make_pair(session), person_at(session, 1001)
        figures = {"scrap_rate": ([8.1, 7.9, 8.3], 5.0), "on_time_delivery": ([89.0, 90.0, 91.0], 97.0)}
        for indicator, (baseline, target) in figures.items():
            add_goal(session, wang, pair_id=pair.id, indicator=indicator, unit="%", baseline=baseline, target=target)
        propose_goals(session, wang, pair_id=pair.id)

    await arrange(world, proposed)
    seen = people.chen.seen()
    assert SIGN[language] in seen and "8.1" not in seen and "97" not in seen


async def test_a_month_is_reported_to_an_unsigned_mentor_without_its_figures(world: World) -> None:
    people = await cast(world)

    def asked(session: Session) -> None:
        start_pair(session)
        mentor = session.query(Pair).one().mentor_id
        session.query(Undertaking).filter_by(person_id=mentor).one().signed_at = None

    await arrange(world, asked)
    await leap(world, SEVENTH)
    await people.wang.talk(("[填数据]",), ("7.5",), ("[和上月一样]",), ("4", "谢谢", "报废率：7.5%"))
    seen = people.zhou.seen()
    assert "绍兴示例针织厂报了 11月的数" in seen and SIGN["zh"] in seen and "7.5" not in seen
    told = await world.run(lambda session: session.query(Letter).filter_by(template="checkin_told").one())
    assert "picture" not in told.extra


async def test_how_far_a_pair_has_come_is_shown_to_those_who_may_see_its_figures(world: World) -> None:
    people = await cast(world)

    def improved(session: Session) -> None:
        pair = start_pair(session)
        goal, mentor = goals_of(session, pair)[0], session.query(Undertaking).filter_by(person_id=pair.mentor_id).one()
        month = {"pair_id": pair.id, "goal_id": goal.id, "series": goal.series, "period": date(2026, 11, 1)}
        session.add(Measurement(**month, value=6.55, typed="6.55", person_id=goal.person_id))
        mentor.signed_at = None

    await arrange(world, improved)
    for reader, shown in ((people.wang, True), (people.zhou, False), (people.xu, True)):
        for card in ("pair.open", "stage.open"):
            assert ("走了 50%" in await press(reader, card, 1)) is shown, (card, reader.phone.id)
    await arrange(world, lambda session: move(session.get_one(Pair, 1), PairStatus.ENDED))
    await people.chen.talk(("/pairs", "终止", "!走了"))


async def test_who_has_left_is_not_waited_for(world: World) -> None:
    people = await cast(world)
    await arrange(world, make_pair)
    assert "待签承诺：陈伟、王建国" in await press(people.wang, "pair.people", 1)

    def leave(session: Session) -> None:
        add_post(session, person_at(session, 1004), unit_named(session, MILL), Post.CONTACT)
        session.query(Membership).filter_by(person_id=person_at(session, 1003).id).update({"left_at": clock.now()})

    await arrange(world, leave)
    seen = await press(people.wang, "pair.people", 1)
    assert "待签承诺：王建国" in seen and "陈伟" not in seen


async def test_after_the_end_who_wants_to_read_on_may_sign_and_nobody_presses_for_it(world: World) -> None:
    await cast(world)

    def signing(session: Session) -> int:
        pair = start_pair(session)
        finish(session, None, pair, reason="by_agreement", remark=None)
        newcomer = make_person(session, 1009, "吴磊")
        add_post(session, newcomer, pair.incubatee, Post.TEAM)
        asked = agreements.my_undertaking(session, newcomer, pair.id)
        session.info.pop("told", None)
        return session.query(Duty).filter_by(subject=f"undertaking:{asked.id}").count()

    assert await world.run(signing) == 0


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_what_was_written_with_a_proposal_is_for_who_has_signed(world: World, language: str) -> None:
    people = await cast(world, language=language)
    await arrange(world, started_unsigned)

    def proposed(session: Session) -> None:
        propose(session, person_at(session, 1004), pair_id=1, step="stage", note="返工率从8%降到5%")

    await arrange(world, proposed)
    letter = people.wang.seen()
    for seen in (letter, *[await press(reader, "stage.open", 1) for reader in (people.wang, people.li)]):
        assert SIGN[language] in seen and "返工率" not in seen
    assert "返工率" in await press(people.xu, "stage.open", 1), "an office reads it"

    def declined(session: Session) -> None:
        proposal_answers.decline(session, person_at(session, 1001), proposal_id=1, objection="夜班还没推开")

    await arrange(world, declined)
    assert "夜班" in people.wang.seen(), "it is what Wang wrote"
    assert SIGN[language] in people.zhou.seen() and "夜班" not in people.zhou.seen()
    await arrange(world, proposed)
    await arrange(world, lambda session: proposal_answers.agree_to(session, person_at(session, 1001), proposal_id=2))
    for seen in (people.wang.seen(), people.zhou.seen()):
        assert SIGN[language] in seen and "返工率" not in seen


@pytest.mark.parametrize(("language", "report"), [("zh", "填数据"), ("en", "Report")])
async def test_who_has_not_signed_may_report_but_reads_no_earlier_figures(
    world: World, language: str, report: str
) -> None:
    people = await cast(world, language=language)
    await arrange(world, started_unsigned)
    await leap(world, SEVENTH)
    wang = people.wang
    assert SIGN[language] in wang.seen() and "8.3" not in wang.seen() and "91" not in wang.seen()
    assert report in wang.phone.messages[-1].labels
    assert SIGN[language].split()[-1] in await press(wang, "checkin.same", 1), "what is not shown is not said again"
    await press(wang, "checkin.open", 1)
    assert "8.3" not in wang.seen()
    await wang.do("7.5")
    assert "91" not in wang.seen()
    await wang.do("92")
    await wang.do("4")
    assert SIGN[language] in wang.seen() and "7.5" not in wang.seen() and "8.3" not in wang.seen()
    told = await world.run(lambda session: session.query(Letter).filter_by(template="checkin_thanks").one())
    assert "picture" not in told.extra
    assert await world.run(lambda session: session.query(Measurement).count()) == 2
    await press(wang, "checkin.open", 1)
    assert "7.5" not in wang.seen() and "8.3" not in wang.seen()


THEIRS = {"zh": "说明只给签过保密承诺的人看", "en": "for those who have signed"}


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_remark_of_an_end_is_for_who_has_signed(world: World, language: str) -> None:
    people = await cast(world, language=language)
    await arrange(world, started_unsigned)

    def ended(session: Session) -> None:
        session.query(Undertaking).filter_by(person_id=person_at(session, 1002).id).one().signed_at = clock.now()
        proposal = propose(
            session, person_at(session, 1004), pair_id=1, step="finish", reason="by_agreement", note="SPC还差一条线"
        )
        proposal_answers.agree_to(session, person_at(session, 1001), proposal_id=proposal.id)

    await arrange(world, ended)
    for reader in (people.wang, people.chen, people.zhou):
        assert THEIRS[language] in reader.seen() and "SPC还差一条线" not in reader.seen()
    for reader in (people.li, people.xu):
        assert "SPC还差一条线" in reader.seen(), "who has signed reads it, and the office"


async def test_what_an_office_says_of_an_end_is_for_all(world: World) -> None:
    people = await cast(world)
    await arrange(world, started_unsigned)

    def ended(session: Session) -> None:
        end_pair(session, person_at(session, 1005), pair_id=1, reason="closed_or_moved", remark="企业搬走了")

    await arrange(world, ended)
    assert "说明：企业搬走了" in people.wang.seen() and "说明：企业搬走了" in people.zhou.seen()
