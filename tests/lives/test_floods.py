"""A flood from one chat: nobody else waits behind it, a stranger leaves little behind, and guessing leads nowhere."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import floods
from bot.floods import Flood
from bot.sandbox.records import Message
from models.base import Base
from models.registration.invitations import Invitation
from models.system.letters import Letter
from models.system.marks import Audit
from tests.exchange.people import small_world
from tests.talk import Human, World

FLOOD = 200
SOON = 10  # answers to the flood at most that come before one to somebody else
LARGEST = 40_000  # bytes of letters that a flood of the longest messages may leave
LONGEST = 4096


@pytest.fixture
def bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot holds floods back as in life; the burst is all there is, however slowly this machine works."""
    monkeypatch.setattr(floods, "A_SECOND", 0.0)
    world.app.flood = Flood()


def rows(session: Session) -> dict[str, int]:
    return {name: session.scalar(select(func.count()).select_from(t)) or 0 for name, t in Base.metadata.tables.items()}


async def test_others_are_answered_before_a_flood_is_worked_off(world: World, bounded: None) -> None:
    """By order, not by time: chats are served side by side, so that nobody stands behind two hundred messages."""
    loud, early, late = world.human(9001, "过客"), world.human(1), world.human(2)
    await loud.talk(("/start",), ("[同意并开始]",))
    told: list[int] = []
    touch = world.sandbox.world.touch

    def listen(message: Message) -> None:
        touch(message)
        told.extend([message.chat] if message.from_bot else [])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.sandbox.world, "touch", listen)
        for n in range(FLOOD):
            loud.phone.say(f"/nonsense{n}")
            if n == FLOOD // 4:
                early.phone.say("/start")
        late.phone.say("/start")
        await world.work()
    assert told.count(9001) <= floods.BURST + 1
    assert told.index(1) <= SOON, "somebody waited behind what was said before"
    assert told.index(2) <= floods.BURST + 2, "somebody waited behind what is held back"


async def test_a_strangers_flood_leaves_little_behind(world: World, bounded: None) -> None:
    stranger = world.human(9001, "过客")
    await stranger.do("/start")
    before = await world.run(rows)
    for n in range(FLOOD):
        stranger.phone.say(f"{n} " + "水" * (LONGEST - 10))
        if n % 10 == 0:
            stranger.phone.send_document(f"{n}.pdf", b"%PDF-1.4")
    await world.work()
    after = await world.run(rows)
    grown = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    assert sum(grown.values()) <= 2 * floods.BURST + 2, grown
    assert set(grown) <= {"seen", "letters", "audit"}
    kept = await world.run(lambda session: session.scalars(select(Letter)).all())
    assert sum(len(letter.body) + len(repr(letter.buttons)) for letter in kept) < LARGEST * floods.BURST


async def test_invitations_cannot_be_guessed_or_probed(world: World) -> None:
    """Right or wrong, used, expired or far too long: who guesses gets one answer, and soon none is looked up."""
    await world.run(small_world)
    guesser = world.human(9001, "过客")
    await guesser.talk(("/start",), ("[同意并开始]",))
    answers = {await _answer(guesser, secret) for secret in ("a", "x" * 64, "' OR 1=1", "x" * 3000, "猜", "%00")}
    answers |= {await _answer(guesser, f"guess{n}") for n in range(30)}
    assert len(answers) == 1
    tried = await world.run(
        lambda session: session.scalar(select(func.count()).where(Audit.action == "invitation_wrong"))
    )
    assert tried == 5
    assert await world.run(lambda session: session.scalar(select(func.count(Invitation.id)))) == 0


async def _answer(guesser: Human, secret: str) -> str:
    await guesser.do(f"/start {secret}")
    return str(guesser.phone.messages[-1].text)
