"""What one change would open: shown where few fit, made in one tap without a second review, and changed back."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.exchange import unmatched
from models.exchange.broader import OfferHint
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.exchange.posts import PostStatus, PostVersion
from models.exchange.requests import Request, call_office, room_for
from models.oversight.duties import Duty
from models.system import clock
from models.system.accounts import Person
from tests.exchange.people import (
    ASSOCIATION,
    FACTORY,
    MENTOR,
    factory,
    mentor,
    need,
    offer,
    offices,
    press,
    small_world,
)
from tests.talk import MONDAY, World

STRANGER = 1002


def far_offers(session: Session) -> None:
    """A need in Shaoxing; two offers for Ningbo only, one of them online too; and another factory."""
    offices(session)
    need(session, factory(session))
    factory(session, STRANGER, "台州别的厂", city="3310", contact="陈工")
    online = ["diagnosis", "online"]
    offer(session, mentor(session), cities=["3302"])
    offer(session, mentor(session, 2002, "宁波第2塑业", contact="师傅"), cities=["3302"], forms=online)


def duties_of(session: Session) -> list[str]:
    """What is open about the need."""
    rows = session.scalars(select(Duty).where(Duty.subject == "need:1", Duty.done_at.is_(None)).order_by(Duty.id))
    return [duty.kind for duty in rows]


async def test_one_tap_opens_what_was_promised_and_another_takes_it_back(world: World) -> None:
    contact = world.human(FACTORY)
    await world.run(far_offers)
    await contact.talk(
        (
            "/matches",
            "没有别的合适候选",
            "接受线上辅导，还有 1 家合适",
            "愿意去外地学，还有 2 家合适",
            "?接受线上",
            "?可去外地",
        ),
        ("[接受线上]", "已加上“接受线上”，文字没变，不用再审", "1. 宁波第2塑业", "?改回来", "?看第1家"),
    )
    row, kept = await world.run(lambda session: (session.get_one(Need, 1), session.scalars(select(PostVersion)).all()))
    assert (row.status, row.forms, row.version) == (PostStatus.PUBLISHED, ["online"], 2)
    assert [(one.version, one.content["forms"]) for one in kept] == [(2, ["online"])]
    assert await world.run(duties_of) == ["choose_incubator"], "nobody reviews it again; the unit has a choice"
    await contact.talk(
        ("[看候选]", "1. 宁波第2塑业", "愿意去外地学，还有 1 家合适", "!接受线上辅导"),
        ("[可去外地]", "1. ", "2. "),
        ("[看候选]", "!还有 1 家合适"),
    )
    await contact.talk(("/matches", "1. ", "2. "))
    await contact.do("/matches")
    assert "没有找到" in await press(world, contact, "need.broaden", 1, "rivals")
    await press(world, contact, "need.broaden", 1, "anywhere")
    await contact.talk(("[改回来]", "已去掉“可去外地”", "宁波第2塑业", "!2. "))
    row = await world.run(lambda session: session.get_one(Need, 1))
    assert (row.travels, row.forms) == (False, ["online"])


async def test_who_has_a_choice_again_is_waited_for_instead_of_the_province(world: World) -> None:
    contact = world.human(FACTORY)
    await world.run(far_offers)

    def handed_up(session: Session) -> None:
        province = session.scalars(select(Person).where(Person.name == "郑省办")).one()
        unmatched.hand_up(session, province, need_id=1)
        session.info.pop("told", None)

    await world.run(handed_up)
    await contact.do("/help")
    assert await world.run(duties_of) == ["send_expert"]
    await press(world, contact, "need.broaden", 1, "online")
    assert await world.run(duties_of) == ["choose_incubator"]


async def test_candidates_that_cannot_be_asked_are_no_choice(world: World) -> None:
    contact = world.human(FACTORY)
    await world.run(far_offers)

    def crowded(session: Session) -> None:
        call_office(session, session.get_one(Need, 1))
        asking, asked = session.get_one(Need, 1), session.get_one(Offer, 2)
        for number in range(room_for(asked)):
            other = need(session, factory(session, 1100 + number, f"绍兴第{number}厂", contact=f"厂{number}"))
            session.add(Request(need=other, offer=asked, person_id=asking.person_id))

    await world.run(crowded)
    await contact.do("/help")
    await press(world, contact, "need.broaden", 1, "online")
    assert await world.run(duties_of) == ["find_candidate"]


async def test_the_letter_of_publishing_says_what_would_open_more(world: World) -> None:
    contact, reviewer = world.human(FACTORY), world.human(ASSOCIATION)

    def lay(session: Session) -> None:
        far_offers(session)
        session.get_one(Need, 1).status, session.get_one(Need, 1).published_at = PostStatus.PENDING, None

    await world.run(lay)
    await reviewer.talk(("/queue", "1 条"), ("[看第1条]", "注塑"), ("[批准]", "已发布"))
    assert "暂时没有足够合适" in contact.seen() and "接受线上辅导，还有 1 家合适" in contact.seen()
    assert await world.run(duties_of) == ["find_candidate"]
    await contact.talk(("[接受线上]", "1. 宁波第2塑业"))
    assert await world.run(duties_of) == ["choose_incubator"], "the office need not search any more"


async def test_tapping_twice_changes_nothing_twice(world: World) -> None:
    contact = world.human(FACTORY)
    await world.run(far_offers)
    await contact.talk(("/matches", "?接受线上"))
    await press(world, contact, "need.broaden", 1, "online")
    await press(world, contact, "need.broaden", 1, "online")
    row = await world.run(lambda session: session.get_one(Need, 1))
    assert (row.forms, row.version) == (["online"], 2)


async def test_hints_count_only_offers_that_may_be_asked(world: World) -> None:
    def lay(session: Session) -> None:
        far_offers(session)
        session.get_one(Need, 1).barred_offers = [2]

    contact = world.human(FACTORY)
    await world.run(lay)
    await contact.talk(("/matches", "!接受线上", "愿意去外地学，还有 1 家合适"))


async def test_with_three_candidates_there_is_nothing_to_widen(world: World) -> None:
    def lay(session: Session) -> None:
        far_offers(session)
        for place in range(3):
            offer(session, mentor(session, 2010 + place, f"绍兴第{place}塑业", contact=f"师{place}"))

    contact = world.human(FACTORY)
    await world.run(lay)
    await contact.talk(("/matches", "3. ", "!还有 1 家合适", "!可去外地"))


async def test_only_the_unit_itself_widens_its_public_need(world: World) -> None:
    contact, stranger = world.human(FACTORY), world.human(STRANGER)
    await world.run(far_offers)
    await stranger.talk(("/needs", "还没有需求"))
    for action in ("need.broaden", "need.narrow"):
        forged = await press(world, stranger, action, 1, "online")
        assert forged == await press(world, stranger, action, 4711, "online") and "没有找到" in forged

    def pend(session: Session) -> None:
        session.get_one(Need, 1).status = PostStatus.PENDING

    await contact.talk(("/needs", "已发布"))
    await world.run(pend)
    assert "没有公开" in await press(world, contact, "need.broaden", 1, "online")
    assert await world.run(lambda session: session.get_one(Need, 1).forms) == []


# offers


def thin_offer(session: Session) -> None:
    """An offer that names no method, to moulders; two needs that ask for a method it nearly fits; another incubator."""
    small_world(session)
    row = session.get_one(Offer, 1)
    row.text, row.methods, row.forms, row.industries = "注塑车间尺寸波动改善，带过两家", [], [], ["C29"]
    row.touch()
    for place in range(2):
        unit = factory(session, 1100 + place, f"杭州阀门{place}厂", contact=f"孙{place}", industry="C34", city="3301")
        need(session, unit, "想用控制图SPC把尺寸波动压下来，有人教吗", methods=["spc"], published_at=MONDAY)
    mentor(session, 2002, "宁波别的集团", contact="外人")


async def night(world: World) -> None:
    """Jump to the next morning and walk through it."""
    clock.hold(MONDAY + timedelta(hours=21))
    await world.pass_time(hours=3)


async def test_a_method_more_is_proposed_and_added_in_two_taps(world: World) -> None:
    helper = world.human(MENTOR)
    await world.run(thin_offer)
    await helper.talk(("/offers", "注塑车间", "!个需求"))
    await night(world)
    found = await world.run(lambda session: session.scalars(select(OfferHint)).all())
    assert ("method", "spc", [1, 2]) in [(one.kind, one.code, one.need_ids) for one in found]
    await helper.talk(
        ("/offers", "?多2个需求"),
        ("[多2个需求]", "加一项，就多几个需求合适", "G1 加“", "多 2 个", "?看第1项"),
        ("[看第1项]", "企业会当真", "· 杭州：想用控制图SPC", "?先不加", "?加上"),
        ("[先不加]", "加一项"),
        ("[看第1项]", "不用再审"),
        ("[加上]", "已加上", "马上生效", "?改回来"),
    )
    row = await world.run(lambda session: session.get_one(Offer, 1))
    assert (row.status, row.version) == (PostStatus.PUBLISHED, 2)
    added = (row.methods, row.industries)
    assert added != ([], ["C29"])
    await helper.talk(("[改回来]", "已去掉"))
    row = await world.run(lambda session: session.get_one(Offer, 1))
    assert (row.methods, row.industries, row.version) == ([], ["C29"], 3)


async def test_what_a_hint_promises_comes_true(world: World) -> None:
    helper = world.human(MENTOR)
    contact = world.human(1100)
    await world.run(thin_offer)
    await contact.talk(("/matches", "没有别的合适候选"))
    await night(world)
    await helper.talk(("/offers", "?多2个需求"))
    await press(world, helper, "offer.widen", 1, "method", "spc")
    await contact.talk(("/matches", "宁波启明"))
    assert "已经过时" in await press(world, helper, "offer.widen", 1, "method", "spc")


async def test_hints_of_others_are_not_seen_nor_used(world: World) -> None:
    await world.run(thin_offer)
    await night(world)
    stranger = world.human(2002)
    await stranger.talk(("/offers", "!个需求"))
    assert "没有建议" in await press(world, stranger, "offer.hints")
    for action in ("offer.hint", "offer.widen", "offer.narrow"):
        forged = await press(world, stranger, action, 1, "method", "spc")
        assert forged == await press(world, stranger, action, 4711, "method", "spc") and "没有找到" in forged, action


async def test_an_offer_to_any_trade_is_not_narrowed_and_old_hints_go(world: World) -> None:
    def lay(session: Session) -> None:
        thin_offer(session)
        session.get_one(Offer, 1).industries = []
        session.get_one(Offer, 1).touch()

    await world.run(lay)
    await night(world)
    assert {one.kind for one in await world.run(lambda session: session.scalars(select(OfferHint)).all())} == {"method"}

    def settle(session: Session) -> None:
        for row in session.scalars(select(Need)):
            row.status = PostStatus.MATCHED

    await world.run(settle)
    clock.hold(MONDAY + timedelta(days=1, hours=21))
    await world.pass_time(hours=3)
    assert await world.run(lambda session: session.scalars(select(OfferHint)).all()) == []


async def test_widening_in_english(world: World) -> None:
    def lay(session: Session) -> None:
        far_offers(session)
        thin = session.get_one(Offer, 1)
        thin.text, thin.methods, thin.forms, thin.cities = "注塑车间尺寸波动改善，带过两家", [], [], []
        thin.touch()
        for place in range(2):
            unit = factory(session, 1100 + place, f"阀门{place}厂", contact=f"孙{place}", industry="C34", city="3301")
            need(session, unit, "想用控制图SPC把尺寸波动压下来，有人教吗", methods=["spc"])
        for someone in session.scalars(select(Person).where(Person.name.in_(("王工", "李总")))):
            someone.language = "en"

    contact, helper = world.human(FACTORY, language="en"), world.human(MENTOR, language="en")
    await world.run(lay)
    await contact.talk(
        ("/matches", "With online sessions 1 more fit", "?Online too"),
        ("[Online too]", "is added; the text is unchanged", "1. ", "?Undo"),
        ("[Undo]", "is taken out"),
    )
    await night(world)
    await helper.talk(
        ("/offers", "?3 more needs"),
        ("[3 more needs]", "One more item", "?Item 1"),
        ("[Item 1]", "3 more needs fit", "?Add"),
        ("[Add]", "is added; it takes effect at once"),
        ("[Undo]", "is taken out"),
    )
