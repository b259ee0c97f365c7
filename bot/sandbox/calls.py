"""The arguments of one Bot API call, whichever way they came: query, form, multipart or JSON."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.datastructures import UploadFile
from starlette.requests import Request

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.files import UPLOAD_LIMIT


@dataclass
class Upload:
    """A file that came with a call."""

    name: str
    mime: str
    data: bytes


@dataclass
class Call:
    """Named arguments and uploaded files; values may be text or, from JSON, anything."""

    values: dict[str, Any] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        return default if value is None else str(value)

    def number(self, name: str, default: int = 0) -> int:
        """A whole number; what is none counts as absent, as Telegram does."""
        try:
            return int(self.values[name])
        except (KeyError, TypeError, ValueError):
            return default

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "")).lower() in ("true", "1", "yes", "t")

    def json(self, name: str) -> Any:
        """A structured argument, given as JSON text or already structured; None when absent."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            raise bad_request(f"can't parse {name} JSON object") from None

    @property
    def chat(self) -> int | None:
        """The chat id as far as it can be read, for logs and faults."""
        return self.number("chat_id") or None


async def read_call(request: Request) -> Call:
    """Gather a request's arguments."""
    call = Call(dict(request.query_params))
    if request.method != "POST":
        return call
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "multipart/form-data":
        await _read_multipart(request, call)
        return call
    body = await request.body()
    if len(body) > UPLOAD_LIMIT:
        raise ApiError(413, "Request Entity Too Large")
    if kind == "application/json" and body:
        try:
            values = orjson.loads(body)
        except orjson.JSONDecodeError:
            raise bad_request("can't parse request body") from None
        call.values |= values if isinstance(values, dict) else {}
    elif body:
        call.values |= dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return call


async def _read_multipart(request: Request, call: Call) -> None:
    async with request.form(max_part_size=UPLOAD_LIMIT) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                if (value.size or 0) > UPLOAD_LIMIT:
                    raise ApiError(413, "Request Entity Too Large")
                call.uploads[name] = Upload(value.filename or "", value.content_type or "", await value.read())
            else:
                call.values[name] = value
