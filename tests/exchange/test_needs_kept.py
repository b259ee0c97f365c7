"""What becomes of a need later: seen, changed, withdrawn, ended and renewed, and only by those it belongs to."""

from datetime import timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.engine.dialogs import FORMS
from models.exchange import asking
from models.exchange.needs import Need
from models.exchange.posts import PostStatus, PostVersion
from models.exchange.requests import Request, RequestStatus
from models.exchange.troubles import Trouble
from models.oversight.duties import Duty
from models.registration.units import Unit
from models.system import clock
from models.system.accounts import Person
from tests.exchange.people import ASSOCIATION, FACTORY, MENTOR, factory, mentor, need, offer, press, small_world
from tests.talk import World


def one_more(session: Session, text: str) -> Need:
    """Another published need of the factory."""
    return need(session, session.get_one(Unit, 1), text)


TEXTS = ("用六西格玛降注塑不良率", "注塑SPC控制尺寸，降不良", "注塑返工多的攻关，降不良率")


async def with_need(world: World) -> None:
    """The small world with one published need."""
    await world.run(small_world)
    await world.run(lambda session: need(session, session.get_one(Unit, 1)))


def three_considering(session: Session) -> None:
    """A published need put before three incubators, the first of them considering it."""
    row = need(session, session.get_one(Unit, 1))
    for place, text in enumerate(TEXTS[1:], 2):
        offer(session, mentor(session, MENTOR + place, f"宁波第{place}塑业", contact=f"师傅{place}"), text)
    asker = session.get_one(Person, 1)
    asking.ask(session, asker, need_id=row.id, offer_ids=[1, 2, 3], consent=True)
    session.info.pop("told")


async def test_the_list_shows_whose_turn_it_is(world: World) -> None:
    await world.run(small_world)
    contact = world.human(FACTORY)
    await contact.talk(("/needs", "您还没有需求", "?发布需求"))
    for n in range(7):
        await world.run(partial(one_more, text=f"第{n}道工序不良率高，返工多"))
    await contact.talk(
        ("/needs", "共 7 条", "已发布：第6道", "还有 2 条", "?看第5条", "!第1道"),
        ("[更多]", "7. 已发布：第0道", "?看第7条"),
        ("[看第7条]", "需求 N1 · 已发布", "?看候选", "?修改", "?撤回"),
    )


async def test_a_change_is_reviewed_anew_and_every_version_is_kept(world: World) -> None:
    await world.run(small_world)
    contact, officer = world.human(FACTORY), world.human(ASSOCIATION)
    await contact.talk(
        ("/need", "哪里不顺"), ("注塑件不良率8%，返工多", "我理解为"), ("[对，继续]", "请过目"), ("[提交]", "已提交")
    )
    await officer.talk(("/queue", "待审 1 条"), ("[看第1条]", "!第 1 版"), ("[批准]", "已发布"))
    await contact.talk(
        ("/needs", "已发布"),
        ("[看第1条]", "?修改"),
        ("[修改]", "请过目", "1. 哪里不顺：注塑件不良率8%"),
        ("[修改]", "改哪一项"),
        ("[哪里不顺]", "上次的回答"),
        ("注塑件不良率8%，想到1%，返工多", "请过目"),
        ("[提交]", "N1 已提交"),
    )
    await officer.talk(("/queue", "待审 1 条"), ("[看第1条]", "第 2 版"), ("[批准]", "已发布"))
    kept = await world.run(lambda session: session.scalars(select(PostVersion).order_by(PostVersion.id)).all())
    assert [(one.subject, one.version) for one in kept] == [("need:1", 1), ("need:1", 2)]
    assert kept[0].content["trouble"] == "注塑件不良率8%，返工多"
    assert kept[1].content["trouble"] == "注塑件不良率8%，想到1%，返工多"


async def test_whoever_considers_a_need_hears_of_its_change_and_gets_new_time(world: World) -> None:
    await world.run(small_world)
    contact, first, officer = world.human(FACTORY), world.human(MENTOR), world.human(ASSOCIATION)
    await world.run(three_considering)
    await world.pass_time(days=1)
    await contact.talk(
        ("/needs", "已发布"),
        ("[看第1条]", "待答复"),
        ("[修改]", "请过目"),
        ("[修改]", "改哪一项"),
        ("[哪里不顺]", "上次"),
        ("注塑件不良率高，返工多，还有缩水", "请过目"),
        ("[提交]", "已提交"),
    )
    await first.talk(("/inbox", "1 件"), ("[看第1条]", "正在修改需求"), ("[接受]", "正在审核，暂时不能接受"))
    open_kinds = select(Duty.kind).where(Duty.done_at.is_(None))
    assert await world.run(lambda session: list(session.scalars(open_kinds))) == ["review_post"]
    await world.pass_time(days=7)
    assert (await world.run(lambda session: session.get_one(Request, 1))).status is RequestStatus.PENDING
    first.phone.read()
    await officer.talk(("/queue", "待审 1 条"), ("[看第1条]", "第 2 版"), ("[批准]", "已发布"))
    assert "改后的内容已发布" in contact.seen()
    await world.pass_time(days=1)
    assert "改了需求" in first.seen() and "缩水" in first.seen()
    due_at = (await world.run(lambda session: session.get_one(Request, 1))).due_at
    assert due_at is not None and due_at > clock.now()


async def test_a_need_withdrawn_while_three_consider_it(world: World) -> None:
    await world.run(small_world)
    humans = [world.human(number) for number in (FACTORY, MENTOR, MENTOR + 2, MENTOR + 3)]
    await world.run(three_considering)
    await humans[0].talk(
        ("/needs", "已发布"),
        ("[看第1条]", "待答复", "排队"),
        ("[撤回]", "有 1 家正在考虑", "?先不撤"),
        ("[先不撤]", "已发布"),
        ("[撤回]", "撤回需求"),
        ("[确认撤回]", "N1 已撤回"),
    )
    assert "不用再看了：对方撤回了需求" in humans[1].seen()
    assert humans[2].seen() == humans[3].seen() == ""
    rows = await world.run(lambda session: session.scalars(select(Request)).all())
    assert {row.status for row in rows} == {RequestStatus.RELEASED}
    await humans[1].talk(("/inbox", "没有等您答复"))


async def test_a_list_from_before_the_withdrawal_shows_how_it_stands_now(world: World) -> None:
    await with_need(world)
    contact = world.human(FACTORY)
    await contact.talk(("/needs", "已发布"))
    old = contact.phone.messages[-1].id
    await contact.talk(("/needs", "已发布"), ("[看第1条]", "?撤回"), ("[撤回]", "撤回需求"), ("[确认撤回]", "已撤回"))
    await contact.talk((lambda phone: phone.tap(old, "看第1条"), "需求 N1 · 已撤回", "!修改"))


def nearly_over(session: Session) -> None:
    """The need's ninety days end in two days."""
    session.get_one(Need, 1).expires_at = clock.now() + timedelta(days=2)


async def test_a_need_ends_after_ninety_days_and_is_renewed_in_one_tap(world: World) -> None:
    await with_need(world)
    row = await world.run(lambda session: session.get_one(Need, 1))
    assert row.expires_at is not None and (row.expires_at - clock.now()).days == 90
    await world.run(nearly_over)
    contact = world.human(FACTORY)
    await world.pass_time(days=3)
    assert (await world.run(lambda session: session.get_one(Need, 1))).status is PostStatus.EXPIRED
    assert "满 90 天，已收起" in contact.seen()
    await contact.talk(("/needs", "已过期"), ("[看第1条]", "?续期"), ("[续期]", "已续期", "2月"))
    again = await world.run(lambda session: session.get_one(Need, 1))
    assert again.status is PostStatus.PUBLISHED
    assert again.expires_at is not None and (again.expires_at - clock.now()).days >= 89


async def test_anothers_need_looks_like_none_at_all(world: World) -> None:
    await with_need(world)
    await world.run(lambda session: factory(session, 1002, "温州别家厂", city="3303", contact="陈工"))
    stranger = world.human(1002)
    for action in ("need.open", "need.edit", "need.withdraw", "need.withdraw_sure", "need.candidates"):
        answers = []
        for need_id in (1, 4711):
            await stranger.do("/needs")
            answers.append(await press(world, stranger, action, need_id))
        assert answers[0] == answers[1] and "没有找到" in answers[0], action
    assert (await world.run(lambda session: session.get_one(Need, 1))).status is PostStatus.PUBLISHED


def test_six_questions_at_most_whatever_is_answered() -> None:
    """Every way through the form: clear or not, with secrets or not, with like needs or not, all guesses refused."""
    form = FORMS["post_need"]

    for text in ("注塑件不良率高", "提高质量"):
        for secret in ("", "，电话13857512345"):
            for alike in ((), (1,)):
                trouble = Trouble(text + secret)
                trouble.alike = alike
                values = {"trouble": trouble, "details": None, "forms": None}
                asked = [one.name for one in form.steps if one.when is None or one.when(values)]
                asked.remove("industry")  # known from the unit
                assert len(asked) <= 6, asked
                assert ("secrecy" in asked) == bool(secret)
                assert ("similar" in asked) == bool(alike and not secret)
                early = {name: value for name, value in values.items() if name != "forms"}
                soon = [one.name for one in form.steps if one.when is None or one.when(early)]
                assert len(soon) == len(asked) + 1, "how many questions there are is known before the likes are"
                assert ("details" in asked) == (text == "提高质量")


def test_an_offer_asks_seven_questions_at_most() -> None:
    form = FORMS["post_offer"]
    for text in ("教5S", "用六西格玛降报废，报废率从9%到3%"):
        values = {"text": Trouble(text)}
        asked = [step.name for step in form.steps if step.name != "months" and (not step.when or step.when(values))]
        assert len(asked) <= 7, asked
