"""The clock: forward only, waited for, and reached when the bot says so."""

import asyncio
from datetime import datetime

import httpx
import pytest

from bot.sandbox import Phone, Sandbox
from bot.sandbox.clock import SHANGHAI, Clock, next_weekday_morning
from tests.sandbox.conftest import Caller

MORNINGS = [
    ("2026-11-25T08:44", "2026-11-25T08:45"),
    ("2026-11-25T08:45", "2026-11-26T08:45"),
    ("2026-11-27T12:00", "2026-11-30T08:45"),
    ("2026-11-28T03:00", "2026-11-30T08:45"),
]


@pytest.mark.parametrize(("now", "morning"), MORNINGS)
def test_the_next_weekday_morning(now: str, morning: str) -> None:
    begin, end = (datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).timestamp() for text in (now, morning))
    assert next_weekday_morning(begin) == end


@pytest.mark.parametrize("seconds", [0, -60, 10**12])
def test_it_never_goes_back(seconds: int) -> None:
    clock = Clock()
    with pytest.raises(ValueError, match="only moves forward"):
        clock.advance(seconds)
    assert clock.offset_seconds == 0


async def test_the_bot_waits_for_the_offset_to_change(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    waiting = asyncio.create_task(http.get("/sandbox/clock", params={"known": 0}))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await http.post("/sandbox/clock", json={"advance": 86400})
    assert (await asyncio.wait_for(waiting, 2)).json() == {"offset": 86400, "reached": 0, "resets": 0}


async def test_the_bot_reports_how_far_it_has_come(sandbox: Sandbox, http: httpx.AsyncClient, phone: Phone) -> None:
    await http.post("/sandbox/clock", json={"advance": 86400})
    before = phone.say("还没有到").at
    stations = [(3600, 3600), (60, 3600), (86400, 86400), (999999, 86400)]
    for said, reached in stations:
        answer = await http.post("/sandbox/clock/reached", json={"offset": said})
        assert answer.json()["reached"] == reached
    assert 86400 <= phone.say("到了").at - before <= 86405


async def test_to_the_next_working_morning(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    await http.post("/sandbox/clock", json={"to": "next-working-morning"})
    clock = sandbox.world.clock
    clock.arrive(clock.offset_seconds)
    local = datetime.fromtimestamp(clock.now(), SHANGHAI)
    assert (local.hour, local.minute, local.weekday() < 5) == (8, 45, True)


async def test_a_wrong_wish_is_refused(http: httpx.AsyncClient) -> None:
    wishes: list[object] = [{"advance": -5}, {"advance": "soon"}, {}, []]
    for wish in wishes:
        assert (await http.post("/sandbox/clock", json=wish)).status_code == 400


async def test_a_reset_empties_the_chats_and_wakes_the_bot(
    sandbox: Sandbox, http: httpx.AsyncClient, call: Caller, phone: Phone
) -> None:
    phone.say("旧")
    (old,) = await call.result("getUpdates")
    await http.post("/sandbox/clock", json={"advance": 60})
    waiting = asyncio.create_task(http.get("/sandbox/clock", params={"known": 60, "resets": 0}))
    await asyncio.sleep(0.05)
    await http.post("/sandbox/reset")
    assert (await asyncio.wait_for(waiting, 2)).json() == {"offset": 0, "reached": 0, "resets": 1}
    assert sandbox.world.people == {}
    assert await call.result("getUpdates") == []
    sandbox.world.person(7).say("新")
    assert (await call.result("getUpdates"))[0]["update_id"] > old["update_id"]
