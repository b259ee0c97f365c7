"""The controls the page uses: people, what they do, and the stream of what happens."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson

from bot.sandbox import Phone, Sandbox
from tests.sandbox.conftest import Caller


async def test_people_are_added_and_changed(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    facts = {"id": 11, "name": "李雯", "role_note": "杭州市局", "pinned": True, "language_code": "en"}
    assert (await http.post("/sandbox/people", json=facts)).json()["role"] == "杭州市局"
    await http.post("/sandbox/people", json={"id": 11, "name": "李雯雯"})
    newcomer = (await http.post("/sandbox/people", json={})).json()
    people = {person["id"]: person["name"] for person in (await http.get("/sandbox/people")).json()}
    assert people == {11: "李雯雯", newcomer["id"]: "陈晓光"}
    assert sandbox.world.people[newcomer["id"]].started is False


async def test_everything_a_phone_does_over_http(call: Caller, http: httpx.AsyncClient, phone: Phone) -> None:
    keys = {"inline_keyboard": [[{"text": "甲", "callback_data": "a"}, {"text": "乙", "callback_data": "b"}]]}
    await call.result("sendMessage", chat_id=7, text="选", reply_markup=keys)
    deeds: list[tuple[str, dict[str, Any]]] = [
        ("start", {"payload": "inv"}),
        ("say", {"text": "你好"}),
        ("edit", {"message": 3, "text": "您好"}),
        ("tap", {"message": 1, "row": 0, "column": 1}),
        ("contact", {"own": True}),
        ("sticker", {}),
        ("voice", {}),
        ("location", {}),
    ]
    for action, values in deeds:
        answer = await http.post(f"/sandbox/people/7/{action}", json=values)
        assert answer.status_code == 200, answer.text
    await http.post("/sandbox/people/7/document?name=%E8%A1%A8.txt", content=b"x")
    kinds = [next(iter(update.keys() - {"update_id"})) for update in await call.result("getUpdates")]
    assert kinds == ["message", "message", "edited_message", "callback_query"] + ["message"] * 5
    assert phone.messages[-1].content["document"]["file_name"] == "表.txt"


async def test_what_cannot_be_done_is_explained(http: httpx.AsyncClient, phone: Phone) -> None:
    wrong = [
        ("8/say", {"text": "x"}),
        ("7/fly", {}),
        ("7/say", {"text": " "}),
        ("7/tap", {"message": 9, "row": 0, "column": 0}),
    ]
    for path, values in wrong:
        answer = await http.post(f"/sandbox/people/{path}", json=values)
        assert answer.status_code == 400 and answer.json()["error"]
    assert (await http.post("/sandbox/people/7/photo", content=b"no picture")).status_code == 400


async def events(lines: AsyncIterator[str]) -> AsyncIterator[tuple[str, Any]]:
    name = ""
    async for line in lines:
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            yield name, orjson.loads(line[6:])


async def test_the_stream_tells_the_state_and_then_what_happens(
    call: Caller, http: httpx.AsyncClient, phone: Phone
) -> None:
    phone.say("早先")
    async with asyncio.timeout(5), http.stream("GET", "/sandbox/events") as answer:
        told = events(answer.aiter_lines())
        name, state = await anext(told)
        assert (name, state["people"][0]["messages"][0]["text"]) == ("state", "早先")
        await call.result("sendMessage", chat_id=7, text="<b>新</b>", parse_mode="HTML", protect_content=True)
        name, change = await anext(told)
        assert (name, change["message"]["text"], change["message"]["protected"]) == ("message", "新", True)
        name, line = await anext(told)
        assert (name, line["method"], line["error"]) == ("call", "sendMessage", None)
        await http.post("/sandbox/clock", json={"advance": 60})
        assert (await anext(told))[1]["offset"] == 60


async def test_an_open_page_does_not_hold_up_the_end() -> None:
    async with Sandbox() as sandbox, httpx.AsyncClient(base_url=sandbox.url) as http:
        waiting = [
            asyncio.create_task(http.get("/sandbox/events", timeout=20)),
            asyncio.create_task(http.get("/sandbox/clock?known=0", timeout=20)),
            asyncio.create_task(http.post(f"/bot{sandbox.token}/getUpdates", json={"timeout": 20}, timeout=20)),
        ]
        await asyncio.sleep(0.1)
        async with asyncio.timeout(2):
            await sandbox.__aexit__()
        await asyncio.gather(*waiting, return_exceptions=True)
