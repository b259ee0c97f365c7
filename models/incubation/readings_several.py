"""Takes several readings typed in one message apart: 8.1 7.9 8.3, 8月8.1、9月7.9. Knows no unit and no indicator."""

from __future__ import annotations

import re

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
