"""After the second caution either side asks for mediation; meanwhile the pair does not end; both hear."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from models.base import Refused
from models.incubation.cautions import give_caution
from models.incubation.concerns import Cause, Concern
from models.incubation.endings import end_pair
from models.incubation.mediations import ask_mediation
from models.incubation.pairs import Pair, PairStatus
from models.oversight.duties import Duty
from models.system import clock
from tests.incubation.people import Cast, arrange, cast, leap, person_at, press, start_pair
from tests.talk import World

WORDS = {
    "zh": (
        "请调解",
        "12月15日（周二）前，评审办找双方谈",
        "两次提醒后，一方请了调解",
        "[打过了]",
        "[谈妥，继续]",
        "继续到哪天",
        "谈定了什么",
        "调解谈定了（2026-0001）：继续，到 12月31日（周四）",
    ),
    "en": (
        "Ask to mediate",
        "By Tue 15 Dec the office talks to both sides",
        "one side asks for mediation",
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
