"""Receiving updates by webhook: 200 only after the commit, a secret compared in constant time, small bodies only."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable

import orjson
import structlog
from sqlalchemy.exc import DBAPIError
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.telegram import read
from bot.engine.events import Event
from models.system import counts
from models.system.outages import absent, trouble_of

log = structlog.get_logger()
LARGEST = 1024 * 1024  # bytes
SECRET = "x-telegram-bot-api-secret-token"
READ_SECONDS = 10.0  # within which a body must have come
Take = Callable[[list[Event]], Awaitable[None]]


class TooLarge(Exception):
    """More than an update can be."""


def receiver(secret: str, take: Take) -> Starlette:
    """The web application Telegram calls; anything not ours gets a 4xx and leaves no trace but a count."""

    async def receive(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get(SECRET, "").encode(), secret.encode()):
            return _refuse("secret", 403)
        try:
            update = orjson.loads(await asyncio.wait_for(_body(request), READ_SECONDS))
        except TooLarge:
            return _refuse("size", 413)
        except (TimeoutError, ClientDisconnect):
            return _refuse("slow", 408)
        except ValueError:
            return _refuse("json", 400)
        if not isinstance(update, dict):
            return _refuse("json", 400)
        event = read(update)
        return Response(status_code=200 if event is None or await _taken(event, take) else 503)

    return Starlette(routes=[Route("/telegram", receive, methods=["POST"])])


async def _body(request: Request) -> bytes:
    """The body, unless it is, or says that it is, too large."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > LARGEST:
        raise TooLarge
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise TooLarge
    return bytes(body)


def _refuse(why: str, status: int) -> Response:
    """Whoever knocks at the door again and again fills neither the log nor the disk."""
    counts.add("webhook_refused", why)
    if times := counts.to_say("webhook_refused", why):
        log.warning("webhook_refused", why=why, times=times)
    return Response(status_code=status)


async def _taken(event: Event, take: Take) -> bool:
    """Whether the turn is committed; if not, the server brings the update again."""
    try:
        await take([event])
    except Exception as error:
        if not (isinstance(error, DBAPIError) and absent(error)):
            log.exception("webhook_failed")
        elif times := counts.to_say("webhook_put_off"):
            log.warning("webhook_put_off", why=trouble_of(error), times=times)
        return False
    return True
