"""The day and the length of a session as people say them: 上周三, 两个半小时, 从两点到四点半. Knows no activity."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal

from models.incubation.readings_numbers import NUMERAL, value
from models.incubation.session_notes_shares import how_many, part_of_day

N: Final = NUMERAL
_WEEKDAYS = {
    char: number for number, chars in enumerate(("一1", "二2", "三3", "四4", "五5", "六6", "日天末7")) for char in chars
}
_WEEK = r"(?:周|星期|礼拜)"
_BACK = {"今": 0, "刚": 0, "昨": 1, "前": 2, "大前": 3}
_LONG_AGO = 180  # days; a day without a year that lies further back was hardly meant
_SHORTEST_SESSION = Decimal("0.25")  # hours; what is shorter is how long something took
_LONGEST_SESSION = Decimal(12)  # hours
_FEW = 3
_LONGEST_OF_DAYS = Decimal(24)  # hours of what took several days

# 四号注塑机 is no fourth of the month.
MACHINE: Final = "(?:注塑|压铸|冲压|成型|包装|灌装|数控|贴片|焊接|喷涂|染色|生产|装配|流水|印刷|发酵|反应|加工)"
_DAYS = re.compile(
    # 上周三十二个人: last Wednesday twelve, or last week thirty-two.
    rf"(?P<either>上+个?{_WEEK}[一二三四五六]十[一二三四五六七八九]?(?=[个位名人]))"
    rf"|(?P<full>(?P<y>20[0-9]{{2}})\s*[-年/.]\s*(?P<m>[01]?[0-9])\s*[-月/.]\s*(?P<d>[0-3]?[0-9])(?![0-9])\s*[日号]?)"
    r"|(?P<packed>(?<![0-9])20[0-9]{2}[01][0-9][0-3][0-9](?![0-9]))"
    rf"|(?P<month_day>(?P<mm>{N})月份?(?P<md>{N})(?:[日号]|(?![0-9点:个人小钟天])))"
    r"|(?P<slash>(?<![0-9.:/])(?P<sm>1[0-2]|0?[1-9])(?:/|[.](?=[0-9]{2}|[0-9][日号上下早晚]))(?P<sd>3[01]|[12][0-9]|0?[1-9])"
    r"(?![0-9.:/%]|\s*(?:个|小时|钟|h|天|人|分|万|元|倍|米|点|%)))"
    r"|(?P<dashed>^\s*(?P<tm>1[0-2]|0?[1-9])-(?P<td>3[01]|[12][0-9]|0?[1-9])(?=[^0-9点时:.~-]))"
    rf"|(?P<last_month>上个?月(?P<ld>{N})[日号])"
    rf"|(?P<week>(?P<which>上+个?|这个?|本|下个?)?{_WEEK}(?P<wd>[一二三四五六日天](?!天|个(?!人))|[1-7](?!天|个(?!人)|[0-9](?![ds位]))))"
    rf"|(?P<ago>(?P<an>{N})天(?:之?前|以前))|(?P<weeks_ago>(?P<wn>{N})个?(?:周|星期|礼拜)(?:之?前|以前))"
    rf"|(?P<day>(?<![0-9])(?P<dd>{N})[日号](?!{MACHINE}?[人多来线车机楼厂员位床炉模仓门文令会库店厅教口井泵柜工产设样方标孔件箱罐槽站点桥项试]))"
    r"|(?P<near>大前[天日]|今[天日早晚儿朝]|昨[天日早晚儿夜朝]|前[天日晚]|刚刚|刚才|刚从|刚去|today|yesterday)"
    r"|(?P<later>明[天日早]|后天|下周|下个?星期|下个?月|周末|忘了|记不|大概是上|哪天)"
)
_TIME_OF_DAY = re.compile(r"上午|下午|早上|晚上|中午|傍晚|一早")

_PART = r"(?:凌晨|早上?|上午|中午|下午|傍晚|晚上?|pm|am)"
_PART_OF_DAY = re.compile(_PART)
# Hours and minutes have patterns of their own: 三点一刻 is no number 3.1, and in 十二点 8个人 the eight are people.
_O_CLOCK = r"(?:[01]?[0-9]|2[0-4]|二十[一二三四]?|十[一二三四五六七八九]?|[零一二两三四五六七八九])(?![0-9])"
_MINUTE = r"(?:[0-5]?[0-9]|[二三四五]?十[一二三四五六七八九]?|[零〇][一二三四五六七八九])"
_NOT_PAST = (
    r"(?![0-9一二三四五六七八九十]|\s*(?:[多余几个人名位号家次场条项]|来(?!了)|小时|钟头|学员|员工|同事|[hs](?![a-z])))"
)
_PAST = rf"(?:半(?!个|小时|天|钟头)|[一三1-3]刻(?!钟)|整|钟|{_MINUTE}(?:分(?!钟)|{_NOT_PAST}))"
_CLOCK = rf"{_PART}?\s*{_O_CLOCK}(?:\s*(?::\s*|[点时](?!间)){_PAST}?钟?)?"
_RANGE = re.compile(
    rf"(?<![一二两三四五六七八九])(?P<a>{_CLOCK})(?:开始|起|开讲|开场)?[^0-9一二两三四五六七八九十,。;]{{0,4}}?\s*(?:-+|~|—+|–|(?<!不)到|至|→|(?<=开始)|(?<=起))\s*(?:次日|第二天|隔天|次晨)?"
    rf"(?P<b>{_CLOCK})(?P<oclock>点钟?|时)?"
)
_HOUR = r"(?:个?小时|个?钟头|个钟|hours?|hrs?|h(?![a-z]))"
_LENGTH = re.compile(
    rf"(?P<open>(?:不到|将近|接近|快|近|超过|至少|最多|几|好几)\s*)?(?:(?P<n>{N})(?P<half>个半)?\s*{_HOUR}(?P<half_after>半)?"
    rf"(?:零|又|加)?(?:(?P<minutes>{N})\s*(?:分钟?|min)|(?P<and_quarters>[一两三1-3])刻钟?|(?P<bare>[1-5]?[05]|[一二三四五]?十五?)(?=[,。;\s]|$))?"
    rf"|半个?(?:小时|钟头)|(?P<quarters>{N})刻钟|(?P<only>{N})\s*(?:分钟|mins?(?![a-z])|minutes?))(?P<more>多|来(?!了|自|的)|不到|以上|以内|左右不到)?"
)
_NOT_THE_SESSION = re.compile(
    r"(?:每[场次人天组班节课堂个位批轮回趟]?(?:都|也|就)?|[一各][场节堂课](?:课|是|都是)?|各(?:讲|看|做|听|来|带|练)?|平均|路上[^,。;]{0,4}|堵[车在了][^,。;]{0,4}|车程|来回|往返|开车|排队|等了?[^,。;]{0,2}|赶路|坐车|高铁|迟到|晚了|早了|提前|延迟|降到|降至|缩短到?了?|缩短为|减少了?|节省了?|省了?|"
    r"从|由|换模(?:时间)?|换型(?:时间)?|周期|停机|停线|超时|目标|间隔|延长|片长|没用上|(?:干燥|烘烤?|保温|固化|晾[^,。;0-9]?|浸泡|等待)[^,。;0-9]{0,4}|(?:换[模型线刀产]|切换|周期|节拍|工时)(?:时间)?[^,。;\s]{0,12}(?:我们|咱们?|他们|人家|对方|标杆|你们)(?:这边|那边)?[要用是才只]*|原[定本]|原?计划|预计|本来|前后差|还差)[约为是了]?\s*$"
)
# The changeover fell from 45 to 32 minutes; each practised for 20 minutes; drove 2 hours.
_NOT_THE_SESSION_EITHER = re.compile(
    r"\b(?:from [0-9.]+ ?(?:min(?:ute)?s?|hours?|hrs?|h)? (?:down )?to"
    r"|(?:down|dropped|fell|cut|reduced|shortened|halved)\b[^,.;]{0,30}\b(?:to|by)|(?:each|every)\b[^,.;0-9]{0,24}"
    r"|(?:drove|drive|driving|travel\w*|waited|waiting|cycle time|changeovers?|setups?|downtime)\b[^,.;0-9]{0,14})\s*$"
)
# What was no work between two hours of the clock.
_BREAK = re.compile(
    r"(?:休息|午休|吃(?:(?:中|午|晚|早|工作)?[饭餐])?|歇(?:息|晌|力)?|[中午晚][饭餐])了?(?:[约用花]|大概|大约|差不多|有)*了?\s*$"
)
_THIS_TIME = re.compile(r"(?:[这本]一?[次回趟场]|今[天次]|实际|真正|正经)[^,。;0-9]{0,5}$")
_EACH = re.compile(r"\s*(?:一|每|/)[批场组班轮节堂]")
_AGAIN = re.compile(r"又(?:接着|继续)?(?:讲|做|搞|弄|练|看|聊|待|教|培训|辅导)?了?$")  # so long once more
_UP_TO = re.compile(rf"{N}\s*(?:{_HOUR})?\s*(?:-+|~|—+|–|到|至|或者?)\s*$")
# 五点差十分; 等了半小时,不算等的: what the clock says is not the whole story.
_NOT_ALL_OF_IT = re.compile(
    r"[点时]差|不算(?:等|路|吃)|等了?[^,。;0-9]{0,3}(?:半|[0-9一二两三四五]+)个?(?:小时|钟头|刻|分)"
)
_ARRIVED_LEFT = re.compile(
    rf"(?P<a>{_CLOCK})(?:就|才)?(?:到|进|去|来|开始|开工|开讲)(?![0-9一二两三四五六七八九十])[^0-9一二两三四五六七八九十;。]{{0,12}}?"
    rf"(?P<b>{_CLOCK})(?:多?才|就)?(?:走|离开|出来|出厂|结束|收工|收尾|散|撤|完)(?P<oclock>)"
)
_TOTAL = re.compile(r"(?:一共|总共|总计|合计|加起来|前后|共)[用花讲搞做]?了?\s*$")

# What is said of another length than that of the session.
_CHANGED = re.compile(r"原[定本来]|本来|原?计划|预计|打算|准备|改[成为到期]|取消|说是|说好|打错|不对|记不清|应该是")
_NO_WORK = re.compile(r"路上|开车|车程|坐车|赶路|堵|等[人了他着]|吃[饭了过中午]|休息|午休|歇|人家|营业|早班|夜班")
_DAYS_LONG = re.compile(rf"(?<!第)(?:{N}|几)个?(?:[天日晚夜]|晚上|早上|上午|下午|星期|礼拜|周)(?![前后])")

Kind = Literal["clock", "length", "again", "share", "untold", "total"]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of a log that tells of a time: where, of what kind, its hours; of a clock the minutes, too."""

    span: tuple[int, int]
    kind: Kind
    hours: Decimal | None
    clock: tuple[int, int] = (0, 0)


def day_of(text: str, today: date) -> tuple[date | None, str]:
    """The day of a session and the text without any days; None where it is missing, ahead, or one of several."""
    found = list(_DAYS.finditer(text))
    rest = _DAYS.sub(" ", text)
    if any(match["later"] or match["either"] for match in found):
        return None, rest
    days = {_day(match, today) for match in found}
    if not days and _TIME_OF_DAY.search(text):
        days = {today}
    if len(near := {_day(match, today) for match in found if match["near"]}) == 1:
        days = near  # what else is named is what the session looked back to
    day = days.pop() if len(days) == 1 else None
    return (day if day and day <= today else None), rest


def _day(found: re.Match[str], today: date) -> date | None:
    if found["full"]:
        return _date(int(found["y"]), int(found["m"]), int(found["d"]))
    if found["packed"]:
        return _date(int(found["packed"][:4]), int(found["packed"][4:6]), int(found["packed"][6:]))
    if found["month_day"] or found["slash"] or found["dashed"]:
        month, day = (found[f"m{what}"] or found[f"s{what}"] or found[f"t{what}"] for what in "md")
        return _latest(_number(month), _number(day), today)
    if found["last_month"]:
        last = today.replace(day=1) - timedelta(days=1)
        return _date(last.year, last.month, _number(found["ld"]))
    if found["week"]:
        return _weekday(found["which"] or "", _WEEKDAYS[found["wd"]], today)
    if found["ago"] or found["weeks_ago"]:
        count = _number(found["an"] or found["wn"]) * (7 if found["weeks_ago"] else 1)
        return today - timedelta(days=count) if 0 < count <= _LONG_AGO else None
    if found["day"]:
        this = _date(today.year, today.month, _number(found["dd"]))
        last = today.replace(day=1) - timedelta(days=1)
        return this if this and this <= today else _date(last.year, last.month, _number(found["dd"]))
    near = found["near"].replace("today", "今").replace("yesterday", "昨")
    return today - timedelta(days=_BACK[near[:2] if near.startswith("大前") else near[0]])


def _number(numeral: str) -> int:
    number = value(numeral)
    return int(number) if number is not None and number == number.to_integral_value() and number < 10_000 else 0


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _latest(month: int, day: int, today: date) -> date | None:
    """The last such day up to today; None when that is long ago, for then it was hardly meant."""
    for year in (today.year, today.year - 1):
        found = _date(year, month, day)
        if found and found <= today:
            return found if (today - found).days <= _LONG_AGO else None
    return None


def _weekday(which: str, weekday: int, today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    if which.startswith("上"):
        return monday + timedelta(days=weekday - 7 * which.count("上"))
    if which.startswith("下"):
        return monday + timedelta(days=weekday + 7)
    if which:
        return monday + timedelta(days=weekday)
    return today - timedelta(days=(today.weekday() - weekday) % 7)


def hours_of(text: str) -> tuple[Decimal | None, str]:
    """The hours of a session (to two places) and the text without them; None where none or several are named."""
    text = text.replace("一直", "  ")  # the 一 of 五点三十一直到六点 is no minute
    matches = [match for match in _RANGE.finditer(text) if _is_clock(match)]
    if not matches and len(left := [match for match in _ARRIVED_LEFT.finditer(text) if _is_clock(match)]) == 1:
        matches = left
    rest, pause = _without_breaks(_blank(text, [match.span() for match in matches]))
    pieces = [_by_the_clock(match, pause) for match in matches] + list(_lengths(rest))
    rest = _blank(rest, [piece.span for piece in pieces])
    hours = _whole(text, sorted(pieces, key=lambda piece: piece.span))
    if not hours or hours < _SHORTEST_SESSION:
        return None, rest
    if hours <= _LONGEST_SESSION:
        return hours, rest
    return (hours if hours <= _LONGEST_OF_DAYS and _DAYS_LONG.search(text) else None), rest


def _whole(text: str, pieces: Sequence[_Piece]) -> Decimal | None:
    """The hours of all pieces: the total that is told, else the only length, or the sum of what lay apart."""
    if totals := {piece.hours for piece in pieces if piece.kind == "total"}:
        return totals.pop() if len(totals) == 1 else None
    plain = [piece for piece in pieces if piece.kind not in ("share", "untold")]
    clocks = [piece for piece in pieces if piece.kind == "clock"]
    shares = [piece.hours for piece in pieces if piece.kind == "share"]
    found = {piece.hours for piece in plain}
    if clocks and _NOT_ALL_OF_IT.search(text):
        return None
    if len(plain) > 1 and (together := _together(text, plain)) is not None:
        found = {together}
    elif len(clocks) > 1 or any(piece.kind == "again" for piece in plain):
        return None
    known = [hours for hours in shares if hours is not None]
    untold = [piece.hours for piece in pieces if piece.kind == "untold"]
    if untold and not all(_holds(hours, untold) for hours in found):
        return None
    if not plain or None in shares:
        found |= set(shares)
    elif known and any(hours is not None and max(known) > hours for hours in found):
        return None  # 讲了1小时,又辅导三家,每家半小时
    return found.pop() if len(found) == 1 else None


def _holds(hours: Decimal | None, untold: Sequence[Decimal | None]) -> bool:
    """Whether hours may hold the parts whose number is not told: 诊断5小时,每条线看一小时."""
    return hours is not None and all(each is not None and each * _FEW <= hours for each in untold)


def _together(text: str, pieces: Sequence[_Piece]) -> Decimal | None:
    """The sum of lengths in different parts of the day, or of clock times one after the other; None where unsure."""
    hours = [piece.hours for piece in pieces if piece.hours is not None]
    if len(hours) < len(pieces) or _CHANGED.search(text):
        return None
    if all(piece.kind == "clock" for piece in pieces):
        ends = [piece.clock[1] for piece in pieces]
        apart = all(end <= piece.clock[0] for end, piece in zip(ends, pieces[1:], strict=False))
        return sum(hours, Decimal(0)) if apart and not _NO_WORK.search(text) else None
    ends = [0, *(piece.span[1] for piece in pieces)]
    parts = [part_of_day(text[end : piece.span[1]]) for end, piece in zip(ends, pieces, strict=False)]
    return sum(hours, Decimal(0)) if None not in parts and len(set(parts)) == len(parts) else None


def _without_breaks(text: str) -> tuple[str, Decimal | None]:
    """The text without the breaks it tells of, and how many hours they took; 0 without any, None where nobody knows."""
    found = [match for match in _LENGTH.finditer(text) if _BREAK.search(text[: match.start()])]
    lengths = [None if match["open"] or match["more"] else _length(match) for match in found]
    known = [length for length in lengths if length is not None]
    return _blank(text, [match.span() for match in found]), (
        sum(known, Decimal(0)) if len(known) == len(lengths) else None
    )


def _lengths(text: str) -> Iterator[_Piece]:
    for match in _LENGTH.finditer(text):
        before = text[: match.start()]
        low = _UP_TO.search(before)
        span = ((low or match).start(), match.end())
        unsure = low or match["open"] or match["more"]
        many = how_many(text, *match.span())
        if many != 1 and not _TOTAL.search(before):
            each = None if unsure or many is None else _length(match, many or 1)
            yield _Piece(span, "untold" if many == 0 else "share", each)
        elif not _NOT_THE_SESSION.search(before) and not _NOT_THE_SESSION_EITHER.search(before):
            total = _TOTAL.search(before) or _THIS_TIME.search(before)
            kind: Kind = "total" if total else "again" if _AGAIN.search(before) else "length"
            yield _Piece(span, kind, None if unsure else _length(match))


def _length(match: re.Match[str], times: int = 1) -> Decimal | None:
    """The hours of a length that is told, so many times over."""
    if match["quarters"] or match["only"]:
        count = value(match["quarters"] or match["only"])
        return None if count is None or count % 1 else _rounded(times * count * (15 if match["quarters"] else 1))
    if not match["n"]:
        return times * Decimal("0.5")
    hours, minutes = value(match["n"]), value(match["minutes"] or match["bare"] or "0")
    if match["and_quarters"]:
        minutes = (value(match["and_quarters"]) or Decimal(0)) * 15
    # 3.09小时 is more likely the ninth of March run into a number.
    if hours is None or minutes is None or minutes >= 60 or (hours * 10 % 1 and hours * 4 % 1):
        return None
    half = Decimal("0.5") if match["half"] or match["half_after"] else 0
    return _rounded(times * ((hours + half) * 60 + minutes))


def _rounded(minutes: Decimal) -> Decimal:
    return (minutes / 60).quantize(Decimal("0.01")).normalize()


def _is_clock(match: re.Match[str]) -> bool:
    """9-11 alone may be anything; with 点, a colon or a part of the day it is the clock."""
    return bool(re.search("[:点时]", match["a"] + match["b"] + (match["oclock"] or "")))


def _by_the_clock(match: re.Match[str], pause: Decimal | None) -> _Piece:
    """The hours between two clock times but for the breaks told; open where they cannot be, or a lunch may lie between.

    `pause` are the hours of breaks, None where it is open how long they were.
    """
    start, end = _minutes(match["a"]), _minutes(match["b"])
    if start is None or end is None:
        return _Piece(match.span(), "clock", None)
    parts = [found[0] if (found := _PART_OF_DAY.search(match[side])) else "" for side in "ab"]
    start = _by_part(start, parts[0])
    end = _by_part(end, parts[1] or (parts[0] if not parts[0].startswith(("上", "早")) else ""))
    while end <= start:
        end += 720
    length = end - start
    lunch = start < 11 * 60 + 30 and end > 13 * 60 and length > 180 and (parts[0] or start >= 8 * 60)
    unsure = pause is None or length > 600 or (lunch and not pause) or pause * 60 >= length
    hours = None if unsure or pause is None else _rounded(length - pause * 60)
    return _Piece(match.span(), "clock", hours, (start, end))


def _minutes(clock: str) -> int | None:
    found = re.search(rf"({_O_CLOCK})\s*(?:(?::\s*|[点时])(?:(半)|([一三1-3])刻|(?:整|钟)|({_MINUTE})分?)?)?", clock)
    if not found:
        return None
    minutes = 30 if found[2] else 15 * _WEEKDAYS[found[3]] + 15 if found[3] else _number(found[4] or "0")
    return _number(found[1]) * 60 + minutes if _number(found[1]) <= 24 and minutes < 60 else None


def _by_part(minutes: int, part: str) -> int:
    afternoon = part in ("下午", "傍晚", "晚", "晚上", "pm") or (part == "中午" and minutes < 300)
    return minutes + 720 if afternoon and minutes < 720 else minutes


def _blank(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with some stretches blanked out, all else where it was."""
    for start, end in spans:
        text = text[:start] + "\n" * (end - start) + text[end:]
    return text
