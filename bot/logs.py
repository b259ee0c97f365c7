"""Structured lines on stderr that say what happened and where, never what anybody typed, who it was or the token."""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import MutableMapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO, cast

import structlog

from models.system import clock

log = structlog.get_logger()
NOISY = ("httpx", "httpcore", "aiohttp", "telegram", "apscheduler")  # they would print addresses with the token
TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{30,}")
LONGEST = 200  # of a library's own words


def set_up_logs(level: str) -> None:
    """JSON lines of this level and above; libraries are heard from warnings on, in the same form."""
    library = logging.StreamHandler(sys.stderr)
    library.setFormatter(Library())
    logging.basicConfig(level=logging.WARNING, handlers=[library])
    for noisy in NOISY:
        logging.getLogger(noisy).setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _where,
            _without_token,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, Lines(sys.stderr))),
    )


def report_crashes() -> None:
    """What nobody catches, in the process or a thread of it, is one line with its place, not a page of variables."""
    sys.excepthook = _crashed
    threading.excepthook = lambda given: _crashed(given.exc_type, given.exc_value, given.exc_traceback)


class Lines:
    """Where lines go; one that cannot be written (a full disk, nobody who reads) is lost and stops nothing."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, line: str) -> int:
        with suppress(OSError, ValueError):
            return self.stream.write(line)
        return 0

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self.stream.flush()


class Library(logging.Formatter):
    """A library's warning as one of our lines: its first words as written in its code, without what they are about."""

    def format(self, record: logging.LogRecord) -> str:
        words = str(record.msg).partition("\n")[0][:LONGEST]
        line: dict[str, Any] = {"event": "library", "logger": record.name, "words": TOKEN.sub("…", words)}
        if record.exc_info and record.exc_info[1]:
            line |= _place(record.exc_info[1])
        line |= {"level": record.levelname.lower(), "timestamp": f"{clock.machine():%Y-%m-%dT%H:%M:%S.%fZ}"}
        return json.dumps(line, ensure_ascii=False)


def _place(error: BaseException) -> dict[str, str]:
    """Where something broke, by file and line alone: messages and variables may hold what people typed."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return {
        "where": " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames),
        "error": type(error).__name__,
    }


def _where(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info
    if isinstance(error, BaseException):
        event.update(_place(error))
    return event


def _without_token(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Nothing of ours logs a token; should a library's words hold one, it is cut out here."""
    for name, value in event.items():
        if isinstance(value, str) and TOKEN.search(value):
            event[name] = TOKEN.sub("…", value)
    return event


def _crashed(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if kind is KeyboardInterrupt or error is None:
        return
    inner = error
    while isinstance(inner, BaseExceptionGroup):
        inner = inner.exceptions[0]
    log.critical("crashed", exc_info=inner)
