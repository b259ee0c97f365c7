"""An office ends a pair or lets it rest, from the sheet of a call; the need in full is for the pair's signers alone."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.exchange.posts import PostStatus
from models.incubation.concerns import Cause, Concern, raise_concern
from models.incubation.endings import end_of
from models.incubation.idleness import Pause
from models.incubation.pairs import Pair, PairStatus
from models.incubation.progress import open_duties
from tests.incubation.people import arrange, cast, make_pair, press, start_pair
from tests.talk import World


def idle(session: Session) -> None:
    """A running pair that its office has to call."""
    raise_concern(session, start_pair(session), Cause.IDLE)


async def test_an_office_ends_a_pair_once_sure(world: World) -> None:
    people = await cast(world)
    await arrange(world, idle)
    await press(people.xu, "concern.called", 1)
    await people.xu.talk(
        ("[终止]", "按哪一条结束", "?双方协商"),
        ("[双方协商]", "备注"),
        ("[跳过]", "确定结束这一对吗"),
        ("否", "没有结束，2026-0001 照旧", "?打过了"),
    )
    assert await world.run(lambda session: session.get_one(Pair, 1).status) is PairStatus.INTRODUCTION
    await people.xu.talk(("[打过了]",), ("[终止]",), ("[双方协商]",), ("[跳过]",), ("是", "终止", "原因：双方协商"))
    assert "原因：双方协商" in people.wang.seen() and "原因：双方协商" in people.zhou.seen()

    def look(session: Session) -> tuple[object, ...]:
        pair = session.get_one(Pair, 1)
        waiting = len(open_duties(session, [pair])), session.query(Concern).filter(Concern.closed_at.is_(None)).count()
        return pair.status, pair.end_reason, pair.ended_on is not None, session.get_one(Offer, 1).taken, *waiting

    assert await world.run(look) == (PairStatus.ENDED, "by_agreement", True, 0, 0, 0)
    assert "已经办结" in await press(people.xu, "concern.called", 1)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_after_an_early_end_the_unit_opens_its_need_again_with_one_tap(world: World, language: str) -> None:
    people = await cast(world, language=language)
    await arrange(world, idle)
    words = {
        "zh": ("[双方协商]", "[跳过]", "是", "需求 N1 还没改好", "[重新找]", "N1 已发布", "结对已结束", "[看第1条]"),
        "en": ("[by agreement]", "[Skip]", "yes", "N1 is not solved", "[Look again]", "published", "ended", "[No. 1]"),
    }  # fmt: skip
    reason, skip, sure, unsolved, again, published, over, first = words[language]
    await press(people.xu, "pair.end", 1)
    await people.xu.talk((reason,), (skip,), (sure,))
    assert unsolved in people.wang.seen() and unsolved not in people.zhou.seen()
    await people.wang.talk(("/needs", over), (first, over, "?" + again[1:-1]), (again, published))
    need = await world.run(lambda session: session.get_one(Need, 1))
    assert need.status is PostStatus.PUBLISHED and need.published_at is not None


async def test_an_office_lets_a_pair_rest(world: World) -> None:
    people = await cast(world)
    await arrange(world, idle)
    await press(people.xu, "concern.called", 1)
    await people.xu.talk(
        ("[暂停]", "为什么暂停"), ("搬厂，产线停工", "停到哪天"), ("12-20",), ("[跳过]", "记下了，这件事办结")
    )
    assert "暂停到 12月20日" in people.wang.seen()
    assert await world.run(lambda session: session.get_one(Pair, 1).status) is PairStatus.PAUSED
    assert await world.run(lambda session: session.query(Pause).one().reason) == "搬厂，产线停工"


@pytest.mark.parametrize(
    ("status", "reason", "end"),
    [
        (PairStatus.DEEPENING, "goals_reached", PairStatus.GRADUATED),
        (PairStatus.IMPROVEMENT, "term_over", PairStatus.GRADUATED),
        (PairStatus.IMPROVEMENT, "inactive", PairStatus.ENDED),
        (PairStatus.INTRODUCTION, "goals_reached", PairStatus.ENDED),
        (PairStatus.PAUSED, "term_over", PairStatus.ENDED),
        (PairStatus.SIGNING, "inactive", PairStatus.LAPSED),
    ],
)
def test_how_it_ends(status: PairStatus, reason: str, end: PairStatus) -> None:
    assert end_of(status, reason) is end


async def test_the_need_in_full_is_for_the_pairs_signers(world: World) -> None:
    people = await cast(world)

    def secret(session: Session) -> None:
        start_pair(session)
        session.get_one(Need, 1).private = "客户是大洋公司，报废多"

    await arrange(world, secret)
    await people.zhou.talk(("/pairs", "?需求全文"), ("[需求全文]", "客户是大洋公司"))
    assert "大洋" not in await press(people.xu, "pair.need", 1)


async def test_before_the_undertaking_it_is_not_shown(world: World) -> None:
    people = await cast(world)

    def secret(session: Session) -> None:
        make_pair(session)
        session.get_one(Need, 1).private = "客户是大洋公司，报废多"

    await arrange(world, secret)
    seen = await press(people.chen, "pair.need", 1)
    assert "先签保密承诺" in seen and "大洋" not in seen
