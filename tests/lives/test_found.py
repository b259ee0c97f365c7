"""What the random lives found wrong, each told once more as simply as it can be, so that it stays right."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.engine import outbox
from bot.engine.database import Database
from models.system import clock
from models.system.letters import Post
from models.system.marks import Audit, record
from tests.engine.lab import lab as lab
from tests.engine.test_wire import fault, letters, texts
from tests.lives.bots import out_of_reach
from tests.talk import Human, World


@pytest.fixture
async def someone(world: World, lab: None) -> Human:
    someone = world.human(1, "王工")
    await someone.talk(("/start", "?同意并开始"), ("[同意并开始]",))
    return someone


async def test_an_answer_given_while_a_chat_is_out_of_reach_waits_for_the_one_before(
    someone: Human, world: World
) -> None:
    fault(world, "server_error", times=outbox.TRIES)
    for word in ("甲", "乙"):
        someone.phone.say(f"/small {word}")
        await world.app.take(await world.channel.fetch(seconds=0))
        world.channel.handled()
        await world.app.settle()
    assert not [text for text in texts(someone) if text.startswith("收到")]
    clock.hold(max(letter.due_at for letter in await letters(world)))
    await someone.do("/small 丙")
    assert texts(someone)[-3:] == ["收到：甲", "收到：乙", "收到：丙"]


async def test_a_database_out_of_reach_does_not_cost_a_letter_in_hand(
    someone: Human, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault(world, "too_many_requests", chat=1, seconds=1)
    someone.phone.say("/small 要紧")
    await world.app.take(await world.channel.fetch(seconds=0))
    world.channel.handled()
    world.app.outbox.in_hand = dict.fromkeys(world.app.outbox.in_hand, 0.0)  # its claim is to be looked up again
    run, outages = world.app.database.run, [1, 2]

    async def fail(work: Any) -> Any:
        if outages:
            outages.pop()
            raise out_of_reach("begin")
        return await run(work)

    with monkeypatch.context() as cut:
        cut.setattr(world.app.database, "run", fail)
        await world.app.settle()
    await world.work()
    assert texts(someone).count("收到：要紧") == 1
    assert (await letters(world))[-1].status is Post.SENT


async def test_a_commit_that_fails_holds_nobody_up(someone: Human, world: World) -> None:
    """The transaction that could not be committed is let go of at once, whoever asks for the database next."""

    def spoil(session: Session) -> None:
        if world.app.database.embedded:
            session.execute(text("PRAGMA defer_foreign_keys=ON"))
            session.execute(insert(Audit).values(person_id=999, action="spoilt"))
        else:
            session.add(Audit(person_id=999, action="spoilt"))

    with pytest.raises(IntegrityError):
        await world.run(spoil)
    other = Database(world.app.database.engine.url.render_as_string(hide_password=False))
    other.submit(lambda session: record(session, None, "free")).result(timeout=5)
    other.close()
    await someone.talk(("/small 好", "收到：好"))
