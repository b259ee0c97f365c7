"""What a log tells of one by one: 三家厂,每家来了2个人; 分两批看,一批一小时. Knows no hours and no people."""

import re
from typing import Final

from models.incubation.readings_numbers import NUMERAL

_EACH: Final = re.compile(
    r"(?<!第)[每一]个?(?P<what>[批组节家班场轮堂店次回趟])(?:课|厂)?"
    r"(?:[各都讲看听是就为来去到派有了]|大概|大约|差不多)* *$"
)
_SEVERAL: Final = rf"(?<!第)(?!一)(?!1[^0-9]){NUMERAL} *个?"


def one_of_several(before: str) -> bool:
    """Whether a number after these words counts for one of several things, so that nobody knows what the whole is."""
    each = _EACH.search(before)
    return each is not None and bool(re.search(f"{_SEVERAL}{each['what']}(?![长员])", before[: each.start()]))
