"""From a published need to a pair: choosing, asking in order, answering, asking back, and silence."""

from tests.exchange.people import ASSOCIATION, FACTORY, MENTOR, small_world
from tests.talk import World

TROUBLE = "注塑件缩水，不良率8%，想降到2%，返工多，想请人来厂里看看"


async def publish(world: World) -> None:
    """A need typed by the factory and approved by the association."""
    await world.human(FACTORY).talk(
        ("/need", "哪里不顺"), (TROUBLE, "我理解为"), ("[对，继续]", "请过目"), ("[提交]", "已提交")
    )
    await world.human(ASSOCIATION).talk(("/queue", "待审 1 条"), ("[看第1条]", "缩水"), ("[批准]", "已发布"))


async def test_a_need_finds_its_incubator(world: World) -> None:
    await world.run(small_world)
    factory, mentor = world.human(FACTORY), world.human(MENTOR)
    await publish(world)
    assert "已发布，找到 1 家" in factory.seen()
    await factory.talk(
        ("[看第1家]", "宁波启明塑业集团", "✓", "△", "还有 3 个名额", "?请求对接"),
        ("[请求对接]", "宁波启明塑业集团", "姓名和电话", "?是"),
        ("[是]", "已请求", "11月26日"),
    )
    assert "请求贵单位带一带" in mentor.seen()
    await mentor.talk(("[接受]", "结对成功", "2026-0001"))
    assert "结对" in factory.seen()
