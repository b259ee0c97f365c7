"""Sets aside the levels that are not this period's own: 目标93，上月90.2，这个月做到91.7 leaves 这个月做到91.7.

A text falls into stretches at its punctuation and at the words that say of when or of whom a number is. A stretch that
names another period, a target, somebody else or an extreme goes with its number, and so does one that compares. What
stays must still hold a number, and behind such a stretch it must be said to be today's or be nothing but a number.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final, Literal

from models.incubation.readings_amounts import Amount, clear_amounts
from models.incubation.readings_numbers import NUMERAL
from models.incubation.readings_units import COAL, COUNT, PLAIN, POINTS, Unit

Kind = Literal["own", "now", "level", "compare"]
_NOW: Final = (
    r"(?:这个?|本|当|今)月|本期|这次|实际|实绩|(?<![到至])(?:现在|目前|眼下|当前|如今)|(?<![能会可要])(?:做到|只有)"
)
_LEVEL: Final = (
    r"(?:(?:[上前][个两]?月|[上前]期|上[次回]|上一[次期轮回]|头回|上个?季度?|上周|上个?星期|上年|全年|今年(?:以来|累计|平均)|年?累计|去年(?:同期|同月|这个?月|这个时候|全年)?|前年|同期|往年|以前|(?<![修改换做弄搞调])之前|原来|"
    r"原先|本来|早先|刚开始|一开始|开始时?|年初|月初|期初|基线|历史|过去|目标值?|计划|要求|指标|标准(?!煤)|考核线?|预[算期计测]|下个?月|下个?季度|明年|"
    r"合同(?!准|及时|按|履)|承诺|国标|同行|行业|业内|竞品|对手|标杆|预想|预期|想象|mttr|人家|别人|别家|(?:别的|其[他它]|兄弟|隔壁)(?:厂|家|单位|公司|车间|班组)|头名|"
    r"最[长短快慢高低好差大小多少远](?=[^0-9,;]{0,6}[0-9一二两三四五六七八九十百]))"
    r"(?:的|时候?|那[会时]|平均|均值|水平|最好)*+)++"
)
_COMPARE: Final = (
    rf"(?:比|较|跟|和|与|同|离|距离?|[低高优好差小大]于|超过?了?|(?:没有?|未|不)(?:能|曾)?达?到|达到了?|完成了?|不如)"
    rf"[^0-9,;。()、]{{0,5}}?{_LEVEL}|[同环]比|{_LEVEL}[可都也]?没有?这么|没有?{_LEVEL}那?么?[高低好差多少快慢]|"
    rf"{_LEVEL}[也还又都]?(?:没有?|未|已经?|基本|超额|提前)?(?:达[到成标]|完成|实现|超)了?(?![了标]?[0-9是为:=])|"
    rf"(?<=[,;(])\s*(?:[+≤≥<>-]=?|[改之]?前)(?={NUMERAL})|"
    rf"比{NUMERAL}(?:%|分|天|个点)?[^0-9,;]{{0,2}}[高低好差多少强快慢大小]|差{NUMERAL}(?:%|分|个?点)?[就才]?[到达]{_LEVEL}|"
    rf"离{NUMERAL}(?:%|个点)?的?{_LEVEL}|"
    rf"(?<![一-鿿]){NUMERAL}(?:%|分|个点)?(?:还|也)?(?:达不到|没有?达到|没到|做不到)(?=[,;。])|"
    rf"(?<=[,;。(])\s*[比较]\s*(?=[高低多少好差强快慢])|(?<=[,;。(])(?:还|又|整整)?(?:下?降低?|下降|减少?|少|升高?|上升|提[高升]|涨|增加?|多|[高低差快慢]|掉|缩短)了?(?:约|大概|近|整整)?"
    rf"(?={NUMERAL})|(?<=[,;。(])(?:还|也|离)?(?:(?:没有?|未|不)达?到|达不到|[低高大小优]于|超过了?)(?={NUMERAL})"
)
_MARKS = re.compile(rf"(?P<stop>[,;。()、]+\s*)|(?P<compare>{_COMPARE})|(?P<now>{_NOW})|(?P<level>{_LEVEL})")
_THIS_YEAR = re.compile(r"今年(?!到|累|以来|目标|计划|要求|还|的?目标)")
_LIKE_IT = re.compile(rf"(?:跟|和|与|同)[^0-9,;。()、]{{0,3}}?{_LEVEL}(?:差不多|一样|持平|相同|相当)")
_FILLER = r"(?:我们|这边|大概|大约|约|只|有|是|为|报|就|才|达到?|到|完成|平均|左右|出来|[了的吧啊嘞=:\s])*+"
_ONLY_A_LEVEL = re.compile(rf"{_LEVEL}(?:要求)?{_FILLER}0\|(?:以内|以下|以上|左右|就行|{_FILLER})")
_AGAIN = re.compile("就是|也就是|即|等于|合")
_WHOSE = re.compile(r"[^0-9,;。()、]{0,6}")
_THIS = re.compile(r"(?:这个?|本|当|今)月|本期|这次|现在|目前|眼下|如今")
_TARGET = re.compile(r"达标|达到|达成|完成|最[长短快慢高低好差大小多少远]|目标|计划|要求|指标|标准|考核")

_VERB = (
    r"(?:(?P<down>下?降低?|下降|减少?|缩[短减小]?|压缩?[短低减]?|掉|跌|回落)|(?P<up>上?升高?|上升|提[高升]?|涨|增[加长]?|"
    r"爬|拉|回升)|砍|控制|收窄|改善|优化|改进?|好转)"
)
_FROM_TO = re.compile(
    rf"(?:多|出头|左右)?(?:的|一路|慢慢|逐步|直接|已经?|[了\s,])*(?:{_VERB}(?:[到至成为])了?|变[成为到]?了?|[→>])"
    rf"(?:现在|目前|如今|{_NOW})?(?:的|了|[\s,])*"
)
_TO_IT = re.compile(rf"^(?:{_VERB})(?:[到至成为])")
_FROM = re.compile(rf"(?:[从由](?:{_LEVEL})?[^0-9,;。()、]{{0,4}})?$")
_THEN = re.compile(rf"{_LEVEL}[是为的]*$")
_LEFT_OVER = re.compile(r"剩|遗留|结转|余下|没关|未关|待")
_PLANNED = re.compile(r"目标|计划|争取|打算|预[计期算]|希望|将|准备|[要想能]|力争|明年|下个?月|如果")

_MONTH = re.compile(
    r"(?<![0-9./十])(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?"
    rf"(?=[^0-9,;。()、一二两三四五六七八九十]{{0,5}}(?!{NUMERAL}\s*[日号月]){NUMERAL})"
)
_A_NUMBER = re.compile(NUMERAL)
_BESIDE = re.compile(r"(?:其中|(?<=[%点])(?:里面|里头|当中))(?![一1某][个家条台批款道班户组])")
_DOUBTFUL = re.compile(r"[无有]效|不算|没算|重复|误|扣|除|不含|待|还是|算不算|[?？]")


@dataclass(frozen=True, slots=True)
class _Stretch:
    kind: Kind
    start: int
    end: int
    amounts: tuple[Amount, ...]
    stopped: bool  # whether punctuation or nothing stands before it


def named_months(text: str) -> str:
    """96.2（10月95.1） with last month or this one for the month, where the text shows which it is."""
    months = [*_MONTH.finditer(text)]
    if len(months) == 1 and (_THIS.search(text) or text[: months[0].start()].endswith("(")):
        kinds = {months[0]: "上月"}
    elif len(months) == 1 and re.search("上个?月|去年", text):
        kinds = {months[0]: "本月"}
    else:
        return text
    for month in reversed(months):
        text = text[: month.start()] + kinds[month] + text[month.end() :]
    return text


def of_now(text: str, asked: Unit) -> str:
    """The text without levels that are not today's; the whole text where that leaves no clear number."""
    if asked.per == "年" or asked.family in (PLAIN, POINTS, COAL):
        text = _THIS_YEAR.sub("现在", text) if re.search("[去上前]年", text) else text
    text = _without_parts(_without_from(text, asked), asked)
    found = clear_amounts(text, asked)
    if not found:
        return text
    if found and (like := _LIKE_IT.search(text)):
        text = text[: like.start()] + " " + text[like.end() :]
        found = clear_amounts(text, asked)
    stretches = _stretches(text, found)
    present = [s for s in stretches if s.kind == "now" and len(s.amounts) == 1]
    if any(s.kind == "level" and len(s.amounts) > 1 for s in stretches) and not present:
        return text
    kept = [s for s in stretches if s.kind in ("own", "now")]
    if len(kept) == len(stretches) or not any(s.amounts for s in kept):
        return text
    if not all(_clear(text, s, stretches, asked) for s in stretches):
        return text
    return " ".join(text[s.start : s.end] for s in kept if not _names_whose(text, s, stretches))


def _stretches(text: str, found: Sequence[Amount]) -> list[_Stretch]:
    starts: list[tuple[int, Kind, bool]] = [(0, "own", True)]
    at = 0
    for mark in _MARKS.finditer(text):
        if mark.start() < at:
            continue
        if mark["stop"]:
            starts.append((mark.start(), "own", True))
            continue
        kind: Kind = "compare" if mark["compare"] else "now" if mark["now"] else "level"
        last, of_last, stopped = starts[-1]
        if of_last == "compare" and text[last : mark.start()].strip(",;。()、 ") and kind != "now":
            continue  # a comparison holds the levels it names
        bare = not text[last : mark.start()].strip(",;。()、 ")
        if bare and of_last == "own":
            starts[-1] = (last, kind, stopped)
        else:
            starts.append((mark.start(), kind, False))
    edges = [*starts, (len(text), "own", True)]
    return [
        _Stretch(kind, start, end, tuple(a for a in found if start <= a.start < end), stopped)
        for (start, kind, stopped), (end, _, _) in pairwise(edges)
    ]


def _clear(text: str, stretch: _Stretch, stretches: Sequence[_Stretch], asked: Unit) -> bool:
    """Whether it is clear of what a stretch speaks, from what stands before it."""
    before = [s for s in stretches if s.end <= stretch.start]
    if stretch.kind == "compare":
        return True
    if stretch.kind == "level":
        if not stretch.amounts and any(
            s.kind == "now" and s.amounts and _THIS.search(text[s.start : s.end])
            for s in stretches[stretches.index(stretch) :]
        ):
            return True
        if not any(amount.unit.family in (asked.family, PLAIN) for amount in stretch.amounts):
            return False
        if _LEFT_OVER.search(text[stretch.start : stretch.end]):
            return False
        # 2.9 上月 2.4 这月: a word between two numbers may belong to either.
        glued = text[stretch.start : stretch.amounts[0].start].strip(",;。()、 ").find(" ") < 0
        return (
            stretch.stopped
            or not before
            or not before[-1].amounts
            or before[-1].kind == "level"
            or _glued_to(text, stretch, before[-1], glued)
        )
    if any(s.kind in ("level", "compare") and _target_of_then(text[s.start : s.end]) for s in before):
        return bool(_THIS.search(text[stretch.start : stretch.end])) or not stretch.amounts
    if stretch.kind == "now":
        return True
    if not stretch.amounts or not any(s.kind in ("level", "compare") for s in before):
        return True
    if len(stretch.amounts) > 1 or not stretch.stopped or "(" in text[stretch.start : stretch.amounts[0].start]:
        return False
    if any(_said_again(s.amounts[0], stretch.amounts[0], asked) for s in before if s.amounts):
        return False
    if not all(_ONLY_A_LEVEL.fullmatch(_around(text, s)) for s in before if s.kind == "level"):
        return False
    said = text[stretch.start : stretch.amounts[0].start].lstrip(",;。()、 ")
    if _AGAIN.match(said):
        return False
    if not any(s.kind == "level" for s in before):
        said = re.sub(r"^(?:[合总共]计|总共|共|一共)", "", said)
    said = _TO_IT.sub("", said)
    after = text[stretch.amounts[0].end : stretch.end].strip("。 ")
    return bool(re.fullmatch(_FILLER, said) and re.fullmatch(_FILLER, after))


def _said_again(first: Amount, then: Amount, asked: Unit) -> bool:
    """上个月1200，0.12%: the same in another unit."""
    return first.unit != then.unit and _size(first, asked) == _size(then, asked)


def _size(amount: Amount, asked: Unit) -> Decimal | None:
    """An amount in the base of its family; one without a unit is in the asked one."""
    return None if amount.value is None else amount.value * (asked if amount.unit.family == PLAIN else amount.unit).size


def _around(text: str, stretch: _Stretch) -> str:
    """What a stretch says besides its number."""
    if not stretch.amounts:
        return text[stretch.start : stretch.end]
    number = stretch.amounts[0]
    return (text[stretch.start : number.start] + "0|" + text[number.end : stretch.end]).strip(",;。()、 ")


def _target_of_then(said: str) -> bool:
    """上个月目标98, 上个月最长10天: what is said behind it is last month's, too."""
    said = said.lstrip(",;。()、 ")
    mixed = re.match(r"[上前去]|同期", said) and _TARGET.search(said)
    return bool(mixed or re.match(r"(?!最)[^0-9]*最", said))


def _glued_to(text: str, stretch: _Stretch, before: _Stretch, glued: bool) -> bool:
    """Whether a level word that follows a number without punctuation belongs to its own number."""
    apart = text[before.amounts[-1].end : stretch.start]
    return glued and bool(apart) and (apart.isspace() or before.kind == "now")


def _names_whose(text: str, stretch: _Stretch, stretches: Sequence[_Stretch]) -> bool:
    """Whether a stretch only says whose level the next one is: 老板要求98."""
    following = next((s for s in stretches if s.start == stretch.end), None)
    if stretch.kind != "own" or stretch.amounts or following is None or following.stopped:
        return False
    said = text[stretch.start : stretch.end].strip(",;。()、 ")
    return following.kind in ("level", "compare") and bool(_WHOSE.fullmatch(said)) and "不是" not in said


def _without_from(text: str, asked: Unit) -> str:
    """从2.3降到1.7 without where it came from, if it went the way the verb says and was no plan."""
    found = clear_amounts(text, asked)
    for first, then in pairwise(found):
        joint = _FROM_TO.fullmatch(text, first.end, then.start)
        before = _FROM.search(text[: first.start])
        if joint is None or before is None or then.value is None:
            continue
        wrong_way = first.value is not None and (
            (joint["down"] and then.value > first.value) or (joint["up"] and then.value < first.value)
        )
        if _PLANNED.search(text[: then.start]) or wrong_way:
            continue
        start = before.start()
        if re.search(_NOW, text[first.end : then.start]) and (then_of := _THEN.search(text[:start])):
            start = then_of.start()
        return text[:start] + " " + text[then.start :]
    return text


def _without_parts(text: str, asked: Unit) -> str:
    """97.3，其中A班98.1 without what is said of a part, where the whole stands before it."""
    found = clear_amounts(text, asked)
    part = _BESIDE.search(text)
    before = [amount for amount in found if part is not None and amount.end <= part.start()]
    if part is None or len(before) != 1 or asked.family == COUNT or _DOUBTFUL.search(text):
        return text
    if before[0].unit.family not in (asked.family, PLAIN):
        return text
    clauses = re.split(r"[,;。()]", text[part.end() :])
    kept = [c for at, c in enumerate(clauses) if at and c and not _A_NUMBER.search(c)]
    return ",".join([text[: part.start()].rstrip(",;。( "), *kept])
