"""Trouble on demand: each fault happens as asked, as often as asked, and where asked."""

from typing import Any

import httpx
import pytest
import telegram
from telegram.error import ChatMigrated, Forbidden, NetworkError, RetryAfter, TimedOut

from bot.sandbox import Phone, Sandbox
from bot.sandbox.errors import ApiError
from bot.sandbox.faults import Pace
from tests.sandbox.conftest import Caller

REFUSALS = [
    ("too_many_requests", {"seconds": 3}, RetryAfter, "Retry in 3"),
    ("blocked", {}, Forbidden, "Forbidden: bot was blocked by the user"),
    ("server_error", {"code": 500}, NetworkError, "Internal Server Error"),
    ("server_error", {"code": 502}, NetworkError, "Bad Gateway"),
    ("unknown_method", {}, telegram.error.InvalidToken, "Not Found"),
    ("bad_request", {"description": "Bad Request: PEER_ID_INVALID"}, NetworkError, "Peer_id_invalid"),
    ("migrated", {"new_chat": -1007}, ChatMigrated, "-1007"),
]


@pytest.mark.parametrize(("kind", "details", "error", "words"), REFUSALS)
async def test_a_refusal_meets_one_call(
    sandbox: Sandbox, bot: telegram.Bot, phone: Phone, kind: str, details: dict[str, Any], error: type, words: str
) -> None:
    sandbox.world.faults.add(kind, method="sendMessage", **details)
    with pytest.raises(error, match=words):
        await bot.send_message(7, "一")
    assert phone.messages == []
    await bot.send_message(7, "二")
    assert [message.text for message in phone.messages] == ["二"]


async def test_a_fault_keeps_to_its_chat_and_its_count(sandbox: Sandbox, call: Caller, phone: Phone) -> None:
    sandbox.world.person(8)
    sandbox.world.faults.add("too_many_requests", chat=7, times=2, seconds=5)
    assert (await call("sendMessage", chat_id=8, text="x"))["ok"]
    for _ in range(2):
        answer = await call("sendMessage", chat_id=7, text="x")
        assert answer["parameters"] == {"retry_after": 5}
        assert answer["description"] == "Too Many Requests: retry after 5"
    assert (await call("sendMessage", chat_id=7, text="x"))["ok"]


async def test_a_fault_for_any_method_leaves_polling_alone(sandbox: Sandbox, call: Caller) -> None:
    sandbox.world.faults.add("server_error", code=500)
    assert (await call("getUpdates"))["ok"]
    assert (await call("getMe"))["error_code"] == 500
    sandbox.world.faults.add("server_error", method="getUpdates", code=500)
    assert (await call("getUpdates"))["error_code"] == 500


@pytest.mark.parametrize(("kind", "arrived"), [("timeout_before", 0), ("timeout_after", 1)])
async def test_a_silence_before_or_after_acceptance(
    sandbox: Sandbox, bot: telegram.Bot, phone: Phone, kind: str, arrived: int
) -> None:
    sandbox.world.faults.add(kind, method="sendMessage", seconds=20)
    with pytest.raises(TimedOut):
        await bot.send_message(7, "一", read_timeout=0.2)
    assert len(phone.messages) == arrived


@pytest.mark.parametrize(("kind", "arrived"), [("reset_before", 0), ("reset_after", 1)])
async def test_a_connection_breaks_before_or_after_acceptance(
    sandbox: Sandbox, call: Caller, phone: Phone, kind: str, arrived: int
) -> None:
    sandbox.world.faults.add(kind, method="sendMessage")
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        await call("sendMessage", chat_id=7, text="一")
    assert len(phone.messages) == arrived
    assert (await call("sendMessage", chat_id=7, text="二"))["ok"]


async def test_strict_rate_allows_one_a_second_to_a_chat(sandbox: Sandbox, call: Caller, phone: Phone) -> None:
    pace = sandbox.world.pace
    pace.strict, pace.clock = True, lambda: 10.0
    assert (await call("sendMessage", chat_id=7, text="一"))["ok"]
    refused = await call("sendMessage", chat_id=7, text="二")
    assert (refused["error_code"], refused["parameters"]) == (429, {"retry_after": 1})
    assert (await call("sendChatAction", chat_id=7, action="typing"))["ok"]
    pace.clock = lambda: 11.0
    assert (await call("sendMessage", chat_id=7, text="三"))["ok"]
    assert [message.text for message in phone.messages] == ["一", "三"]


def test_strict_rate_allows_thirty_a_second_in_all() -> None:
    pace = Pace()
    pace.strict, pace.clock = True, lambda: 10.0
    for chat in range(30):
        pace.check("sendMessage", chat)
    with pytest.raises(ApiError, match="retry after 1"):
        pace.check("sendMessage", 30)
    pace.clock = lambda: 11.0
    pace.check("sendMessage", 30)


async def test_faults_over_http(sandbox: Sandbox, http: httpx.AsyncClient, call: Caller, phone: Phone) -> None:
    queued = await http.post("/sandbox/faults", json={"kind": "too_many_requests", "method": "getMe", "seconds": 9})
    assert queued.json()["queued"][0]["method"] == "getMe"
    assert (await call("getMe"))["parameters"] == {"retry_after": 9}
    await http.post("/sandbox/faults", json={"kind": "hold"})
    phone.say("一")
    phone.say("二")
    await http.post("/sandbox/faults", json={"kind": "release", "order": [1, 0]})
    assert [update["message"]["text"] for update in await call.result("getUpdates")] == ["二", "一"]
    again = await http.post("/sandbox/faults", json={"kind": "redeliver", "last": 1})
    assert len(again.json()["redelivered"]) == 1
    assert (await http.post("/sandbox/faults", json={"kind": "earthquake"})).status_code == 400
    assert (await http.request("DELETE", "/sandbox/faults")).json() == {"queued": []}
