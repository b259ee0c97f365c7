"""Finds the numbers of an evened text with their units: 3500PPM, 千分之五, 1/200, 两天半. Knows no indicator."""

import re
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from typing import Final, Literal

from models.incubation.readings_numbers import NUMERAL, value
from models.incubation.readings_units import OTHER, PLAIN, POINTS, SHARE, TIME, UNIT, Unit, typed_unit

PRECISION: Final = Context(prec=12)
Question = Literal[
    "same",  # as before: the last value answers it
    "no_data",
    "no_number",
    "several",
    "range",
    "bound",  # over, under, nearly
    "change",  # down by, up by: not the level
    "other_period",  # last month, the target, a year's total
    "part",  # of one line, the worst supplier: not of all
    "other_indicator",  # the number of something else
    "unit",  # a unit that cannot be turned into the asked one
    "fraction",  # 0.98 where 98 % is likely meant
    "out_of_range",
    "unclear",
]

_WHOLE = Unit(SHARE, Decimal(1), "", "")
_BARE = Unit(PLAIN, Decimal(1), "", "")
_POWERS = {"百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6}
_FRACTION = re.compile(rf"(?P<of>百万|十万|[百千万]|{NUMERAL})分之\s*(?P<part>{NUMERAL}|百)")
_SLASH = re.compile(rf"(?P<part>{NUMERAL})\s*/\s*(?P<of>{NUMERAL})")
_TENTHS = re.compile(rf"(?P<tens>{NUMERAL})成(?![品本员立功果型])(?P<ones>[0-9一二三四五六七八九半](?![0-9]))?")
_HALF = re.compile(rf"半个?(?P<unit>{UNIT})")
_AMOUNT = re.compile(
    rf"(?P<sign>[-−]|负)?(?P<number>{NUMERAL})(?P<half>个半)?\s*(?P<unit>{UNIT})?(?P<half_after>半(?![个天小年月]))?"
    r"(?P<letters>[a-z]*)"
)
_OPEN = re.compile(r"\s*(?:个?点)?(?:多|来(?![了自到的])|余|几|把)")
_TORN_BEFORE = re.compile(
    r"[a-z][.,]?.$|[0-9a-z][.,]\s*[0-9.]$|(?:[0-9零一二两三四五六七八九十半]\s*点|[第/百千万]).$", re.DOTALL
)
_ONE_THING = re.compile(r"[一-鿿](?<![多来几余])")
_NO_UNIT: Final = {"升": "[到至了高为]", "对": "[不得应比于照]", "单": "[独纯看]", "位": "[置于]", "级": "别"}
_TORN_AFTER = re.compile(r"[a-z]|[.,][0-9a-z%‰]")


class Doubt(Exception):
    """A question has to be asked."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.question: Question = question


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit, and where it stands; no value where it could mean two numbers."""

    value: Decimal | None
    unit: Unit
    start: int
    end: int
    numeral: str = ""


def amounts(text: str, asked: Unit) -> list[Amount]:
    """Every number of a text with its unit, from left to right; 1小时20分 is one."""
    found: list[Amount] = []
    at = 0
    while at < len(text):
        amount = _amount_at(text, at, asked)
        if amount is None:
            at += 1
            continue
        follows = bool(found) and found[-1].end == amount.start
        if not follows and _TORN_BEFORE.search(text[: amount.start + 1]):
            raise Doubt("unclear")
        if _OPEN.match(text, amount.end):
            amount = replace(amount, value=None)
        joined = _joined(found[-1], amount) if follows else None
        if joined:
            found[-1] = joined
        else:
            found.append(amount)
        at = amount.end
    return found


def clear_amounts(text: str, asked: Unit) -> list[Amount]:
    """Every number of a text, or none where one of them is doubtful."""
    try:
        return amounts(text, asked)
    except Doubt:
        return []


def _amount_at(text: str, at: int, asked: Unit) -> Amount | None:
    if text.startswith("百分百", at):
        return Amount(Decimal(1), _WHOLE, at, at + 3)
    if match := _FRACTION.match(text, at):
        return Amount(_ratio(match["part"], match["of"]), _WHOLE, at, match.end())
    if match := _SLASH.match(text, at):
        # 85/100 are 85 points where the full mark is 100.
        return Amount(
            _ratio(match["part"], match["of"]), replace(_WHOLE, word=f"/{match['of']}"), at, match.end(), match["part"]
        )
    if match := _TENTHS.match(text, at):
        tens, ones = value(match["tens"]), match["ones"] or "0"
        tenth = Decimal(5) if ones == "半" else value(ones)
        return Amount(None if tens is None or tenth is None else (tens + tenth / 10) / 10, _WHOLE, at, match.end())
    if match := _HALF.match(text, at):
        return Amount(Decimal("0.5"), typed_unit(match["unit"], asked), at, match.end())
    match = _AMOUNT.match(text, at)
    if match and match["number"] == "一" and not match["unit"] and _ONE_THING.match(text, match.end("number")):
        return None  # 盘了一遍, 差一截
    return _plain(text, match, asked) if match else None


def _ratio(part: str, of: str) -> Decimal | None:
    above, below = (Decimal(_POWERS[text]) if text in _POWERS else value(text) for text in (part, of))
    return None if above is None or not below else PRECISION.divide(above, below)


def _plain(text: str, match: re.Match[str], asked: Unit) -> Amount:
    number, word, letters, end = value(match["number"]), match["unit"] or "", match["letters"], match.end()
    if word in _NO_UNIT and re.match(_NO_UNIT[word], text[match.end("unit") :]):
        word, end = "", match.end("number")
    own = (
        re.match(r"\s*" + re.escape(asked.word), text[match.end("number") :])
        if asked.word and asked.family != POINTS
        else None
    )
    if own and not match["half"]:
        word, letters, end = asked.word, "", match.end("number") + own.end()
    clock = word == "分" and "点" in match["number"]
    if clock or text.startswith("/", end) or (not word and _TORN_AFTER.match(text[end:])):
        raise Doubt("unclear")
    if number is not None and (match["half"] or match["half_after"]):
        number += Decimal("0.5")
    if match["sign"] and number is not None:
        if not number:
            raise Doubt("unclear")
        number = -number
    unit = typed_unit(word, asked) if word else _BARE
    if letters:
        unit = Unit(OTHER, Decimal(1), "", letters)
    elif word and word == asked.word:
        unit = replace(asked, per="")
    return Amount(number, unit, match.start(), end, match["number"])


def _joined(first: Amount, then: Amount) -> Amount | None:
    """1小时20分 and 1小时20 as one amount; None for two amounts that only stand side by side."""
    minutes = then.unit.family == PLAIN and first.unit.size == 3600 and then.value is not None and then.value < 60
    if first.unit.family != TIME or not (then.unit.family == TIME or minutes):
        return None
    size = Decimal(60) if minutes else then.unit.size
    if first.value is None or then.value is None or first.unit.size <= size:
        raise Doubt("several")
    more = PRECISION.divide(then.value * size, first.unit.size)
    return replace(first, value=first.value + more, end=then.end)


def rounds_to(number: Decimal, reading: Amount) -> bool:
    """Whether a number is the reading but for less than its last digit can say."""
    if reading.value is None:
        return False
    last_digit = Decimal(1).scaleb(min(0, int(reading.value.as_tuple().exponent)))
    return 2 * abs(number - reading.value) <= last_digit
