"""Cutting and flattening finished markup (the small HTML that letters use)."""

from __future__ import annotations

import re
from html import unescape

_TOKEN = re.compile(r"<(/?)([a-z-]+)([^>]*)>|&(?:#\d+|#x[0-9a-f]+|\w+);|[^<&]+|[<&]", re.IGNORECASE | re.DOTALL)


def units(text: str) -> int:
    """Length in UTF-16 units, as channels count it."""
    return len(text) + sum(ord(c) > 0xFFFF for c in text)


def plain(markup: str) -> str:
    """The text without its markup."""
    return unescape(re.sub(r"</?[a-z-]+[^>]*>", "", markup, flags=re.IGNORECASE))


def split(markup: str, limit: int = 4096) -> list[str]:
    """Pieces of at most `limit` UTF-16 units of text, cut at line ends where possible, tags closed and opened again."""
    if 2 * len(markup) <= limit or units(plain(markup)) <= limit:  # a character has at most two units
        return [markup]
    pieces: list[str] = []
    piece, used = "", 0
    open_tags: list[tuple[str, str]] = []

    def cut() -> None:
        nonlocal piece, used
        pieces.append(piece + "".join(f"</{name}>" for name, _ in reversed(open_tags)))
        piece, used = "".join(tag for _, tag in open_tags), 0

    for token in _TOKEN.finditer(markup):
        whole = token.group(0)
        if token.group(2):
            if token.group(1):
                if open_tags:
                    open_tags.pop()
            else:
                open_tags.append((token.group(2), whole))
            piece += whole
            continue
        if whole.startswith("&") and len(whole) > 1:
            size = units(unescape(whole))
            if used + size > limit:
                cut()
            piece, used = piece + whole, used + size
            continue
        for line in re.findall(r"[^\n]*\n|[^\n]+", whole):
            if used and used + units(line) > limit and units(line) <= limit:
                cut()
            for part in _parts(line, limit, limit - used):
                if used + units(part) > limit:
                    cut()
                piece, used = piece + part, used + units(part)
    if used:
        cut()
    return [one.strip("\n") or " " for one in pieces]


def _parts(line: str, limit: int, first: int) -> list[str]:
    """A line in parts that fit, the first into what is left of a piece."""
    parts, part, used, room = [], "", 0, max(first, 2)
    for c in line:
        size = 2 if ord(c) > 0xFFFF else 1
        if used + size > room:
            parts.append(part)
            part, used, room = "", 0, limit
        part, used = part + c, used + size
    return [*parts, part] if part else parts
