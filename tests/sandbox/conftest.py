"""A running sandbox, one person, and a real client library talking to it over a socket."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import telegram

from bot.sandbox import Phone, Sandbox


class Caller:
    """Calls Bot API methods with bare JSON and returns the answer as it stands."""

    def __init__(self, sandbox: Sandbox, client: httpx.AsyncClient) -> None:
        self.address = f"{sandbox.url}/bot{sandbox.token}"
        self.client = client

    async def __call__(self, method: str, **arguments: Any) -> dict[str, Any]:
        answer: dict[str, Any] = (await self.client.post(f"{self.address}/{method}", json=arguments)).json()
        return answer

    async def result(self, method: str, **arguments: Any) -> Any:
        answer = await self(method, **arguments)
        assert answer["ok"], answer
        return answer["result"]


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def phone(sandbox: Sandbox) -> Phone:
    return sandbox.world.person(7, name="陈建国", phone="+8613900000007")


@pytest.fixture
async def http(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=sandbox.url, timeout=10) as client:
        yield client


@pytest.fixture
def call(sandbox: Sandbox, http: httpx.AsyncClient) -> Caller:
    return Caller(sandbox, http)


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[telegram.Bot]:
    address, files = f"{sandbox.url}/bot", f"{sandbox.url}/file/bot"
    async with telegram.Bot(sandbox.token, base_url=address, base_file_url=files) as bot:
        yield bot
