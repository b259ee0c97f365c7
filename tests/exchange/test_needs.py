"""Posting needs: from the first words to the review card, and back again."""

from tests.exchange.people import FACTORY, small_world
from tests.talk import World


async def test_a_need_takes_five_acts(world: World) -> None:
    await world.run(small_world)
    factory = world.human(FACTORY)
    await factory.talk(
        ("/need", "哪里不顺", "例："),
        (
            "注塑件缩水，不良率8%，想降到2%，返工多，想请人来厂里看看",
            "我理解为",
            "过程不良率 8% → 2%",
            "质量诊断",
            "?对，继续",
        ),
        ("[对，继续]", "请过目", "?提交"),
        ("[提交]", "已提交", "省质量协会审核", "11月26日"),
        ("/needs", "待审", "?看第1条"),
    )
