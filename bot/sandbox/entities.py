"""Telegram's HTML dialect, parsed as strictly as Telegram does; entities in UTF-16 units. Knows no chat."""

import re
from dataclasses import dataclass
from typing import Any, NoReturn

Entity = dict[str, Any]

NAMES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
}
SPACE = " \t\r\n\v\0"
CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,8})|#([0-9]{1,8})|(lt|gt|amp|quot)(?![a-zA-Z]));?")
PLAIN = re.compile(r"[^<&]+")
HALF_CHARACTER = (
    "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units"
)
LINK = re.compile(r"(?:https?|tg|tel|mailto):\S+", re.IGNORECASE)


class MarkupError(ValueError):
    """The markup is not what Telegram accepts; the text follows «can't parse entities: »."""


def utf16_length(text: str) -> int:
    """Length as Telegram counts it: characters beyond the basic plane count two."""
    return len(text) + sum(character > "\uffff" for character in text)


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Plain text and its entities, outer ones first; MarkupError in Telegram's words when the markup is bad."""
    return _Parser(source).parse()


def decode_references(text: str) -> str:
    """`&lt;`, `&#38;` and their like turned into characters; unknown names stay as typed."""
    return REFERENCE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    hexadecimal, decimal, name = match.groups()
    if name:
        return CHARACTERS[name]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if code == 0 or code > 0x10FFFF:
        return match.group()
    if 0xD800 <= code <= 0xDFFF:
        raise MarkupError(HALF_CHARACTER)
    return chr(code)


@dataclass
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int
    start: int


class _Parser:
    """One pass over the source; `length` is what has been written so far, in UTF-16 units."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.written: list[str] = []
        self.length = 0
        self.opened: list[_Open] = []
        self.found: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        while self.at < len(self.source):
            if plain := PLAIN.match(self.source, self.at):
                self.at = plain.end()
                self._write(plain.group())
            elif self.source[self.at] == "&":
                self._reference()
            elif self.source.startswith("</", self.at):
                self._end_tag()
            else:
                self._start_tag()
        if self.opened:
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{self.opened[-1].tag}"')
        self.found.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return "".join(self.written), self.found

    def _write(self, text: str) -> None:
        self.written.append(text)
        self.length += utf16_length(text)

    def _reference(self) -> None:
        match = REFERENCE.match(self.source, self.at)
        self._write(_character(match) if match else "&")
        self.at = match.end() if match else self.at + 1

    def _peek(self) -> str:
        return self.source[self.at] if self.at < len(self.source) else "\0"

    def _take_until(self, stops: str) -> str:
        start = self.at
        while self.at < len(self.source) and self.source[self.at] not in stops:
            self.at += 1
        return self.source[start : self.at]

    def _skip_space(self) -> None:
        while self.at < len(self.source) and self.source[self.at] in SPACE:
            self.at += 1

    def _fail(self, words: str, begin: int, more: str = "") -> NoReturn:
        raise MarkupError(f"{words} at byte offset {len(self.source[:begin].encode('utf-8', 'replace'))}{more}")

    def _start_tag(self) -> None:
        begin = self.at
        self.at += 1
        tag = self._take_until(SPACE + ">").lower()
        if self.at >= len(self.source):
            self._fail("Unclosed start tag", begin)
        if tag not in NAMES:
            self._fail(f'Unsupported start tag "{tag}"', begin)
        attributes = self._attributes(tag, begin)
        self.at += 1
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            self._fail('Tag "span" must have class "tg-spoiler"', begin)
        self.opened.append(_Open(tag, attributes, self.length, len(self.written)))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while self._peek() != ">":
            self._skip_space()
            if self._peek() == ">":
                break
            name = self._take_until(SPACE + "=>").lower()
            if not name:
                self._fail(f'Empty attribute name in the tag "{tag}"', begin)
            self._skip_space()
            if self._peek() == "=":
                attributes[name] = self._value(tag, begin)
            elif tag == "blockquote" and name == "expandable":
                attributes[name] = ""
            else:
                self._fail(f'Expected equal sign in declaration of an attribute of the tag "{tag}"', begin)
            if self.at >= len(self.source):
                self._fail("Unclosed start tag", begin)
        return attributes

    def _value(self, tag: str, begin: int) -> str:
        self.at += 1
        self._skip_space()
        if self.at >= len(self.source):
            self._fail(f'Unclosed start tag "{tag}"', begin)
        quote = self.source[self.at]
        if quote in "'\"":
            self.at += 1
            value = self._take_until(quote)
            self.at += 1
            return decode_references(value)
        start = self.at
        while (self._peek().isascii() and self._peek().isalnum()) or self._peek() in ".-":
            self.at += 1
        if self._peek() not in SPACE + ">":
            self._fail("Unexpected end of name token", start)
        return self.source[start : self.at].lower()

    def _end_tag(self) -> None:
        begin = self.at
        if not self.opened:
            self._fail("Unexpected end tag", begin)
        self.at += 2
        tag = self._take_until(SPACE + ">").lower()
        self._skip_space()
        if self._peek() != ">":
            self._fail("Unclosed end tag", begin)
        self.at += 1
        top = self.opened.pop()
        if tag and tag != top.tag:
            self._fail("Unmatched end tag", begin, f', expected "</{top.tag}>", found "</{tag}>"')
        if self.length > top.offset:
            self._close(top)

    def _close(self, top: _Open) -> None:
        entity: Entity = {"type": NAMES[top.tag], "offset": top.offset, "length": self.length - top.offset}
        if top.tag == "a":
            target = link_target(top.attributes.get("href") or "".join(self.written[top.start :]))
            if not target:
                return
            entity |= target
        elif top.tag == "blockquote" and "expandable" in top.attributes:
            entity["type"] = "expandable_blockquote"
        elif top.tag == "tg-emoji":
            entity["custom_emoji_id"] = self._emoji(top)
        elif top.tag == "code" and (language := top.attributes.get("class", "")).startswith("language-"):
            entity["language"] = language[9:]
        elif top.tag == "pre":
            self._absorb_code(entity)
        self.found.append(entity)

    def _absorb_code(self, entity: Entity) -> None:
        """`<pre><code class="language-x">` is one entity with a language."""
        last = self.found[-1] if self.found else None
        if last and last["type"] == "code" and (last["offset"], last["length"]) == (entity["offset"], entity["length"]):
            self.found.pop()
            if "language" in last:
                entity["language"] = last["language"]

    def _emoji(self, top: _Open) -> str:
        identifier = top.attributes.get("emoji-id", "")
        if not identifier.isdigit():
            raise MarkupError("Invalid custom emoji identifier specified")
        return identifier


def link_target(href: str) -> Entity | None:
    """What a link leads to; None when Telegram would silently drop it."""
    href = href.strip()
    if mention := re.fullmatch(r"tg://user\?id=(\d+)", href):
        return {"type": "text_mention", "user": {"id": int(mention.group(1)), "is_bot": False, "first_name": ""}}
    if LINK.fullmatch(href):
        return {"url": href}
    if re.fullmatch(r"[\w-]+(\.[\w-]+)+(/\S*)?", href):
        return {"url": f"http://{href}/" if "/" not in href else f"http://{href}"}
    return None
