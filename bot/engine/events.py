"""What comes in from a channel and what goes out to one. Knows no channel by name."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Event:
    """One thing a person did. `kind`: text, forwarded, tap, contact, file, edited, left, other; `value`: what."""

    channel: str
    event_id: str
    actor: str
    chat: str
    kind: str
    value: Any = None
    language: str = "zh"
    name: str = ""
    message_id: str | None = None
    query_id: str | None = None


@dataclass(frozen=True)
class Parcel:
    """A letter ready to travel: finished markup, rows of (label, data) buttons, and what it may replace.

    `paced` ones keep the channel's pace, the others go at once.
    """

    letter_id: int
    account_id: int
    channel: str
    chat: str
    kind: str
    body: str
    rows: tuple[tuple[tuple[str, str], ...], ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)
    edits: str | None = None
    paced: bool = True
    template: str = ""


@dataclass(frozen=True)
class Capabilities:
    """What a channel can do; all else has a plainer way."""

    edits: bool = True
    pictures: bool = True
    files: bool = True
    toasts: bool = True


@dataclass(frozen=True)
class Receipt:
    """The channel's message id, and the chat's new address where it has moved."""

    external_id: str
    chat: str | None = None


class Channel(Protocol):
    """An adapter: events in through `turn`, parcels out through `send`."""

    name: str
    can: Capabilities

    async def send(self, parcel: Parcel, picture: bytes | None) -> Receipt:
        """Deliver; raises Wait, Gone, Lost or Spoiled."""

    async def answer(self, event: Event, toast: str | None, *, alert: bool) -> None:
        """Answer a tap, with a line to flash if there is one; never raises."""


class Wait(Exception):
    """The channel asks to wait so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Gone(Exception):
    """Nobody can be reached at this address any more; the argument says why."""


class Lost(Exception):
    """The outcome is unknown or the channel failed; `accepted` when it may have been delivered."""

    def __init__(self, why: str, *, accepted: bool) -> None:
        super().__init__(why)
        self.accepted = accepted


class Spoiled(Exception):
    """The channel will never take this letter; the argument says why."""


_CONTROLS = dict.fromkeys(("Cc", "Cf", "Cs", "Co", "Cn"))
_KEPT = "\n\t\u200d"  # new lines, tabs, and the joiner inside emoji


def clean(text: str) -> str:
    """Typed text in one form: NFKC but for Chinese punctuation, no control, direction or invisible characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"[^，！？；：（）～…]+", lambda part: unicodedata.normalize("NFKC", part[0]), text)
    kept = "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in _CONTROLS)
    return re.sub(r"\n{3,}", "\n\n", _thin(kept)).strip()


def _thin(text: str) -> str:
    """At most three combining marks on a letter, so that no text climbs over its neighbours."""
    return re.sub(
        r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]{3})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]+",
        r"\1",
        text,
    )
