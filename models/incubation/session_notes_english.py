"""English numbers in a log as figures, where the rest is read as Chinese is: an hour and a half, five of them."""

import re
from typing import Final

_DIGITS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS: Final = (
    "ten",
    "eleven",
    "twelve",
    *(f"{each}teen" for each in ("thir", "four", "fif", "six", "seven", "eigh", "nine")),
)
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES: Final = {
    **{word: number for number, word in enumerate((*_DIGITS, *_TEENS), 1)},
    **{word: 10 * number for number, word in enumerate(_TENS, 2)},
}
_WORDS: Final = re.compile(
    rf"\b(?:(?P<tens>{'|'.join(_TENS)})(?:[- ](?P<unit>{'|'.join(_DIGITS)})\b)?"
    rf"|(?P<ones>{'|'.join((*_DIGITS, *_TEENS))}))\b"
)
_TIME: Final = r"(1[0-2]|0?[1-9])(:[0-5][0-9])? ?(am|pm)?"
_CLOCK: Final = re.compile(rf"\b(?:from )?{_TIME} ?(?:to|till|until|-) ?{_TIME}(?![a-z0-9:])")
# In this order: what stands in the first is gone from the next.
_SPOKEN: Final = tuple(
    (re.compile(pattern), figure)
    for pattern, figure in (
        (r"\bhalf an hour\b|\bhalf hour\b", "30 minutes"),
        (r"\b(?:a )?quarter of an hour\b", "15 minutes"),
        (r"\b3 quarters of an hour\b", "45 minutes"),
        (
            r"\b(?:an|1) hour and a (?:half|quarter)\b",
            lambda found: "1.5 hours" if "half" in found[0] else "1.25 hours",
        ),
        (
            r"\b([0-9]+) and a half hours?\b|\b([0-9]+) hours and a half\b",
            lambda found: f"{found[1] or found[2]}.5 hours",
        ),
        (r"\b([0-9]+) 1/2 (?:hours?|hrs?)\b", lambda found: f"{found[1]}.5 hours"),
        (r"\ban hour\b", "1 hour"),
        (r"\ba dozen\b", "12"),
        (r"\ba couple of\b", "2"),
    )
)


def in_figures(even: str) -> str:
    """An evened text with its English number words as figures: two and a half hours is 2.5 hours."""
    if not re.search("[a-z]{3}", even):
        return even
    even = _WORDS.sub(_figure, even)
    for pattern, figure in _SPOKEN:
        even = pattern.sub(figure, even)
    return _CLOCK.sub(_clock, even)


def _clock(found: re.Match[str]) -> str:
    """From 9 to 11:30 as 9:00-11:30, from 1 to 4pm as 13:00-16:00; what may be no clock stays."""
    begun, begun_minutes, begun_half, over, over_minutes, over_half = found.groups()
    if not any((begun_minutes, begun_half, over_minutes, over_half)):
        return found[0]
    start, end = int(begun) % 12 + 12 * (begun_half == "pm"), int(over) % 12 + 12 * (over_half == "pm")
    if begun_half is None and over_half == "pm" and start + 12 < end:
        start += 12
    if over_half is None and end <= start:
        end += 12
    return f"{start}{begun_minutes or ':00'}-{end}{over_minutes or ':00'}"


def _figure(found: re.Match[str]) -> str:
    number = _VALUES[found["tens"]] if found["tens"] else _VALUES[found["ones"]]
    return str(number + (_VALUES[found["unit"]] if found["unit"] else 0))
