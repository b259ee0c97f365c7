"""Words that are a number only in the unit that is asked for: 半个月 in days, 18个工作日, 两打. Knows no indicator."""

import re
from decimal import Decimal
from typing import Final

from models.incubation.readings_numbers import NUMERAL, value
from models.incubation.readings_units import COUNT, TIME, Unit

_DAY: Final = 86400  # seconds
_A_DOZEN: Final = 12
_LAST_MONTH: Final = re.compile(r"^\s*上个?月份?的?(?:就|也)?是(?=[^,;。()]*$)")
_HALF_A_MONTH: Final = re.compile(
    r"((?:平均|大概|大约|约|差不多|也就|要|是|得)*)半个月((?:左右|上下|吧|的?样子|了)*)[。]?"
)
_WORKING_DAYS: Final = re.compile(r"(?<=[0-9一二两三四五六七八九十半])\s*个?工作[日天]")
_DOZENS: Final = re.compile(rf"(?P<n>{NUMERAL}|半)打(?P<half>半)?(?=左右|上下|吧|$|[,;。\s])")


def as_asked(text: str, asked: Unit) -> str:
    """A text where what is a number only in the asked unit stands as one, and 上月是94.8% as last month's 94.8 %.

    Whoever is asked for a month's figure and says no more than what last month's was gives the one there is.
    """
    text = _LAST_MONTH.sub("", text)
    if asked.family == TIME and asked.size == _DAY and not asked.per:
        text = _WORKING_DAYS.sub("天", text)
        if half := _HALF_A_MONTH.fullmatch(text.strip()):
            text = f"{half[1]}15天{half[2]}"
    return _DOZENS.sub(_pieces, text) if asked.family == COUNT and asked.per != "人" else text


def _pieces(found: re.Match[str]) -> str:
    number = Decimal("0.5") if found["n"] == "半" else value(found["n"])
    if number is None:
        return found[0]
    pieces = _A_DOZEN * (number + (Decimal("0.5") if found["half"] else 0))
    return f"{pieces.normalize():f}" if pieces % 1 == 0 else found[0]
