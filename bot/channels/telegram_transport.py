"""HTTP for the Telegram library: aiohttp behind its request interface with one connection pool."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import orjson
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

JSON = {"Content-Type": "application/json"}


class Unsent(NetworkError):
    """The request never reached the server."""


@dataclass(frozen=True)
class Plain:
    """The parameters of a call without files; stands for the library's own wrapping of them."""

    parameters: dict[str, Any]
    contains_files = False


class Transport(BaseRequest):
    """One aiohttp session; a time-out means the outcome is unknown, a refused connection that nothing happened."""

    def __init__(self, *, connections: int = 64, seconds: float = 20.0) -> None:
        self.connections, self.seconds = connections, seconds
        self._session: aiohttp.ClientSession | None = None
        self._proxies: dict[str, str | None] = {}

    async def initialize(self) -> None:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self.connections, ttl_dns_cache=300)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def call(self, url: str, given: dict[str, Any], *, seconds: float | None = None) -> Any:
        """Call a method with plain values and return its plain result: no object is made that nobody looks at."""
        plain = Plain({name: value for name, value in given.items() if value is not None})
        return await self.post(url, cast(RequestData, plain), read_timeout=seconds or self.seconds)

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    @property
    def read_timeout(self) -> float:
        return self.seconds

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """What the server said; half a character in it, which the fast reader refuses, does not hold up the rest."""
        try:
            return orjson.loads(payload)
        except ValueError:
            return BaseRequest.parse_json_payload(payload)

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        if self._session is None:
            await self.initialize()
        assert self._session is not None
        seconds = read_timeout if isinstance(read_timeout, int | float) else self.seconds
        body: dict[str, Any] = {}
        if request_data is not None and request_data.contains_files:
            body = {"data": _form(request_data)}
        elif request_data is not None:
            body = {"data": orjson.dumps(request_data.parameters), "headers": JSON}
        try:
            timeout = aiohttp.ClientTimeout(total=seconds + 5, connect=10)
            async with self._session.request(method, url, timeout=timeout, proxy=self._proxy(url), **body) as response:
                return response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Unsent(type(error).__name__) from None
        except TimeoutError:
            raise TimedOut from None
        except aiohttp.ClientError as error:
            raise NetworkError(type(error).__name__) from None

    def _proxy(self, url: str) -> str | None:
        """The proxy that the environment names for a server, looked up once: it takes longer than a request."""
        scheme, server, *_ = urlsplit(url)
        if server not in self._proxies:
            self._proxies[server] = None if proxy_bypass(server) else getproxies().get(scheme)
        return self._proxies[server]


def _form(request_data: RequestData) -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)  # 名册.xlsx is to arrive as that, and not as %E5%90…
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (file_name, content, mime) in (request_data.multipart_data or {}).items():
        form.add_field(name, content, filename=file_name, content_type=mime)
    return form
