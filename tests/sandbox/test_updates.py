"""Delivery of updates: acknowledged by offset, at least once, in any order on demand, never a number twice."""

import asyncio
from pathlib import Path

import pytest

from bot.sandbox import Phone, Sandbox, World
from tests.sandbox.conftest import Caller


async def numbers(call: Caller, **arguments: object) -> list[int]:
    return [update["update_id"] for update in await call.result("getUpdates", **arguments)]


async def test_an_update_comes_again_until_it_is_acknowledged(call: Caller, phone: Phone) -> None:
    phone.say("一")
    phone.say("二")
    first, second = await numbers(call)
    assert await numbers(call) == [first, second]
    assert await numbers(call, offset=second) == [second]
    assert await numbers(call, offset=second + 1) == []


async def test_limit_and_negative_offset(call: Caller, phone: Phone) -> None:
    for word in "一二三":
        phone.say(word)
    ids = await numbers(call)
    assert await numbers(call, limit=2) == ids[:2]
    assert await numbers(call, offset=-1) == ids[2:]
    assert await numbers(call) == ids[2:]


async def test_a_long_poll_ends_when_something_happens(call: Caller, phone: Phone) -> None:
    polling = asyncio.create_task(numbers(call, timeout=20))
    await asyncio.sleep(0.05)
    assert not polling.done()
    phone.say("来了")
    assert len(await asyncio.wait_for(polling, 2)) == 1


async def test_a_second_poller_ends_the_first_with_a_conflict(call: Caller, phone: Phone) -> None:
    first = asyncio.create_task(call("getUpdates", timeout=20))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(numbers(call, timeout=20))
    refused = await asyncio.wait_for(first, 2)
    assert refused["error_code"] == 409
    assert refused["description"] == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    phone.say("一")
    assert len(await asyncio.wait_for(second, 2)) == 1


async def test_only_wanted_kinds_are_queued(call: Caller, phone: Phone) -> None:
    await numbers(call, allowed_updates=["callback_query"])
    phone.say("不要")
    assert await numbers(call) == []
    await numbers(call, allowed_updates=[])
    phone.say("要")
    assert len(await numbers(call)) == 1


async def test_delivered_updates_can_be_brought_again(sandbox: Sandbox, call: Caller, phone: Phone) -> None:
    for word in "一二三":
        phone.say(word)
    ids = await numbers(call)
    await numbers(call, offset=ids[-1] + 1)
    assert sandbox.world.updates.redeliver(2) == ids[1:]
    assert await numbers(call, offset=ids[-1] + 1) == ids[1:]
    assert await numbers(call, offset=ids[-1] + 1) == []


async def test_held_updates_come_in_the_order_asked_for(sandbox: Sandbox, call: Caller, phone: Phone) -> None:
    sandbox.world.updates.hold()
    for word in "一二三":
        phone.say(word)
    assert await numbers(call) == []
    with pytest.raises(ValueError, match="3 updates are held back"):
        sandbox.world.updates.release((0, 0, 1))
    sandbox.world.updates.hold()
    for word in "四五六":
        phone.say(word)
    sandbox.world.updates.release((2, 0, 1))
    texts = [update["message"]["text"] for update in await call.result("getUpdates")]
    assert texts[-3:] == ["六", "四", "五"]


def test_numbers_grow_over_restarts(tmp_path: Path) -> None:
    def number(world: World) -> int:
        world.person(7).say("一")
        return int(world.updates.pending[-1]["update_id"])

    kept = tmp_path / "state.json"
    first = number(World(state=kept))
    again = World(state=kept)
    assert [update["update_id"] for update in again.updates.pending] == [first]
    assert number(again) > first + 1
