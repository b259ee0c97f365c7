"""The stub and the crowd of the benchmarks: what they would pass over in silence would make every figure worthless."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from benchmarks.load import Crowd, Tap, Walker
from benchmarks.stub import Stub, read


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"chat_id": "7", "text": "\xe5\xa5\xbd"}'),
        ("application/x-www-form-urlencoded", b"chat_id=7&text=%E5%A5%BD"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n7\r\n--x\r\nContent-Type: text/plain\r\n'
            b'Content-Disposition: form-data; name="text"\r\n\r\n\xe5\xa5\xbd\r\n--x--\r\n',
        ),
    ],
)
def test_every_library_is_understood(kind: str, body: bytes) -> None:
    assert read(f"content-type: {kind}".encode(), body) == {"chat_id": "7", "text": "好"}


async def bot(stub: Stub, answers: dict[str, dict[str, Any]]) -> None:
    """A bot that answers what it is told to, to whatever is said or tapped."""
    offset = 0
    async with aiohttp.ClientSession() as session:

        async def call(method: str, **given: Any) -> Any:
            async with session.post(f"{stub.url}/bot1/{method}", json=given) as response:
                return (await response.json())["result"]

        while True:
            for update in await call("getUpdates", offset=offset, timeout=5):
                offset = update["update_id"] + 1
                tap = update.get("callback_query")
                said = tap["data"] if tap else update["message"]["text"]
                await call("sendMessage", chat_id=(tap or update)["message"]["chat"]["id"], **answers[said])


async def walked(script: list[tuple[str | Tap, str]], answers: dict[str, dict[str, Any]], *, ahead: int = 1) -> Crowd:
    async with Stub() as stub:
        crowd, task = Crowd(stub), asyncio.create_task(bot(stub, answers))
        try:
            await crowd.at_once([Walker(n, script) for n in range(1, 6)], chats=2, ahead=ahead)
        finally:
            task.cancel()
        return crowd


BUTTONS = {"inline_keyboard": [[{"text": "是", "callback_data": "yes"}]]}


async def test_everybody_walks_the_whole_script() -> None:
    answers: dict[str, dict[str, Any]] = {"a": {"text": "one", "reply_markup": BUTTONS}, "yes": {"text": "two"}}
    crowd = await walked([("a", "one"), (Tap("是"), "two")], answers)
    assert len(crowd.took) == 10 and crowd.wrong == []


async def test_a_wrong_answer_fails_the_benchmark() -> None:
    with pytest.raises(AssertionError, match=r"wrong answers.*expected two, got: one"):
        await walked([("a", "one"), ("b", "two")], {"a": {"text": "one"}, "b": {"text": "one"}})


async def test_answers_out_of_order_fail_the_benchmark() -> None:
    with pytest.raises(AssertionError, match="expected one, got: two"):
        await walked([("a", "one"), ("b", "two")], {"a": {"text": "two"}, "b": {"text": "one"}}, ahead=2)


async def test_updates_stay_until_they_are_acknowledged() -> None:
    async with Stub() as stub:
        stub.put({"message": {}})
        stub.put({"message": {}})
        first, again = [await stub.answer("getUpdates", {"offset": offset}) for offset in (0, 0)]
        rest = await stub.answer("getUpdates", {"offset": 2})
    assert first == again and rest.count(b"update_id") == 1
