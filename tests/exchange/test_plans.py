"""Plans for the whole pool: asked for, drafted beside the bot, looked through, changed, and published as advice."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.engine.database import Database
from models.exchange import plan_drafts, plan_publishing, plans
from models.exchange.matching_pool import plan_pool
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.exchange.plans import Plan, PlanLine, PlanStatus
from models.exchange.posts import PostStatus
from models.exchange.requests import Request, RequestStatus
from models.oversight.duties import Duty
from models.registration.people import Role
from models.registration.units import Unit
from models.system import clock
from models.system.accounts import Person
from models.system.letters import Letter
from tests.crossing import crossed
from tests.crossing import two as two
from tests.exchange.people import (
    ASSOCIATION,
    CITY,
    FACTORY,
    factory,
    mentor,
    need,
    offer,
    officer,
    offices,
    press,
    small_world,
)
from tests.incubation.people import twice
from tests.talk import World

ELSEWHERE = 4002


def pool(session: Session) -> None:
    """Three moulders of Shaoxing and one of Ningbo, two incubators with a place each, and an officer in each city."""
    offices(session)
    officer(session, ELSEWHERE, "吴市办", Role.CITY, "3302")
    for place in range(3):
        trouble = f"注塑件缩水飞边，不良率 {8 + place}%，想请人长期带"
        need(session, factory(session, FACTORY + place, f"绍兴第{place + 1}注塑厂", contact=f"王{place}"), trouble)
    need(session, factory(session, 1100, "宁波塑料厂", city="3302", contact="孙工"), "注塑件缩水，退货多")
    offer(session, mentor(session), capacity=1)
    offer(session, mentor(session, 2002, "台州精塑模具", city="3310", contact="师傅"), "注塑工艺参数优化", capacity=1)


def large_pool(session: Session) -> None:
    """Seven moulders and two whom nobody can help; places for all."""
    offices(session)
    for place in range(7):
        row = factory(session, FACTORY + place, f"绍兴市柯桥区第{place + 1}精密注塑有限公司", contact=f"王{place}")
        need(session, row, f"注塑件缩水飞边，不良率 {8 + place}%，返工多，想请人来厂里看看，最好长期带")
    for place, trouble in enumerate(("护理差错多，家属有意见", "牛奶发酵味道不稳")):
        row = factory(session, 1200 + place, f"绍兴第{place + 1}护理院", industry="Q84", contact=f"护{place}")
        need(session, row, trouble, methods=[])
    offer(session, mentor(session), capacity=9)


async def drafted(world: World, *, officer_id: int = CITY, goal: str = "最优匹配") -> str:
    """Ask for a plan and wait the minute; what the officer sees then."""
    human = world.human(officer_id)
    await human.talk(("/plan", "通盘配一遍", "?最优匹配", "?最多惠及"), (f"[{goal}]", "一分钟内给您草案", "?作废"))
    await world.pass_time(minutes=1)
    return human.seen()


def pairs_of(session: Session) -> dict[int, int | None]:
    """Which offer the newest plan gives each need."""
    rows = session.scalars(select(PlanLine).where(PlanLine.why.is_(None)))
    return {line.need_id: line.offer_id for line in rows}


async def test_a_draft_is_looked_through_changed_and_published(world: World) -> None:
    office = world.human(CITY)
    firms = {place + 1: world.human(FACTORY + place) for place in range(3)}
    await world.run(pool)
    seen = await drafted(world)
    assert "方案 P1（绍兴，最优匹配）：配上 2 对" in seen and "没配上：好的已满 1 条" in seen
    assert "球在您这边" in seen and "多一个名额最管用的" in seen
    first = await world.run(pairs_of)
    assert set(first.values()) == {1, 2} and 4 not in first
    assert await world.run(recommendations) == [], "a draft tells nobody anything"
    await office.talk(
        ("[逐对看]", "共 2 对", "注塑厂 →", "?看第1对"),
        ("[看第1对]", "需求：注塑件", "供给：", "✓", "?固定", "?去掉", "?看需求"),
        (twice("固定"), "已固定", "?不固定"),
        ("[回列表]", "固定"),
        ("[看第2对]", "?固定"),
        ("[去掉]", "重新算", "一分钟内"),
    )
    kept = (await world.run(lambda session: session.get_one(Plan, 1))).pinned
    await world.pass_time(minutes=1)
    assert "配上 2 对" in office.seen()
    second = await world.run(pairs_of)
    assert {str(need_id): second[need_id] for need_id in map(int, kept)} == kept
    gone = next(need_id for need_id in first if str(need_id) not in kept)
    assert second.get(gone) != first[gone]
    await office.talk(
        ("[没配上的]", "共 1 条", "给了绍兴第", "?看第1条"),
        ("[回方案]", "配上 2 对", "?发布"),
        ("[发布]", "向 2 家企业各推荐一家", "?先不发"),
        ("[先不发]", "配上 2 对"),
        ("[发布]", "发出去收不回来"),
        ("[确认发布]", "正逐条推荐"),
    )
    assert await world.run(recommendations) == []
    await world.pass_time(minutes=1)
    assert "方案 P1 发布完了：新推荐 2 家。" in office.seen() and "跳过" not in office.seen()
    assert await world.run(recommendations) == [f"recommended:{key}:{value}" for key, value in sorted(second.items())]
    for number, firm in firms.items():
        assert ("周市办为您的需求" in firm.seen()) is (number in second)
    chosen = await world.run(lambda session: [session.get_one(Need, key).pinned_offer_id for key in sorted(second)])
    assert chosen == [second[key] for key in sorted(second)]
    assert await world.run(duties_of) == [("choose_incubator", f"need:{key}") for key in sorted(second)]
    requests = await world.run(lambda session: session.scalars(select(Request)).all())
    assert requests == [], "the unit chooses for itself"


def recommendations(session: Session) -> list[str]:
    """Every recommendation that was told."""
    rows = session.scalars(select(Letter).where(Letter.template == "offer_recommended").order_by(Letter.once))
    return [str(letter.once) for letter in rows]


def duties_of(session: Session) -> list[tuple[str, str]]:
    """The open duties about needs."""
    rows = session.scalars(select(Duty).where(Duty.subject.startswith("need:"), Duty.done_at.is_(None)))
    return sorted((duty.kind, duty.subject) for duty in rows)


def moved_on(session: Session) -> None:
    """After the draft: one need is matched, one asks another unit, one is recommended another, one offer is full."""
    for number, change in zip(sorted(pairs_of(session)), range(5), strict=False):
        row = session.get_one(Need, number)
        if change == 0:
            row.status = PostStatus.MATCHED
        elif change == 1:
            session.add(Request(need=row, offer=session.get_one(Offer, 2), status=RequestStatus.PENDING))
        elif change == 2:
            row.pinned_offer_id = 2
        elif change == 3:
            row.pinned_offer_id = 1
        elif change == 4:
            row.status = PostStatus.WITHDRAWN


async def test_what_moved_on_since_the_draft_is_left_alone_and_named(world: World) -> None:
    office = world.human(CITY)

    def lay(session: Session) -> None:
        large_pool(session)
        offer(session, mentor(session, 2002, "台州精塑", city="3310", contact="师傅"), "陶瓷烧成", methods=[])

    await world.run(lay)
    await drafted(world)
    await office.talk(("[发布]", "向 7 家"))
    await world.run(moved_on)
    await office.talk(("[确认发布]", "正逐条推荐"))
    await world.pass_time(minutes=1)
    seen = office.seen()
    assert "新推荐 2 家，1 家以前推荐过" in seen
    for why in ("已在请求别家 1 条", "已配对 1 条", "已推荐了另一家 1 条", "已撤回或在改 1 条"):
        assert why in seen
    await office.talk(("[跳过的]", "共 4 条", "：已配对", "：已在请求别家"), ("[回方案]", "已发布"))
    assert await world.run(recommendations) == ["recommended:6:1", "recommended:7:1"]


async def test_a_published_plan_is_published_once(world: World) -> None:
    office = world.human(CITY)
    await world.run(pool)
    await drafted(world)
    await office.talk(("[发布]", "?确认发布"))
    first = await press(world, office, "plan.publish_sure", 1)
    again = await press(world, office, "plan.publish_sure", 1)
    assert "正逐条推荐" in first and "已经是“已发布”" in again
    await world.pass_time(minutes=1)
    told = await world.run(recommendations)

    def once_more(session: Session) -> list[int]:
        for line in session.scalars(select(PlanLine)):
            plan_publishing.publish_line(session, line.id, clock.now())
        return plan_publishing.unpublished(session, clock.now())

    assert await world.run(once_more) == []
    await world.pass_time(minutes=2)
    assert await world.run(recommendations) == told and len(told) == 2
    for action in ("plan.pin", "plan.exclude"):
        assert "已经是“已发布”" in await press(world, office, action, 1, 1)
    for action in ("plan.again", "plan.drop", "plan.publish"):
        assert "已经是“已发布”" in await press(world, office, action, 1)


async def test_a_city_sees_its_own_plan_only(world: World) -> None:
    await world.run(pool)
    await drafted(world)
    stranger, association = world.human(ELSEWHERE), world.human(ASSOCIATION)
    await stranger.talk(("/plan", "给宁波市", "1 条"))
    doors: dict[str, list[int]] = {name: [] for name in ("open", "again", "publish", "publish_sure", "drop")}
    doors |= {name: [0] for name in ("rows", "alone", "skipped")} | {name: [1] for name in ("row", "pin", "exclude")}
    for name, rest in doors.items():
        forged = await press(world, stranger, f"plan.{name}", 1, *rest)
        nothing = await press(world, stranger, f"plan.{name}", 4711, *rest)
        assert forged == nothing and "没有找到" in forged, name
    assert "没有找到" in await press(world, stranger, "plan.ask", "fastest")
    await world.human(FACTORY).talk(("/plan", "不在您目前的身份范围内"))
    assert "不在您目前的身份范围内" in await press(world, world.human(FACTORY), "plan.publish_sure", 1)
    plan = await world.run(lambda session: session.get_one(Plan, 1))
    assert (plan.status, plan.excluded, plan.pinned) == (PlanStatus.DRAFTED, [], {})
    await association.talk(("/plan", "给全省", "4 条"))
    assert "绍兴" in await press(world, association, "plan.open", 1)


async def test_the_whole_province_and_pages_of_rows(world: World) -> None:
    association = world.human(ASSOCIATION)
    await world.run(large_pool)
    seen = await drafted(world, officer_id=ASSOCIATION, goal="最多惠及")
    assert "方案 P1（全省，最多惠及）：配上 7 对" in seen and "没配上：都不到 45 分 2 条" in seen
    assert "还有 2 对" in seen
    await association.talk(
        ("[逐对看]", "共 7 对", "?看第5对", "还有 2 对"),
        ("[更多]", "6. ", "7. ", "!还有"),
        ("[回方案]", "配上 7 对"),
        ("[没配上的]", "共 2 条", "最近的宁波启明"),
        ("[看第1条]", "护理院"),
    )
    await association.talk(("/plan", "方案 P1"), ("[重新算]", "重新算"), ("[作废]", "没有发给任何人"))
    await world.pass_time(minutes=1)
    assert "配上" not in association.seen(), "a plan that was dropped is not drafted"
    await association.talk(("/plan", "通盘配一遍"))


async def test_what_an_office_has_recommended_stays_and_takes_its_place(world: World) -> None:
    def lay(session: Session) -> None:
        pool(session)
        session.get_one(Need, 2).pinned_offer_id = 1
        session.get_one(Need, 3).barred_offers = [2]
        session.get_one(Need, 4).pinned_offer_id = 2

    await world.run(lay)
    seen = await drafted(world)
    assert await world.run(pairs_of) == {2: 1}, "the place recommended in another city counts as taken"
    assert "配上 1 对" in seen
    await world.human(CITY).talk(("[逐对看]", "固定"), ("[看第1对]", "已推荐过", "!去掉"))


async def test_a_draft_for_an_earlier_round_is_thrown_away(world: World) -> None:
    await world.run(pool)

    def overtaken(session: Session) -> tuple[str, int, int]:
        person = session.scalars(select(Person).where(Person.name == "周市办")).one()
        plan = plans.ask_plan(session, person, goal="score")
        key, now = (plan.id, plan.round), clock.now()
        read = plan_drafts.read_pool(session, key, now)
        assert read is not None
        plan.round += 1
        plan_drafts.keep_draft(session, key, now, plan_pool(read))
        early = len(pairs_of(session))
        plan_drafts.keep_draft(session, (plan.id, 2), now, plan_pool(read))
        session.info.pop("told")
        return plan.status.value, early, len(pairs_of(session))

    assert await world.run(overtaken) == ("drafted", 0, 2)


async def test_nothing_to_plan(world: World) -> None:
    await world.run(small_world)
    office = world.human(CITY)
    await office.talk(("/plan", "没有要配的需求"))
    assert "没有要配的需求" in await press(world, office, "plan.ask", "score")


async def test_an_officer_who_lost_the_seat_recommends_nothing_more(world: World) -> None:
    await world.run(pool)
    office = world.human(CITY)
    await drafted(world)
    await office.talk(("[发布]", "?确认发布"), ("[确认发布]", "正逐条推荐"))

    def unseat(session: Session) -> None:
        from models.registration.people import Officer

        for seat in session.scalars(select(Officer).where(Officer.city == "3306")):
            seat.left_at = clock.now()

    await world.run(unseat)
    await world.pass_time(minutes=1)
    assert await world.run(recommendations) == [] and "不归您管了 2 条" in office.seen()


async def test_the_same_in_english(world: World) -> None:
    def lay(session: Session) -> None:
        pool(session)
        session.scalars(select(Person).where(Person.name == "周市办")).one().language = "en"
        session.get_one(Unit, 2).name = "Shaoxing Precision Moulding Company Limited"

    await world.run(lay)
    office = world.human(CITY, language="en")
    await office.talk(("/plan", "3 needs of Shaoxing", "?Best fit"), ("[Best fit]", "within a minute"))
    await world.pass_time(minutes=1)
    assert "2 pairs, mean" in office.seen() and "1 with the good ones full" in office.seen()
    await office.talk(
        ("[Row by row]", "2 in all"),
        ("[Pair 1]", "Need:", "?Keep", "?Remove"),
        ("[Keep]", "kept", "?Let go"),
        ("[List]", "kept"),
        ("[Plan]", "Your turn"),
        ("[Left alone]", "1 in all"),
        ("[Plan]", "?Publish"),
        ("[Publish]", "cannot be taken back"),
        ("[Publish now]", "one by one"),
    )
    await world.pass_time(minutes=1)
    assert "2 firms have a new recommendation" in office.seen()


def test_a_plan_published_by_a_colleague_at_the_same_moment_does_not_give_way(two: tuple[Database, Database]) -> None:
    def asked(session: Session) -> None:
        pool(session)
        officer(session, 4003, "陈市办", Role.CITY, "3306")
        plans.ask_plan(session, named(session, "周市办"), goal="score").status = PlanStatus.DRAFTED

    def named(session: Session, name: str) -> Person:
        return session.scalars(select(Person).where(Person.name == name)).one()

    two[0].submit(asked).result(30)
    crossed(
        two,
        lambda session: plan_publishing.publish(session, named(session, "陈市办"), plan_id=1).id,
        lambda session: plans.ask_plan(session, named(session, "周市办"), goal="served").id,
    )
    found = two[0].submit(lambda session: list(session.scalars(select(Plan.status).order_by(Plan.id)))).result(30)
    assert found[0] is PlanStatus.PUBLISHED
