"""Delivery to the bot's own address: with the secret, in order per chat, repeated until it is answered well."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox import Phone, Sandbox
from bot.sandbox.server import _GuestServer, _listen
from tests.sandbox.conftest import Caller


class Receiver:
    """A bot's webhook that notes what it gets; `answer` decides the status."""

    def __init__(self) -> None:
        self.got: list[tuple[str | None, dict[str, Any]]] = []
        self.answer: Callable[[dict[str, Any]], int] = lambda update: 200

    async def __call__(self, request: Request) -> Response:
        update = await request.json()
        self.got.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), update))
        return Response(status_code=self.answer(update))

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for _, update in self.got]

    async def has(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.got) < count:
                await asyncio.sleep(0.01)


@asynccontextmanager
async def listening(receiver: Receiver, world: Any) -> AsyncIterator[str]:
    app = Starlette(routes=[Route("/hook", receiver.__call__, methods=["POST"])])
    listener = _listen(0)
    server = _GuestServer(uvicorn.Config(app, log_level="error"), world)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
    server.should_exit = True
    await task


@pytest.fixture
async def receiver(sandbox: Sandbox, call: Caller) -> AsyncIterator[Receiver]:
    receiver = Receiver()
    async with listening(receiver, sandbox.world) as address:
        await call.result("setWebhook", url=address, secret_token="s3cret")
        yield receiver


async def test_updates_are_pushed_with_the_secret(call: Caller, receiver: Receiver, phone: Phone) -> None:
    phone.say("一")
    await receiver.has(1)
    assert receiver.got[0][0] == "s3cret" and receiver.texts == ["一"]
    info = await call.result("getWebhookInfo")
    assert (info["url"].endswith("/hook"), info["pending_update_count"]) == (True, 0)
    refused = await call("getUpdates")
    assert refused["description"].startswith("Conflict: can't use getUpdates method while webhook is active")


async def test_a_bad_answer_is_repeated_in_order(
    sandbox: Sandbox, call: Caller, receiver: Receiver, phone: Phone
) -> None:
    sandbox.world.webhooks.first_retry = 0.01
    receiver.answer = lambda update: 503 if len(receiver.got) < 3 else 200
    phone.say("一")
    phone.say("二")
    await receiver.has(4)
    assert receiver.texts == ["一", "一", "一", "二"]
    assert "503" in (await call.result("getWebhookInfo"))["last_error_message"]


async def test_one_stubborn_chat_does_not_hold_up_the_others(
    sandbox: Sandbox, receiver: Receiver, phone: Phone
) -> None:
    receiver.answer = lambda update: 503 if update["message"]["chat"]["id"] == 7 else 200
    phone.say("不通")
    await receiver.has(1)
    sandbox.world.person(8).say("通")
    async with asyncio.timeout(2):
        while "通" not in receiver.texts:
            await asyncio.sleep(0.01)


async def test_redelivery_reaches_the_webhook(sandbox: Sandbox, receiver: Receiver, phone: Phone) -> None:
    phone.say("一")
    await receiver.has(1)
    await sandbox.world.settled()
    sandbox.world.updates.redeliver(1)
    await receiver.has(2)
    assert receiver.texts == ["一", "一"]


async def test_without_a_webhook_polling_is_back(call: Caller, receiver: Receiver, phone: Phone) -> None:
    await call.result("deleteWebhook")
    phone.say("一")
    assert len(await call.result("getUpdates")) == 1
    assert receiver.got == []
