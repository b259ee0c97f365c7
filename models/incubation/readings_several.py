"""Takes several readings typed in one message apart: 8.1 7.9 8.3, 8月8.1、9月7.9, 报废率6.5，退货2.8. Knows no unit."""

from __future__ import annotations

import re
from collections.abc import Sequence

from models import vocabulary

_MONTH = re.compile(r"(?<![0-9])(?:1[0-2]|0?[1-9])月份?\s*[是为:：]?\s*(?=[0-9约负百零一二三四五六七八九])")
_HOLDS_A_NUMBER = re.compile(r"[0-9０-９零一二三四五六七八九十百半两]")
_BLANKS, _COMMAS, _STROKES = r"[\s、;；]+", r"[,，]", r"/"
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")


def several(typed: str, most: int) -> list[str]:
    """The readings of a message; a lone unit goes with the number before it.

    Blanks and 、 part readings; commas and strokes only where that gives exactly `most` of them, since 12,500 and 1/200
    are one reading.
    """
    if most == 1:
        return [typed.strip()]
    text = _MONTH.sub(" ", typed.strip()).strip()
    pieces = _parted(text, _BLANKS)
    if len(pieces) > 1:
        return [piece.strip(",，") for piece in pieces]
    for mark in (_COMMAS, _STROKES):
        pieces = _parted(text, mark)
        if len(pieces) == most > 2 and not _THOUSANDS.fullmatch(text):
            return pieces
    return [text]


def _parted(text: str, mark: str) -> list[str]:
    pieces: list[str] = []
    for piece in filter(None, re.split(mark, text)):
        if pieces and not _HOLDS_A_NUMBER.search(piece):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


LONGEST, LONGEST_PIECE = 60, 20  # characters of a message of figures, and of one of them
_PARTS = re.compile(r"[，,、;；。\s]+(?=\D*\d)")
_FIGURE = re.compile(r"[-+]?\d+(?:\.\d+)?\s*(?:%|ppm|[^\W\d]{0,4})?", re.IGNORECASE)
_LINK = re.compile(r"^(?:本月|上月|这个月|上个月|\d{1,2}月份?)|[是为:：=的约\s]+$")


def assigned(typed: str, indicators: Sequence[str]) -> dict[int, str]:
    """The figures of a message that is nothing but figures, by the place of the indicator each names, or in order.

    Empty where something else is said, where a name fits no indicator, or where there are too many.
    """
    text = _MONTH.sub(" ", typed.strip()).strip()
    pieces = [piece for piece in _PARTS.split(text) if piece]
    if not pieces or len(text) > LONGEST or len(pieces) > len(indicators):
        return {}
    found: dict[int, str] = {}
    for place, piece in enumerate(pieces):
        figure = _FIGURE.search(piece)
        if figure is None or len(piece) > LONGEST_PIECE or piece[figure.end() :].strip("。.!！ "):
            return {}
        name = _LINK.sub("", piece[: figure.start()].strip())
        named = _named(name, indicators) if name else place
        if named is None or named in found:
            return {}
        found[named] = figure[0]
    return found


def _named(name: str, indicators: Sequence[str]) -> int | None:
    """The only indicator a short name stands for: 退货 for 客户端不良/退货率."""
    known = [vocabulary.indicators()[indicator] for indicator in indicators]
    words = [(place, word) for place, one in enumerate(known) for word in (one.zh, one.en.lower(), *one.aliases)]
    for fits in (name.lower().__eq__, lambda word: name.lower() in word or word in name.lower()):
        places = {place for place, word in words if fits(word)}
        if len(places) == 1:
            return places.pop()
    return None
