"""The sandbox as a server: the Bot API, the controls and the chat page under one loopback address."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.sandbox import botapi, desk
from bot.sandbox.guard import LOOPBACK, SANDBOX_TOKEN, check_start, is_local
from bot.sandbox.world import World

STATIC = Path(__file__).with_name("static")
POLICY = "default-src 'self'; img-src 'self' data: blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


class LocalOnly:
    """Lets in requests of this machine only, and tells browsers to load nothing from elsewhere."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif not is_local(Headers(scope=scope)):
            words = "The sandbox answers only this machine and its own page."
            await PlainTextResponse(words, 403)(scope, receive, send)
        elif scope["path"].startswith(("/bot", "/file/")):
            await self.app(scope, receive, send)
        else:
            await self.app(scope, receive, lambda message: send(_guarded(message)))


def _guarded(message: Message) -> Message:
    if message["type"] == "http.response.start":
        headers = MutableHeaders(scope=message)
        headers["Content-Security-Policy"] = POLICY
        headers["X-Content-Type-Options"] = "nosniff"
        headers.setdefault("Cache-Control", "no-cache")
    return message


async def page(request: Request) -> Response:
    return FileResponse(STATIC / "index.html")


def create_app(world: World) -> Starlette:
    """The whole sandbox as an ASGI application around one world."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        world.webhooks.start()
        yield
        world.close()

    routes = [Route("/", page), *botapi.routes(), *desk.routes(), Mount("/static", StaticFiles(directory=STATIC))]
    app = Starlette(routes=routes, middleware=[Middleware(LocalOnly)], lifespan=lifespan)
    app.state.world = world
    return app


class _Wire:
    """Outermost layer over a real socket: gives faults the means to reset the connection."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport = getattr(getattr(send, "__self__", None), "transport", None)
        if transport is not None:
            scope[botapi.ABORT] = lambda: _reset(transport)
        await self.app(scope, receive, send)


def _reset(transport: asyncio.Transport) -> None:
    """Drop the connection so that the caller sees a reset, not a polite end."""
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


class _Server(uvicorn.Server):
    """Uvicorn that releases everyone who waits before it shuts down."""

    def __init__(self, config: uvicorn.Config, world: World) -> None:
        super().__init__(config)
        self.world = world

    async def on_tick(self, counter: int) -> bool:
        over = await super().on_tick(counter)
        if over:
            self.world.close()
        return over


class _GuestServer(_Server):
    """The same inside somebody else's event loop: leaves signals alone, and ends at once."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def main_loop(self) -> None:
        counter = 0
        while not self.should_exit:
            counter = (counter + 1) % 864000
            await self.on_tick(counter)
            await asyncio.sleep(0.005)
        self.world.close()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Uvicorn's own waits a tenth of a second twice; a test has nobody to be graceful to."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        for task in list(self.server_state.tasks):
            task.cancel()
        await asyncio.sleep(0)
        await self.lifespan.shutdown()


def _config(world: World) -> uvicorn.Config:
    return uvicorn.Config(
        _Wire(create_app(world)),
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=60,  # longer than any client of ours keeps a connection, so that none is cut as it is used
        timeout_graceful_shutdown=2,
        lifespan="on",
        ws="none",
    )


def _listen(port: int) -> socket.socket:
    # Only of a socket that says TCP does asyncio switch off the delay of small packets (40 ms an answer).
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((LOOPBACK, port))
    return listener


def serve(host: str = LOOPBACK, port: int = 8081, state: Path | None = None, token: str = SANDBOX_TOKEN) -> None:
    """Run until stopped; guard.Unsafe when host or token are not safe, OSError when the port is taken."""
    check_start(host, token)
    with _listen(port) as listener:
        world = World(token=token, state=state)
        asyncio.run(_Server(_config(world), world).serve(sockets=[listener]))


class Sandbox:
    """The sandbox inside a test: `async with Sandbox() as s:` then `s.url`, `s.world`, `s.person(7)`."""

    def __init__(self, world: World | None = None, *, port: int = 0) -> None:
        self.world = world or World()
        check_start(LOOPBACK, self.world.token)
        self._port = port

    @property
    def token(self) -> str:
        return self.world.token

    async def __aenter__(self) -> "Sandbox":
        self._listener = _listen(self._port)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://{LOOPBACK}:{self.port}"
        self._server = _GuestServer(_config(self.world), self.world)
        self._task = asyncio.create_task(self._server.serve(sockets=[self._listener]))
        while not self._server.started:
            if self._task.done():
                self._task.result()
            await asyncio.sleep(0.005)
        return self

    async def __aexit__(self, *trouble: object) -> None:
        self._server.should_exit = True
        await self._task
        self._listener.close()
