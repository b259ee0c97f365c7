"""Finished texts: trimming, commands and addresses found by themselves, and entities written back as HTML."""

import re
from html import escape

from bot.sandbox.entities import Entity, utf16_length

FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@\w+)?(?![\w/]))|(?P<url>https?://[^\s<>\"，。；）]+)"
)
OPAQUE = {"code", "pre", "text_link", "text_mention"}
TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
    "spoiler": "tg-spoiler",
    "blockquote": "blockquote",
}


def finish(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """What Telegram stores: outer blanks removed, entities clipped to the text, commands and links marked."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    bare = text.strip(" \t\n\v")
    lead = utf16_length(text[: len(text) - len(text.lstrip(" \t\n\v"))]) if bare else 0
    kept = [clipped for entity in entities if (clipped := _clip(entity, lead, utf16_length(bare)))]
    found = [entity for entity in _detect(bare) if not any(_overlap(entity, other) for other in kept)]
    return bare, sorted(kept + found, key=lambda entity: (entity["offset"], -entity["length"]))


def _clip(entity: Entity, lead: int, length: int) -> Entity | None:
    start = max(entity["offset"] - lead, 0)
    end = min(entity["offset"] - lead + entity["length"], length)
    return {**entity, "offset": start, "length": end - start} if end > start else None


def _overlap(entity: Entity, other: Entity) -> bool:
    apart = (
        entity["offset"] + entity["length"] <= other["offset"] or other["offset"] + other["length"] <= entity["offset"]
    )
    return other["type"] in OPAQUE and not apart


def _detect(text: str) -> list[Entity]:
    if "/" not in text:
        return []
    return [
        {"type": match.lastgroup, "offset": utf16_length(text[: match.start()]), "length": utf16_length(match.group())}
        for match in FOUND.finditer(text)
    ]


def to_html(text: str, entities: list[Entity]) -> str:
    """The text as Telegram-HTML, tags properly nested; detected commands and addresses stay plain."""
    opens: dict[int, list[str]] = {}
    closes: dict[int, list[str]] = {}
    for entity in entities:
        if not (pair := _tags(entity)):
            continue
        opens.setdefault(entity["offset"], []).append(pair[0])
        closes.setdefault(entity["offset"] + entity["length"], []).insert(0, pair[1])
    parts: list[str] = []
    at = 0
    for character in text:
        parts += closes.get(at, [])
        parts += opens.get(at, [])
        parts.append(escape(character, quote=False))
        at += utf16_length(character)
    return "".join(parts + closes.get(at, []))


def _tags(entity: Entity) -> tuple[str, str] | None:
    kind = entity["type"]
    if kind == "text_link":
        return f'<a href="{escape(entity["url"])}">', "</a>"
    if kind == "expandable_blockquote":
        return "<blockquote expandable>", "</blockquote>"
    if kind in TAGS:
        return f"<{TAGS[kind]}>", f"</{TAGS[kind]}>"
    return None
