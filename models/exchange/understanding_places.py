"""How many units an offer takes, and where: 可以带2家，杭州周边 is two in Hangzhou. Knows no method."""

from __future__ import annotations

import re

from models import vocabulary as v

_NUMBERS = {sign: n for n, sign in enumerate("零一二三四五六七八九十")} | {"两": 2}
_TAKES = re.compile(
    r"(?:带|接|收|帮|辅导|名额|容纳)[^,，。;；\n\d一二两三四五六七八九十]{0,4}(\d{1,2}|[一二两三四五六七八九十])\s*(?:家|个企业|户)"
)
_DONE = re.compile(r"(?:去年|前年|已|曾|之前|以前|过去|累计)[^,，。;；\n]{0,8}$")


def taken_in(text: str) -> int | None:
    """How many units an offer says it takes; what was done before (去年帮3家) is no promise."""
    for found in _TAKES.finditer(text):
        if not (_DONE.search(text[: found.start()]) or {"了", "过"} & set(found[0])):
            return int(found[1]) if found[1].isdigit() else _NUMBERS[found[1]]
    return None


def cities_in(text: str) -> list[str]:
    """The codes of the cities a text names."""
    return [code for code, city in v.cities().items() if city.zh in text]
