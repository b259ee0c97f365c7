"""The Bot API over HTTP: token, arguments, faults on the wire, Telegram's envelope. Knows no method's rules."""

import asyncio
import contextlib
import time
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.calls import Call, read_call
from bot.sandbox.errors import ApiError, unauthorized
from bot.sandbox.faults import BODY_5XX, WIRE, Fault
from bot.sandbox.methods import perform
from bot.sandbox.world import World

ABORT = "sandbox.abort"  # scope key: a function that breaks the connection, present when a real socket is below
LONGEST_LOGGED = 120


def routes() -> list[Route]:
    """Where Telegram's own server has them."""
    return [
        Route("/bot{token}/{method}", call_method, methods=["GET", "POST"]),
        Route("/file/bot{token}/{path:path}", download, methods=["GET"]),
    ]


def envelope(result: Any) -> Response:
    return Response(orjson.dumps({"ok": True, "result": result}), media_type="application/json")


def refusal(trouble: ApiError) -> Response:
    """An error answer; gateway errors come as a web server's page, not as JSON, as they do in life."""
    if trouble.code in (502, 503, 504):
        title = f"{trouble.code} {BODY_5XX[trouble.code]}"
        page = f"<html><head><title>{title}</title></head><body><center><h1>{title}</h1></center></body></html>"
        return Response(page, trouble.code, media_type="text/html")
    return Response(orjson.dumps(trouble.body()), trouble.code, media_type="application/json")


async def call_method(request: Request) -> Response:
    """One Bot API call."""
    world: World = request.app.state.world
    if request.path_params["token"] != world.token:
        return refusal(unauthorized())
    try:
        call = await read_call(request)
    except ApiError as trouble:
        return refusal(trouble)
    name = request.path_params["method"]
    counted = name.lower() != "getupdates"
    world.under_way += counted
    try:
        return await _answer(world, request, name, call)
    finally:
        world.under_way -= counted
        if counted:
            world.last_call_at = time.monotonic()


async def _answer(world: World, request: Request, name: str, call: Call) -> Response:
    """Latency, then the fault this call meets (if any), then the method itself."""
    began = time.monotonic()
    if world.latency:
        await asyncio.sleep(world.latency)
    fault = world.faults.take(name, call.chat)
    trouble: ApiError | None = None
    try:
        if fault and fault.kind in ("timeout_before", "reset_before"):
            return await _break_off(world, request, fault)
        if fault and fault.kind not in WIRE:
            raise fault.refusal()
        result = await perform(world, name, call)
        if fault:
            return await _break_off(world, request, fault)
        return envelope(result)
    except ApiError as refused:
        trouble = refused
        return refusal(refused)
    finally:
        _log(world, name, call, began, fault, trouble)


async def _break_off(world: World, request: Request, fault: Fault) -> Response:
    """Hang for as long as asked, or reset the connection at once; without a socket a 502 stands for both."""
    if fault.kind.startswith("timeout"):
        await world.pause(fault.seconds)
    elif abort := request.scope.get(ABORT):
        abort()
        while not await request.is_disconnected():
            await asyncio.sleep(0.001)
    return refusal(ApiError(502, "Bad Gateway"))


def _log(world: World, name: str, call: Call, began: float, fault: Fault | None, trouble: ApiError | None) -> None:
    """Note a call for developers; polling that brought no trouble is not worth a line."""
    if name.lower() == "getupdates" and not trouble and not fault:
        return
    world.calls_made += 1
    entry = {
        "number": world.calls_made,
        "at": world.now(),
        "method": name,
        "chat": call.chat,
        "ms": round((time.monotonic() - began) * 1000, 1),
        "error": trouble.description if trouble else None,
        "fault": fault.kind if fault else None,
        "arguments": {key: _shown(value) for key, value in call.values.items() if key != "chat_id"},
    }
    world.calls.append(entry)
    world.stream.publish("call", entry)


def _shown(value: Any) -> str:
    """An argument for the log: structured ones without escapes, long ones cut."""
    if isinstance(value, str) and value[:1] in "{[":
        with contextlib.suppress(orjson.JSONDecodeError):
            value = orjson.loads(value)
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return text[:LONGEST_LOGGED]


async def download(request: Request) -> Response:
    """A file by the path getFile gave."""
    world: World = request.app.state.world
    if request.path_params["token"] != world.token:
        return refusal(unauthorized())
    stored = world.files.at_path(request.path_params["path"])
    if stored is None:
        return refusal(ApiError(404, "Not Found"))
    try:
        return Response(world.files.content(stored), media_type="application/octet-stream")
    except ApiError as trouble:
        return refusal(trouble)
