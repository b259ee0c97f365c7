"""What a verified unit hears is next: what it has waiting already, else a first need or offer."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from models.exchange.needs import Need
from models.exchange.posts import PostStatus
from models.registration.people import Role
from models.registration.units import Side, Standing, Unit
from models.system.accounts import Person
from tests.registration.cast import SOCKS, incubatee, officer, person_id, set_standing, the_unit
from tests.talk import World


@pytest.mark.parametrize(
    ("language", "status", "review", "said"),
    [
        ("zh", PostStatus.PENDING, {}, ("需求 N1 待审：袜子跳针多", "省质量协会11月26日（周四）前审完", "[看需求]")),
        ("zh", PostStatus.PENDING, {"approved": True}, ("审核已经通过，马上公开", "[看需求]")),
        ("zh", PostStatus.RETURNED, {"reason": "unclear"}, ("需求 N1 已退回", "改一改再交", "[修改]")),
        ("en", PostStatus.PENDING, {}, ("Need N1 under review", "decides by Thu 26 Nov", "[See need]")),
        ("en", PostStatus.RETURNED, {"reason": "unclear"}, ("Need N1 returned", "change it", "[Change]")),
    ],
)
async def test_a_unit_whose_need_waits_hears_what_is_next_for_it(
    world: World, language: str, status: PostStatus, review: dict[str, object], said: tuple[str, ...]
) -> None:
    city = await officer(world, 12, "周科", Role.CITY, "3306")
    contact = await incubatee(world)

    def posted(session: Session) -> None:
        unit, person = the_unit(session), session.get_one(Person, person_id(session, 1001))
        person.language = language
        session.add(Need(unit=unit, person=person, trouble="袜子跳针多", status=status, review=review))

    await world.run(posted)
    contact.phone.read()
    await city.talk(("/verify",), ("[看第1家]",), ("[通过]", "✅ 已核实"))
    seen = contact.seen()
    assert all(one in seen for one in said), seen
    assert "[发布需求]" not in seen and "[Post a need]" not in seen


async def test_a_second_change_does_not_put_the_one_that_waits_out_of_the_way(world: World) -> None:
    contact = await incubatee(world)
    await set_standing(world, SOCKS, Side.INCUBATEE, Standing.ACTIVE)
    new = "诸暨云溪智能针织有限公司"
    await contact.talk(("/unit",), ("[改资料]",), ("名称",), (new, "核对后生效"))
    await contact.talk(("/unit",), ("[改资料]",), ("行业",), ("C18", "已有一项修改在等", "名称", "!核对后生效"))
    waits = await world.run(lambda session: session.query(Unit).filter_by(name=SOCKS).one().review["change"])
    assert waits == {"what": "name", "new": new}
    better = "诸暨云溪智造针织有限公司"
    await contact.talk(("/cancel",), ("[放弃，删掉]",), ("/unit",), ("[改资料]",), ("名称",), (better, "核对后生效"))
