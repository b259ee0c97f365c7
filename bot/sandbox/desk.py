"""The controls of the sandbox over HTTP, for the chat page, the bot's supervisor and end-to-end tests."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import quote, unquote

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from bot.sandbox import views
from bot.sandbox.errors import ApiError
from bot.sandbox.files import UPLOAD_LIMIT
from bot.sandbox.people import Phone
from bot.sandbox.records import Message, Person
from bot.sandbox.world import SETTABLE, World

CLOCK_POLL_SECONDS = 25
HEARTBEAT_SECONDS = 15
NEWCOMERS = "陈晓光 陆秋萍 鲍立新 葛春燕 姚志远 潘红梅 俞家明 施雨晴 骆大勇 柴文静 倪国平 戴小芳"
PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
Handler = Callable[[World, Request], Awaitable[Any]]


def routes() -> list[Route]:
    return [
        Route("/sandbox/events", events),
        Route("/sandbox/files/{unique_id}", show_file),
        _route("/sandbox/state", state, "GET"),
        _route("/sandbox/calls", calls, "GET"),
        _route("/sandbox/people", list_people, "GET"),
        _route("/sandbox/people", put_person, "POST"),
        _route("/sandbox/people/{id:int}/{action}", act, "POST"),
        _route("/sandbox/reset", reset, "POST"),
        _route("/sandbox/clock", wait_for_clock, "GET"),
        _route("/sandbox/clock", move_clock, "POST"),
        _route("/sandbox/clock/reached", clock_reached, "POST"),
        _route("/sandbox/faults", list_faults, "GET"),
        _route("/sandbox/faults", cause_fault, "POST"),
        _route("/sandbox/faults", clear_faults, "DELETE"),
    ]


def _route(path: str, handler: Handler, method: str) -> Route:
    """A JSON endpoint; what cannot be done is a 400 with the reason under "error"."""

    async def endpoint(request: Request) -> Response:
        try:
            answer = await handler(request.app.state.world, request)
        except (ApiError, ValueError, AssertionError, KeyError, IndexError, TypeError) as trouble:
            reason = trouble.description if isinstance(trouble, ApiError) else str(trouble)
            return Response(orjson.dumps({"error": reason}), 400, media_type="application/json")
        return Response(orjson.dumps(answer), media_type="application/json")

    return Route(path, endpoint, methods=[method], name=f"{method} {path}")


async def _arguments(request: Request) -> dict[str, Any]:
    body = await request.body()
    values = orjson.loads(body) if body else {}
    if not isinstance(values, dict):
        raise ValueError("a JSON object is expected")
    return values


async def state(world: World, request: Request) -> Any:
    return views.snapshot(world)


async def calls(world: World, request: Request) -> Any:
    return list(world.calls)


async def list_people(world: World, request: Request) -> Any:
    return [views.person(world, person) for person in world.people.values()]


async def put_person(world: World, request: Request) -> Any:
    """Create or update a person; without an id it is a newcomer who has not started the bot."""
    facts = await _arguments(request)
    person_id = facts.pop("id", None)
    if person_id is None:
        person_id = 700_000_000 + secrets.randbelow(99_999_999)
        number = f"+86139{secrets.randbelow(10**8):08d}"
        facts = {"name": _new_name(world), "started": False, "phone": number} | facts
    phone = world.person(int(person_id), **{key: value for key, value in facts.items() if key in SETTABLE})
    return views.person(world, phone.person)


def _new_name(world: World) -> str:
    """A name for a newcomer that nobody else has, as long as there are some left."""
    taken = {person.name for person in world.people.values()}
    return next((name for name in NEWCOMERS.split() if name not in taken), "")


async def reset(world: World, request: Request) -> Any:
    world.reset()
    return world.clock.state()


async def wait_for_clock(world: World, request: Request) -> Any:
    """Long poll: answers when the offset is no longer `known` (or resets no longer `resets`), at the latest in 25 s."""
    query = request.query_params
    known = int(query["known"]) if "known" in query else None
    resets = int(query["resets"]) if "resets" in query else None
    return await world.clock.differs(known, resets, CLOCK_POLL_SECONDS)


async def move_clock(world: World, request: Request) -> Any:
    wish = await _arguments(request)
    if wish.get("to") == "next-working-morning":
        world.clock.advance_to_morning()
    else:
        world.clock.advance(int(wish["advance"]))
    world.changed("clock")
    return world.clock.state()


async def clock_reached(world: World, request: Request) -> Any:
    world.clock.arrive(int((await _arguments(request))["offset"]))
    world.changed("clock")
    return world.clock.state()


async def list_faults(world: World, request: Request) -> Any:
    return world.faults.to_json()


async def cause_fault(world: World, request: Request) -> Any:
    """Queue a fault, or act on the queue of updates: "hold", "release", "redeliver"; "strict_rate", "latency" last."""
    details = await _arguments(request)
    kind = details.pop("kind")
    if kind == "hold":
        world.updates.hold()
    elif kind == "release":
        world.updates.release(details.get("order"))
    elif kind == "redeliver":
        return {"redelivered": world.updates.redeliver(int(details.get("last", 1)))}
    elif kind == "strict_rate":
        world.pace.strict = bool(details.get("on", True))
    elif kind == "latency":
        world.latency = float(details["seconds"])
    else:
        world.faults.add(kind, **details)
    return {"queued": world.faults.to_json()}


async def clear_faults(world: World, request: Request) -> Any:
    world.faults.clear()
    return {"queued": []}


async def act(world: World, request: Request) -> Any:
    """Something a person does on their phone; files come as the raw body, the rest as JSON."""
    person_id = request.path_params["id"]
    if person_id not in world.people:
        raise ValueError("there is no such person")
    phone = Phone(world, world.people[person_id])
    action = request.path_params["action"]
    if action in ("photo", "document"):
        return _sent(_take_file(phone, action, request.query_params.get("name", ""), await _body(request)))
    return _sent(_do(phone, action, await _arguments(request)))


async def _body(request: Request) -> bytes:
    """The raw file; refused above Telegram's size for uploads."""
    body = await request.body()
    if len(body) > UPLOAD_LIMIT:
        raise ValueError("the file is larger than 50 MB")
    return body


def _take_file(phone: Phone, action: str, name: str, data: bytes) -> Message:
    return phone.send_photo(data) if action == "photo" else phone.send_document(unquote(name) or "file", data)


def _do(phone: Phone, action: str, values: dict[str, Any]) -> Message | str | None:
    """One action by its name; ValueError for an unknown one."""
    deeds: dict[str, Callable[[], Message | str | None]] = {
        "say": lambda: phone.say(values["text"], reply_to=values.get("reply_to")),
        "start": lambda: phone.start(values.get("payload", "")),
        "edit": lambda: phone.edit(int(values["message"]), values["text"]),
        "tap": lambda: phone.tap(int(values["message"]), (int(values["row"]), int(values["column"]))),
        "press": lambda: phone.press(int(values["message"]), values["data"]),
        "contact": lambda: phone.share_contact(bool(values.get("own", True))),
        "sticker": lambda: phone.send_sticker(values.get("emoji", "👍")),
        "voice": lambda: phone.send_voice(int(values.get("seconds", 3))),
        "location": phone.send_location,
        "block": phone.block,
        "unblock": phone.unblock,
    }
    if action not in deeds:
        raise ValueError(f"a phone cannot «{action}»")
    return deeds[action]()


def _sent(result: Message | str | None) -> dict[str, Any]:
    return {"ok": True, "message": result.id if isinstance(result, Message) else None}


async def show_file(request: Request) -> Response:
    """A file for the page: pictures inline, everything else only as a download."""
    world: World = request.app.state.world
    stored = world.files.with_unique_id(request.path_params["unique_id"])
    if stored is None:
        return Response("Not Found", 404)
    picture = stored.path.startswith("photos/") or stored.mime in PICTURES
    place = "inline" if picture else f"attachment; filename*=UTF-8''{quote(stored.name)}"
    kind = (stored.mime if stored.mime in PICTURES else "image/png") if picture else "application/octet-stream"
    return Response(world.files.content(stored), media_type=kind, headers={"Content-Disposition": place})


async def events(request: Request) -> Response:
    """Server-Sent Events: the whole state first, then what changes."""
    world: World = request.app.state.world
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_tell(world), media_type="text/event-stream", headers=headers)


async def _tell(world: World) -> AsyncIterator[bytes]:
    queue = world.stream.open()
    try:
        yield _event("state", views.snapshot(world))
        while not world.closed:
            try:
                event, data = await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if event == "closing":
                return
            yield _event(*_view(world, event, data))
    finally:
        world.stream.close(queue)


def _event(name: str, data: Any) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + orjson.dumps(data) + b"\n\n"


def _view(world: World, event: str, data: Any) -> tuple[str, Any]:
    """A change as the page needs it; after anything sweeping the page gets the whole state again."""
    if isinstance(data, Message):
        person = world.people.get(data.chat)
        if person is None:
            return "state", views.snapshot(world)
        return "message", {"message": views.message(world, data), "keyboard": person.keyboard}
    if isinstance(data, Person):
        return "person", views.person(world, data)
    if event == "clock":
        return "clock", views.clock(world)
    if event == "commands":
        return "heads", [views.person(world, person) for person in world.people.values()]
    if event in ("reset", "restart"):
        return "state", views.snapshot(world)
    return event, data
