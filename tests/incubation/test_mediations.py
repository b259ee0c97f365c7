"""After the second caution either side asks for mediation; meanwhile the pair does not end; both hear."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from models.base import Refused
from models.incubation.cautions import Caution, give_caution, sheet
from models.incubation.concerns import Cause, Concern, note_call
from models.incubation.endings import end_pair
from models.incubation.mediations import ask_mediation, settle_mediation
from models.incubation.pairs import Pair, PairStatus
from models.incubation.pauses import pause_pair, resume_pair
from models.incubation.progress import undecided
from models.oversight.duties import Duty
from models.registration.people import Officer, Role
from models.system import clock
from models.system.letters import tell
from tests.incubation.people import MILL, Cast, arrange, cast, leap, make_person, person_at, press, start_pair
from tests.talk import World

WORDS = {
    "zh": (
        "请调解",
        "12月15日（周二）前，评审办找双方谈",
        "两次提醒后，绍兴示例针织厂请了调解",
        "[打过了]",
        "[谈妥，继续]",
        "继续到哪天",
        "谈定了什么",
        "调解谈定了（2026-0001）：继续，到 12月31日（周四）",
    ),
    "en": (
        "Ask to mediate",
        "By Tue 15 Dec the office talks to both sides",
        "After two cautions 绍兴示例针织厂 asks for mediation",
        "[Called]",
        "[Agreed to go on]",
        "Until when do they go on",
        "What was agreed?",
        "Mediated (2026-0001): the pair goes on, until Thu 31 Dec",
    ),
}


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, 0, tzinfo=clock.SHANGHAI)


def caution(session: Session) -> None:
    give_caution(session, person_at(session, 1005), pair_id=1, task="本周约好下一次辅导")


async def twice(world: World, language: str = "zh") -> Cast:
    """Both cautions stand, on the eighth of December."""
    people = await cast(world, language=language)
    await arrange(world, start_pair)
    await arrange(world, caution)
    await leap(world, at(12, 8))
    await arrange(world, caution)
    return people


def ending(session: Session) -> str:
    """What an office hears that ends the pair for inactivity."""
    try:
        end_pair(session, person_at(session, 1005), pair_id=1, reason="inactive")
    except Refused as no:
        session.rollback()
        return no.code
    return "ended"


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_one_side_asks_and_both_hear_what_was_agreed(world: World, language: str) -> None:
    people = await twice(world, language)
    ask, by, sheet, called, agreed, until, what, settled = WORDS[language]
    asked = await world.run(
        lambda session: session.query(Duty).filter_by(kind="answer_caution", subject="caution:2").one().id
    )
    assert f"[{ask}]" in await press(people.wang, "duty.open", asked)
    await people.wang.talk((f"[{ask}]", by))
    assert by in people.chen.seen() and by in people.zhou.seen()

    def duty(session: Session) -> tuple[int, object, str]:
        row = session.query(Duty).filter_by(kind="mediate", done_at=None).one()
        return row.id, row.office, str(row.due_at and row.due_at.date())

    id, office, due = await world.run(duty)
    assert (office, due) == ("city", "2026-12-15")
    await leap(world, at(12, 16))
    assert await world.run(ending) == "in_mediation"
    assert sheet in await press(people.xu, "duty.open", id)
    await people.xu.talk(
        (called, agreed[1:-1]), (agreed, until), ("12-31", what), ("每两周一次辅导", settled, "每两周一次辅导")
    )
    for one in (people.wang, people.chen, people.zhou):
        assert settled in one.seen() and "每两周一次辅导" in one.seen()
    assert await world.run(ending) == "in_mediation"
    await leap(world, at(12, 31, 17))
    assert await world.run(ending) == "in_mediation"
    await world.pass_time(to=datetime(2027, 1, 4, 9, tzinfo=clock.SHANGHAI))
    assert await world.run(ending) == "ended"


async def test_the_other_side_may_ask_from_the_card_and_once_is_enough(world: World) -> None:
    people = await twice(world)
    assert "[请调解]" in await press(people.chen, "pair.open", 1)
    await people.chen.talk(("[请调解]", "宁波示例电机公司请评审办调解"))
    assert "已经请了调解" in await press(people.wang, "mediation.ask", 1)
    assert "[请调解]" not in await press(people.wang, "pair.open", 1)
    await press(people.xu, "pair.end", 1)
    await people.xu.talk(("[参与不积极]", "还差"))
    await leap(world, at(12, 16))
    await press(people.xu, "pair.end", 1)
    await people.xu.talk(("[参与不积极]", "正在调解", "?打过了"))


PRESSED = {
    "zh": ("[回复提醒]", "正在调解：市评审办", "[去调解]", "没有答复", "不催", "调解谈定：继续到 12月31日（周四）"),
    "en": ("[Answer caution]", "In mediation", "[Mediate]", "no answer", "nobody presses", "goes on until Thu 31 Dec"),
}


def answers_due(session: Session) -> list[str]:
    """To which cautions an answer is waited for."""
    return [one.subject for one in session.query(Duty).filter_by(kind="answer_caution", done_at=None)]


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_nobody_is_pressed_for_an_answer_meanwhile(world: World, language: str) -> None:
    people = await twice(world, language)
    answer, going_on, mediate, unanswered, kind, agreed = PRESSED[language]
    assert await world.run(answers_due) == ["caution:2"], "the second stands for both"
    assert answer in await press(people.wang, "pair.open", 1)
    await press(people.chen, "mediation.ask", 1)
    assert await world.run(answers_due) == []
    seen = await press(people.wang, "pair.open", 1)
    assert answer not in seen and going_on in seen
    await arrange(world, lambda session: show_caution(session, people.wang.phone.id))
    seen = people.wang.seen()
    assert kind in seen and f"[{WORDS[language][0]}]" not in seen
    assert mediate in await press(people.xu, "pair.open", 1)
    assert mediate in await press(people.xu, "caution.give", 1), "it has been cautioned twice, and is mediated"
    await people.xu.talk((mediate, MILL, unanswered, unanswered))
    await arrange(world, lambda session: settle(session))
    seen = await press(people.wang, "pair.open", 1)
    assert agreed in seen and answer not in seen
    assert "31" in await press(people.xu, "caution.give", 1)

    def rest(session: Session) -> None:
        wang = person_at(session, 1001)
        pause_pair(session, wang, pair_id=1, reason="搬线", until=at(12, 20).date())
        resume_pair(session, wang, pair_id=1)

    await arrange(world, rest)
    assert await world.run(answers_due) == []
    await leap(world, at(12, 31, 17))
    assert agreed in await press(people.wang, "pair.open", 1)
    await world.pass_time(to=datetime(2027, 1, 4, 9, tzinfo=clock.SHANGHAI))
    assert agreed not in await press(people.wang, "pair.open", 1)


def show_caution(session: Session, reader: int) -> None:
    """The second caution as it reads now."""
    tell(session, person_at(session, reader), "caution_given", **sheet(session, session.get_one(Caution, 2)))


def settle(session: Session) -> None:
    concern = session.query(Concern).filter_by(cause=Cause.MEDIATION).one()
    officer, until = person_at(session, 1005), at(12, 31).date()
    settle_mediation(session, officer, concern_id=concern.id, until=until, agreed="每两周一次")


async def test_a_session_meanwhile_is_said_to_the_office(world: World) -> None:
    people = await twice(world)
    await press(people.wang, "mediation.ask", 1)
    await people.zhou.talk(("/log 今天下午去做了5S培训，两个半小时，十二个人",), ("[对，继续]",), ("[跳过]",))
    await press(people.wang, "session.confirm", 1)
    await press(people.xu, "mediation.open", 1)
    assert "之后有过确认的辅导，提醒已作废" in people.xu.seen()


async def test_an_office_elsewhere_does_not_mediate(world: World) -> None:
    people = await twice(world)
    await press(people.wang, "mediation.ask", 1)

    def another(session: Session) -> None:
        session.add(Officer(person_id=make_person(session, 1006, "宁办").id, role=Role.CITY, city="3302"))

    await world.run(another)
    ning = world.human(1006)
    for button in ("mediation.open", "concern.called"):
        assert "不归您看" in await press(ning, button, 1)
    assert "不在您目前的身份范围内" in await press(people.wang, "mediation.open", 1)


async def test_who_asks_in_words_is_told_where_it_is_asked(world: World) -> None:
    people = await twice(world)
    await people.wang.talk(("我们想请评审办调解", "市评审办五个工作日内找双方谈", "?看结对"), ("[看结对]", "?请调解"))


async def test_it_may_end_by_agreement_in_mediation(world: World) -> None:
    people = await twice(world)
    await press(people.wang, "mediation.ask", 1)
    await press(people.xu, "concern.called", 1)
    await people.xu.talk(
        ("[终止]", "按哪一条结束"), ("[双方协商]", "备注"), ("[跳过]", "确定结束"), ("是", "原因：双方协商")
    )
    assert await world.run(lambda session: session.get_one(Pair, 1).status) is PairStatus.ENDED
    assert await world.run(lambda session: session.query(Concern).filter_by(closed_at=None).count()) == 0


async def test_before_the_second_caution_it_is_not_needed(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await arrange(world, caution)
    assert "[请调解]" not in people.wang.seen()
    assert "现在不用调解" in await press(people.wang, "mediation.ask", 1)

    def ask(session: Session) -> str:
        try:
            ask_mediation(session, person_at(session, 1004), pair_id=1)
        except Refused as no:
            session.rollback()
            return no.code
        return "asked"

    assert await world.run(ask) == "contact_only"
    assert await world.run(lambda session: session.query(Concern).filter_by(cause=Cause.MEDIATION).count()) == 0


async def test_the_office_is_asked_once_when_the_agreed_day_has_passed(world: World) -> None:
    await twice(world)

    def agree(session: Session) -> None:
        concern = ask_mediation(session, person_at(session, 1001), pair_id=1)
        settle_mediation(
            session, person_at(session, 1005), concern_id=concern.id, until=at(12, 31).date(), agreed="每两周一次"
        )

    def asked(session: Session) -> list[bool]:
        return [one.done_at is None for one in session.query(Duty).filter_by(kind="decide_pair")]

    await arrange(world, agree)
    await world.pass_time(to=at(12, 31, 18))
    assert await world.run(asked) == []
    await world.pass_time(to=datetime(2027, 1, 4, 9, tzinfo=clock.SHANGHAI))
    assert await world.run(asked) == [True]

    def answer(session: Session) -> None:
        concern = session.query(Concern).filter_by(cause=Cause.IDLE).one()
        note_call(session, person_at(session, 1005), concern_id=concern.id, outcome="promised")

    await arrange(world, answer)
    await world.pass_time(to=datetime(2027, 1, 8, 9, tzinfo=clock.SHANGHAI))
    assert await world.run(asked) == [False]


def test_who_has_met_since_is_not_asked_about() -> None:
    assert not undecided(3, [agreed(until=8)], at(12, 20).date())
    assert undecided(19, [agreed(until=8)], at(12, 20).date())


@pytest.mark.parametrize("idle", [19, 120])
def test_nobody_is_asked_while_an_office_mediates_or_before_the_agreed_day(idle: int) -> None:
    assert not undecided(idle, [agreed(until=20)], at(12, 20).date())
    assert not undecided(idle, [Concern(id=1, cause=Cause.MEDIATION, raised_at=at(12, 1))], at(12, 20).date())


def agreed(*, until: int) -> Concern:
    """A mediation of the first of December, settled on the second."""
    return Concern(id=1, cause=Cause.MEDIATION, raised_at=at(12, 1), closed_at=at(12, 2), until=at(12, until).date())
