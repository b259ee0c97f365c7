"""Keeps the clause that is nothing but the reading, where the others explain it: 4.5天，有一起等了半个月.

The others may count other things, name shares of it or give reasons. Where one of them gives another number of the same
kind, calls the number something else or doubts it, the text stays whole.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from models.incubation import readings_words as words
from models.incubation.readings_amounts import Amount, clear_amounts
from models.incubation.readings_numbers import NUMERAL
from models.incubation.readings_units import COUNT, MONEY, PLAIN, SHARE, TIME, Unit
from models.vocabulary import Indicator

_STOPS = re.compile(r"[,;。()]+")
_FILLER: Final = (
    r"(?:我们|这边|这个?月|本月|当月|大概|大约|差不多|估计|约|总体|整体|全厂|综合|就|才|只|有|是|为|报|共|平均|中位数?|总的?|达到?|到|完成|实际|现在|"
    r"左右|上下|出来|[了的吧啊嘞呢嘛哦=:~\s])*+"
)
_DOUBTED: Final = re.compile(
    r"[?？]|不对|写错|打错|报错|错了|不准|还是|或者?|要么|对不上|不一致|出入|不符|说是?(?=[0-9])|还要|还没|没统计|没[算检查录]|不全|不完整|漏统|统计完|待(?=定|确|统|查|核)|"
    r"不算|算不算|无效|有效|重复|误会|的话|只(?:统计|算|记|查)了|才(?:统计|算)|没更新|沿用|[按用照]的?(?:[上去前]|以前|老)|去掉|扣除|扣[掉了](?![0-9])|剔|减去|除了|如果|要是|随便|瞎|编的|先填|先报|另外|加上|不止|以上|以下|以内|不到的|估的|有时|在做|在研|进行中|未完成|拍脑袋|(?:这|那|都)是(?:[上去前]|目标|计划|预|同行|别|人家|累计|全年|估)"
)
_CALLED = re.compile(
    r"(?:这|都|这个|那)?(?:是|算|指|按)?(?:的?是)?(?:[上前去下][个两]?[月年周季期次]度?|同期|累计|全年|半年|目标|计划|预[计测算]|要求|"
    r"标准|历史|行业|以前|之前|原来|第[一二三四]周|[上中下]旬|其中|单|某|别|周|今天|昨天)(?:的|值|数据?|水平|平均|累计|[了吧啊]|报表|口径|指标|份)*"
)
_NUMBERED_BADLY = re.compile(
    r"每|各|分别|合计|总共|一共|共计|加起来|累计|不是|就是|即|售后|市场|新增|又|平均|均值|中位|[报显测写]|mes|erp|后台|平台|^\s*(?:[乙丙丁bcd]|另|后[段道]|其[他它余])|系统|手工|台账|账|[我他她你]|老[^,]{1}说|统计"
)
_PASSED = re.compile(r"[过破超上](?=了?[0-9])")
_IN_MONEY = re.compile(r"价值|金额|资金|货值|[0-9万]元")
_NAMED = re.compile("[一-鿿]{2}")
_A_NUMBER = re.compile(NUMERAL)
_ANOTHER_SOURCE = re.compile(
    r"口径|按|换算|客户(?:那边|方|自己|系统)|对方|供方|财务|第三方|总部|省里|市里|协会|质检|实测|修|改前|改后|返工后|[前后]者"
)
_LASTING = re.compile("[0-9一二两三四五六七八九十半]个?(?:年|月|季|周(?!转)|星期)")
_SUBORDINATE = re.compile(r"占|主要|大头|扣|含|包括|[低高优]于|超过|其中|离|差|贡献|里面?")


def headed(text: str, asked: Unit, known: Indicator | None) -> str:
    """The one clause that is only the reading; the whole text where another might be it."""
    found = clear_amounts(text, asked)
    spans = _clauses(text)
    if len(spans) < 2 or not found:
        return text
    heads = [(start, end) for start, end in spans if _only_a_number(text, start, end, found, asked)]
    if len(heads) != 1 or (known is not None and known.id == "complaint_count" and "其中" in text):
        return text
    head = heads[0]
    reading = next(amount for amount in found if head[0] <= amount.start < head[1])
    others = [(text[s:e], _within(found, s, e)) for s, e in spans if (s, e) != head]
    among = _is_among([a for _, numbers in others for a in numbers], reading, asked)
    if not all(_explains(clause, numbers, reading, asked, among) for clause, numbers in others):
        return text
    if _speaks_of_another(text[: head[0]]):
        return text
    for start, end in spans:
        if end <= head[0] and (before := _within(found, start, end)) and not _passed(text[start:end], before, reading):
            return text  # what is said first is not explained by what follows
    return text[head[0] : head[1]]


def _clauses(text: str) -> list[tuple[int, int]]:
    edges = [0]
    for stop in _STOPS.finditer(text):
        edges += [stop.start(), stop.end()]
    edges.append(len(text))
    return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if text[start:end].strip()]


def _within(found: Sequence[Amount], start: int, end: int) -> list[Amount]:
    return [amount for amount in found if start <= amount.start < end]


def _only_a_number(text: str, start: int, end: int, found: Sequence[Amount], asked: Unit) -> bool:
    own = _within(found, start, end)
    if len(own) != 1 or own[0].unit.family not in (asked.family, PLAIN) or own[0].value is None:
        return False
    around = text[start : own[0].start] + "|" + text[own[0].end : end]
    return bool(re.fullmatch(rf"{_FILLER}\|{_FILLER}", around))


def _explains(clause: str, numbers: Sequence[Amount], reading: Amount, asked: Unit, among: bool) -> bool:
    """Whether a clause only explains a reading."""
    clause = clause.strip()
    if _DOUBTED.search(clause) or words.NO_DATA.search(clause):
        return False
    if not numbers:
        return len(clause) > 2 and not _CALLED.fullmatch(clause) and not _only_vague(clause)
    if asked.family != TIME and _LASTING.search(clause):
        return False
    if _NUMBERED_BADLY.search(clause) or any(amount.value is None for amount in numbers):
        return False
    if re.fullmatch(_FILLER, re.sub(r"\s", "", clause[: len(clause)])):
        return False
    rivals = [a for a in numbers if a.unit.family in (asked.family, PLAIN)]
    if rivals and (among or _PASSED.search(clause) or _IN_MONEY.search(clause)):
        return True
    if rivals and _ANOTHER_SOURCE.search(clause):
        return False
    if rivals and _is_named_part(clause, rivals, reading, asked):
        return True
    if rivals:
        return bool(_SUBORDINATE.search(clause)) and (asked.family != COUNT or _more(reading, rivals))
    bare = reading.unit.family == PLAIN and asked.family == SHARE and reading.value == int(reading.value or Decimal(0))
    return not (bare and any(amount.unit.family == COUNT for amount in numbers))


def _speaks_of_another(clauses: str) -> bool:
    """Whether what stands before a reading says that it is another period's or doubtful."""
    return any(
        pattern.search(clauses) for question, pattern in words.DANGERS if question in ("other_period", "unclear")
    )


def _is_named_part(clause: str, rivals: Sequence[Amount], reading: Amount, asked: Unit) -> bool:
    """Whether numbers are said of a part: fewer of what is counted, or the level of something that is named."""
    if asked.family == COUNT:
        return len(rivals) == 1 and _more(reading, rivals) and bool(_NAMED.search(_A_NUMBER.sub("", clause)))
    named = _A_NUMBER.split(clause)[0]
    return asked.family != MONEY and bool(_NAMED.search(named)) and not re.fullmatch(_FILLER, named)


def _is_among(numbers: Sequence[Amount], reading: Amount, asked: Unit) -> bool:
    """Whether all other numbers are of the same kind and the reading lies among them, as a mean of parts does."""
    kin = [amount.value for amount in numbers if amount.unit.family in (asked.family, PLAIN)]
    values = [value for value in kin if value is not None]
    if asked.family == COUNT and asked.per != "年":
        return False
    return len(values) == len(numbers) > 1 and reading.value is not None and min(values) <= reading.value <= max(values)


def _passed(clause: str, numbers: Sequence[Amount], reading: Amount) -> bool:
    """Whether a clause says that a round number was passed, and the reading did pass it: 终于破90了，90.3."""
    if len(numbers) != 1 or numbers[0].value is None or reading.value is None:
        return False
    return bool(_PASSED.search(clause)) and reading.value >= numbers[0].value


def _more(reading: Amount, others: Sequence[Amount]) -> bool:
    """Whether a reading is more than every other number."""
    values = [other.value for other in others]
    return reading.value is not None and all(value is not None and reading.value > value for value in values)


def _only_vague(clause: str) -> bool:
    """Whether a short clause makes the number a bound or a range."""
    return len(clause) <= 5 and any(
        pattern.search(clause) for question, pattern in words.DANGERS if question in ("bound", "range", "other_period")
    )
