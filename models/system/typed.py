"""What people type, read: a number, a telephone, a day, one of several. Says nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from rapidfuzz import fuzz, process

from models.system import calendar

CLOSE = 75  # how alike a typed answer and a label must be, of 100: one wrong character in four

Options = Sequence[tuple[str, str]]  # (value, label)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = "|".join(_MONTHS)
SMALL = {word: str(n) for n, word in enumerate("零一二三四五六七八九十")}
SMALL |= {"两": "2", "半": "0.5", "十二": "12"}


def read_number(typed: str) -> Decimal | None:
    """A figure, written with or without its unit (3, 2.5%, 约12人, 两个); None when it is none."""
    found = re.fullmatch(r"[约大概]*\s*([+-]?\d+(?:\.\d+)?)\s*[^\d.,]{0,6}", typed)
    digits = found[1] if found else SMALL.get(typed[:-1] if typed[-1:] in "个人次家小时" else typed)
    return Decimal(digits) if digits else None


def read_phone(typed: str) -> str | None:
    """The digits of a telephone number; None when it is none."""
    digits = re.sub(r"[\s()\-—]", "", typed)
    if not re.fullmatch(r"\+?\d{7,15}", digits):
        return None
    return digits.removeprefix("+86") if len(digits) == 14 else digits


def match(typed: str, options: Options) -> str | None:
    """The option meant by a typed number, label, its beginning, or a close spelling that only one option has."""
    typed = typed.strip().strip("。.!！")
    if re.fullmatch(r"\d{1,2}", typed) and 1 <= int(typed) <= len(options):
        figured = [value for value, label in options if re.match(rf"{typed}(?!\w)", label)]  # 3 个月 is meant by 3
        return figured[0] if figured else options[int(typed) - 1][0]
    folded = typed.casefold()
    labels = [(value, label.casefold()) for value, label in options]
    for test in (folded.__eq__, lambda label: label.startswith(folded), lambda label: folded in label):
        found = [value for value, label in labels if test(label)] if len(folded) > 0 else []
        if len(found) == 1:
            return found[0]
    close = process.extract(folded, [label for _, label in labels], scorer=fuzz.ratio, score_cutoff=CLOSE, limit=2)
    if close and (len(close) == 1 or close[0][1] > close[1][1]):
        return labels[close[0][2]][0]
    return None


def read_day(typed: str, today: date, *, forward: bool = False) -> date | None:
    """A day from words such as 昨天, 周三, 11月20日, 11-20, 2026-11-20, today; None when it is none."""
    typed = typed.strip().lower()
    near = {-2: "前天", -1: "昨天 yesterday", 0: "今天 今日 today", 1: "明天 tomorrow", 2: "后天"}
    for shift, words in near.items():
        if typed in words.split():
            return today + timedelta(days=shift)
    if weekday := re.fullmatch(r"(上|下|这|本)?(?:周|星期|礼拜)([一二三四五六日天])", typed):
        index = "一二三四五六日".index(weekday[2].replace("天", "日"))
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks={"上": -1, "下": 1}.get(weekday[1] or "", 0))
        return monday + timedelta(days=index)
    if typed == "年底":
        return date(today.year, 12, 31)
    if end := re.fullmatch(r"(?:[这本]?个?|(下)个?)月底|end of (?:the|this|(next)) month", typed):
        return calendar.month_of(today, 2 if end[1] or end[2] else 1) - timedelta(days=1)
    if end := re.fullmatch(rf"(?:(明)年|(\d{{4}})年)?(1[0-2]|0?[1-9])月底|end of ({_NAMED})[a-z]*", typed):
        month = int(end[3]) if end[3] else _MONTHS.index(end[4]) + 1
        year = int(end[2]) if end[2] else today.year + bool(end[1])
        return _end_of(year, month) if end[1] or end[2] else _nearest(partial(_end_of, month=month), today, forward)
    parts = re.fullmatch(r"(?:(\d{4})[年./-])?(\d{1,2})[月./-](\d{1,2})[日号]?", typed)
    if not parts:
        return None
    try:
        if parts[1]:
            return date(int(parts[1]), int(parts[2]), int(parts[3]))
        return _nearest(partial(date, month=int(parts[2]), day=int(parts[3])), today, forward)
    except ValueError:
        return None


def _nearest(day_in: Callable[[int], date], today: date, forward: bool) -> date:
    """A day of which no year is told: the next to come (`forward`), else the last, or one that comes within 60 days."""
    day = day_in(today.year)
    if forward:
        return day if day >= today else day_in(today.year + 1)
    return day if (day - today).days <= 60 else day_in(today.year - 1)


def _end_of(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
