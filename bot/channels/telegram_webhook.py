"""Receiving updates by webhook: 200 only after the commit, a secret compared in constant time, small bodies only."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy.exc import DBAPIError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.telegram import event_of
from bot.engine.events import Event

log = structlog.get_logger()
LARGEST = 1024 * 1024  # bytes
SECRET = "x-telegram-bot-api-secret-token"


def receiver(secret: str, take: Callable[[list[Event]], Awaitable[None]]) -> Starlette:
    """The web application Telegram calls; anything not ours gets a 4xx and leaves no trace but a count."""

    async def receive(request: Request) -> Response:
        given = request.headers.get(SECRET, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            log.warning("webhook_refused")
            return Response(status_code=403)
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST:
                return Response(status_code=413)
        try:
            event = event_of(json.loads(body))
        except (ValueError, KeyError, TypeError, AttributeError):
            return Response(status_code=400)
        if event is not None:
            try:
                await take([event])
            except DBAPIError as error:
                log.warning("webhook_put_off", error=type(error).__name__)
                return Response(status_code=503)
        return Response(status_code=200)

    return Starlette(routes=[Route("/telegram", receive, methods=["POST"])])
