"""Needs that say much the same in other words are shown before one is submitted; neighbours in name only are not."""

from sqlalchemy.orm import Session

from models.exchange.alike import alike
from models.registration.units import Unit
from tests.exchange.people import FACTORY, factory, need, offices
from tests.talk import World

TYPED = "注塑件飞边多，修模修得勤，废品一天挑出两筐"
SAME = "我们注塑车间飞边严重，模具修个没完，想请人看看"


def neighbours(session: Session) -> None:
    """The factory that asks, and four others: one with the same trouble in its own words."""
    offices(session)
    factory(session)
    texts = (SAME, "注塑车间老是停电，换模慢，交货晚", "注塑工人流动大，培训跟不上", "仓库发错货，账对不上")
    for place, text in enumerate(texts):
        need(session, factory(session, 1100 + place, f"绍兴第{place}厂", contact=f"孙{place}"), text)


async def test_the_same_trouble_in_other_words_is_alike(world: World) -> None:
    await world.run(neighbours)

    def look(session: Session) -> list[str]:
        return [one.trouble for one in alike(session, session.get_one(Unit, 1), text=TYPED, industry="C29")]

    assert await world.run(look) == [SAME]


async def test_it_is_shown_before_the_need_is_submitted(world: World) -> None:
    contact = world.human(FACTORY)
    await world.run(neighbours)
    await contact.talk(
        (f"/need {TYPED}", "我理解为"),
        ("[对，继续]", "现在多少"),
        ("[跳过]", "已有相近的需求", f"绍兴：{SAME}", "!停电"),
        ("[和第1条一起]", "请过目", "和第1条一起"),
        ("[提交]", "已提交"),
    )
