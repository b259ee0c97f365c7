"""Reads the list of days off and swap days as the State Council announces it; knows no row, and says nothing.

The usual wording is read ("元旦：1月1日至3日放假调休，共3天，1月4日（周日）上班"), also from a copy with torn lines,
and plain English with dates written 2027-01-01. What does not add up is refused, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from unicodedata import normalize

from models.base import Invalid

NAMES = {
    "元旦": "new_year",
    "春节": "spring",
    "清明": "qingming",
    "劳动": "labour",
    "五一": "labour",
    "端午": "dragon_boat",
    "中秋": "mid_autumn",
    "国庆": "national",
}
LONGEST = 15  # days of one holiday
SIGNATURE = 4  # characters at least between the last words about days and the day on which a notice was signed
WEEKDAYS = "一二三四五六日"
ENGLISH = (
    (r"(20\d\d)-(\d{1,2})-(\d{1,2})", r"\1年\2月\3日"),
    (r"new year'?s?( day)?", "元旦"),
    (r"(spring festival|chinese new year)", "春节"),
    (r"(qingming|tomb.sweeping)( festival| day)?", "清明"),
    (r"(labou?r|may) day", "劳动"),
    (r"dragon boat( festival)?", "端午"),
    (r"mid.autumn( festival)?", "中秋"),
    (r"national day", "国庆"),
    (r"\boff\b", "放假"),
    (r"\bwork(ed|ing|day)?\b", "上班"),
    (r"\b(to|until)\b", "至"),
    (r"\band\b", "、"),
)
TOKEN = re.compile(
    r"(?P<name>元旦|春节|清明|劳动|五一|端午|中秋|国庆)"
    r"|(?P<day>(?:(?P<year>20\d\d)年)?(?:(?P<month>\d{1,2})月)?(?P<date>\d{1,2})[日号])"
    r"(?:\([^()]*?(?:周|星期)(?P<weekday>[一二三四五六日天])[^()]*\)|\([^()]*\))?"
    r"|(?P<range>[至到~—–-]+)"
    r"|(?P<off>放假|连休|补休|休息)"
    r"|(?P<worked>上班|补班)"
    r"|共(?P<count>\d{1,2})天"
)
BESIDE = re.compile(r"[节日]?[、和与及/,]?")


@dataclass
class Holiday:
    """One holiday, or two that fall together: its days off, and the weekend days worked for it."""

    names: list[str] = field(default_factory=list)
    off: list[date] = field(default_factory=list)
    worked: list[date] = field(default_factory=list)

    @property
    def runs(self) -> list[tuple[date, date]]:
        """The days off as stretches, each its first and last day."""
        found: list[tuple[date, date]] = []
        for day in sorted(self.off):
            if found and found[-1][1] + timedelta(days=1) == day:
                found[-1] = found[-1][0], day
            else:
                found.append((day, day))
        return found


@dataclass(frozen=True)
class Notice:
    """What an announced list says of a year; `missing` are the holidays it does not name."""

    year: int
    holidays: list[Holiday]
    missing: list[str]

    @property
    def days(self) -> dict[date, bool]:
        """Every day it names: worked (True) or off."""
        off = {day: False for one in self.holidays for day in one.off}
        return off | {day: True for one in self.holidays for day in one.worked}


def read_notice(typed: str, year: int) -> Notice:
    """The days of an announced list, of the year it names, else of `year`; Invalid where it cannot be trusted."""
    text = re.sub(r"\s+", "", _in_chinese(normalize("NFKC", typed)))
    named = re.search(r"(20\d\d)年(?!\d)", text)
    year = int(named[1]) if named else year
    found = [one for one in _Reader(text, year).read() if one.off or one.worked]
    if not any(one.off for one in found):
        raise Invalid("holidays_nothing")
    said = {name for one in found for name in one.names if one.off}
    notice = Notice(year, found, [name for name in dict.fromkeys(NAMES.values()) if name not in said])
    if len(notice.days) < sum(len(one.off) + len(one.worked) for one in found):
        raise Invalid("holidays_twice")
    return notice


def _in_chinese(text: str) -> str:
    for english, chinese in ENGLISH:
        text = re.sub(english, chinese, text, flags=re.IGNORECASE)
    return text


class _Reader:
    """Goes through a list word by word: days gather until it is said whether they are off or worked."""

    def __init__(self, text: str, year: int) -> None:
        self.text, self.year = text, year
        self.days: list[date] = []
        self.words = ""  # what has gathered, as it was written
        self.dated = self.ranging = False
        self.holiday = Holiday()
        self.last_off: list[date] = []
        self.name_ends = self.verb_ends = -1

    def read(self) -> Iterator[Holiday]:
        for token in TOKEN.finditer(self.text):
            if token["name"]:
                beside = BESIDE.fullmatch(self.text[max(self.name_ends, 0) : token.start()])
                if not (beside and self.name_ends >= 0):
                    self._nothing_left()
                    yield self.holiday
                    self.holiday = Holiday()
                self.holiday.names.append(NAMES[token["name"]])
                self.name_ends = token.end()
            elif token["day"]:
                self._gather(token)
            elif token["range"]:
                self.ranging = bool(self.days)
            elif token["count"]:
                if self.last_off and int(token["count"]) != len(self.last_off):
                    count = len(self.last_off)
                    raise Invalid("holidays_count", said=int(token["count"]), found=count, day=self.last_off[0])
            elif self.days:
                (self.holiday.off if token["off"] else self.holiday.worked).extend(self.days)
                self.last_off = self.days if token["off"] else []
                self.days, self.words, self.dated, self.verb_ends = [], "", False, token.end()
        if not self.dated:  # the day on which a notice was signed stands alone, with its year
            self._nothing_left()
        yield self.holiday

    def _nothing_left(self) -> None:
        if self.days:
            raise Invalid("holidays_unclear", words=self.words[:40])

    def _gather(self, token: re.Match[str]) -> None:
        day = self._day(token)
        ranging, self.ranging = self.ranging, False
        self.words += token[0]
        alone = not ranging and not self.days and token.start() - self.verb_ends >= SIGNATURE
        self.dated = bool(token["year"]) and alone
        if not ranging:
            self.days.append(day)
            return
        first = self.days[-1]
        if not first < day < first + timedelta(days=LONGEST):
            raise Invalid("holidays_unclear", words=self.words[:40])
        self.days += [first + timedelta(days=n) for n in range(1, (day - first).days + 1)]

    def _day(self, token: re.Match[str]) -> date:
        month = int(token["month"]) if token["month"] else self.days[-1].month if self.days else 0
        before = month == 12 and "new_year" in self.holiday.names
        year = int(token["year"]) if token["year"] else self.year - before
        try:
            day = date(year, month, int(token["date"]))
        except ValueError:
            raise Invalid("holidays_unclear", words=token[0][:40]) from None
        weekday = (token["weekday"] or "").replace("天", "日")
        if weekday and WEEKDAYS[day.weekday()] != weekday:
            raise Invalid("holidays_weekday", day=day, words=token[0][:40])
        return day
