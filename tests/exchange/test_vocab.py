"""The association sees which words the vocabulary does not know; nobody else is asked to care."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.exchange.vocab import unknown
from models.system.accounts import Person
from tests.exchange.people import ASSOCIATION, CITY, FACTORY, factory, need, offices
from tests.talk import World


def odd_needs(session: Session) -> None:
    """Three needs that share a word no table knows."""
    offices(session)
    unit = factory(session)
    for place in range(3):
        need(session, unit, f"注塑件老是囫囵吞，我们{place}号机一个月要停几次")


def test_what_everybody_says_is_no_unknown_word() -> None:
    texts = ["我们一个月囫囵吞二十次质量", "我们一个月囫囵吞二十次质量啊", "我们一个月有囫囵吞二十次质量"]
    assert unknown(texts) == [("囫囵吞", 3)]
    assert unknown([]) == []


async def test_the_association_reads_unknown_words_and_sizes(world: World) -> None:
    await world.run(odd_needs)
    await world.human(ASSOCIATION).talk(
        ("/vocab", "最近 3 条需求里", "囫囵吞 3", "!我们", "词表共 3", "方法 6", "告诉维护程序的人")
    )
    for other in (CITY, FACTORY):
        await world.human(other).talk(("/vocab", "不在您目前的身份范围内"))


async def test_without_unknown_words_it_says_so_in_english_too(world: World) -> None:
    def lay(session: Session) -> None:
        offices(session)
        session.scalars(select(Person).where(Person.name == "赵审")).one().language = "en"

    await world.run(lay)
    await world.human(ASSOCIATION, language="en").talk(
        ("/vocab", "knows every word", "entries: methods", "looks after")
    )
