"""Web servers on this machine's own address: Telegram's calls behind a proxy, and the operator's two pages."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import metrics
from bot.app import App
from bot.vitals import Examination, Mode

LOOPBACK = "127.0.0.1"
DRAIN_SECONDS = 4  # in which requests in hand are finished


class Server(uvicorn.Server):
    """Uvicorn on an open socket that leaves signals to the process; with `should_exit` it finishes what is in hand."""

    def __init__(self, app: Starlette, port: int, setting: str) -> None:
        self.listener = _listen(port, setting)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )
        super().__init__(config)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def run_here(self) -> None:
        """Serve until told to exit."""
        await self.serve(sockets=[self.listener])


def _listen(port: int, setting: str) -> socket.socket:
    """A socket that takes calls from now on; SystemExit with a sentence when the port is taken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        why = error.strerror or "taken"
        raise SystemExit(
            f"{setting}={port}: {why.lower()}. Every process of this machine needs its own port."
        ) from None
    return listener


def pages(app: App, mode: Mode) -> Starlette:
    """`/healthz`: 200 when all is in order, else 503, with what is red; `/metrics` for Prometheus."""
    examination = Examination(app, mode=mode)
    numbers = metrics.Numbers(mode=mode, database=app.database.engine.dialect.name)
    registered = metrics.registry(numbers)

    async def healthz(request: Request) -> Response:
        checks = examination.checks(await examination.look())
        red = sorted(name for name, check in checks.items() if not check["ok"])
        return JSONResponse({"ok": not red, "red": red, **checks}, status_code=503 if red else 200)

    async def show_metrics(request: Request) -> Response:
        numbers.found = await examination.look()
        numbers.in_hand = len(app.outbox.in_hand)
        return Response(metrics.text(registered), media_type="text/plain; version=0.0.4; charset=utf-8")

    return Starlette(routes=[Route("/healthz", healthz), Route("/metrics", show_metrics)])
