"""What was not shown is not agreed to: buttons under what stood there before a change."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models.incubation.sessions import SessionLog, SessionStatus
from tests.incubation.people import arrange, cast, start_pair
from tests.talk import World

SAID = "今天下午去做了5S培训，两个半小时，十二个人"


def only_log(session: Session) -> SessionLog:
    return session.query(SessionLog).one()


async def test_what_was_corrected_is_not_confirmed_by_a_tap_under_what_stood_before(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await people.zhou.talk(("/log " + SAID,), ("[对，继续]",), ("[跳过]", "✅ 已记下"))
    first = people.wang.phone.messages[-1]
    await people.wang.talk((lambda phone: phone.tap(first.id, "有出入"), "哪里有出入"))
    await people.zhou.talk(("[改正]",), ("[修改]",), ("[时长]",), ("8",), ("[提交]", "✅ 已记下", "8 小时"))
    await people.wang.talk(("只有两个小时", "对方刚改过", "8 小时", "!已转告对方"))
    await people.wang.talk((lambda phone: phone.tap(first.id, "确认"), "对方刚改过", "8 小时", "!已确认"))
    assert (await world.run(only_log)).status is SessionStatus.WAITING
    await people.wang.talk(("[看记录]", "8 小时"), ("[确认]", "✅ 已确认"))
