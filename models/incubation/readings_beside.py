"""What stands beside a reading and is none: another period, a number that was corrected, the size of a sample."""

import re
from typing import Final

from models.incubation.readings_amounts import Amount, clear_amounts
from models.incubation.readings_units import COUNT, PLAIN, POINTS, SHARE, TIME, Unit

_NOW: Final = r"(?:这个?|本|当|今)月|本期|这次"
_THEN: Final = r"[上前][个两]?月|[上前]期|上次|去年(?:同期|同月|这个时候)?|(?:去年)?同期|上季度?|以前|之前|原来|年初"
_PERIOD = re.compile(rf"(?P<now>{_NOW})|(?P<then>{_THEN})")
_UP_TO_IT = re.compile(r"[^,，;；。()、0-9]{0,10}[:=]?\s*")
_BETWEEN = re.compile(r"[^,，;；。、]{0,2}[,，;；。、(]\s*")  # a blank parts two readings, a comma explains one

_SLIP = r"[打写填输报看算记说抄][错反]了?|错了|不对|口误|笔误|手误"
_CORRECTED = re.compile(
    rf"[,，。;；\s(]*(?:刚才?|前面|上面)?(?:{_SLIP})[啊呀了]?(?P<link>[,，。;；\s]+(?:应该|应当|实际)?[是为]?|应?该?[是为]|改[成为])\s*"
)
_NOT_BUT = re.compile(r"[,，。;；\s]*(?:应该|而)?是\s*")
_NOT = re.compile(r"(?:^|[,，。;；\s])不是$")

_SAMPLE_BEFORE = re.compile(
    r"(?:样本量?|样件|样品|[抽取采]样|抽[检查]|送检|问卷|答卷|调查|访问|走访|回访|访谈|发放|发出?|收回|回收|收到?|有效)(?:了|共|问卷|数|为|是|:|=|\s)*$"
)
_SAMPLE_AFTER = re.compile(r"\s*(?:样本|样品|样件|问卷|答卷|有效问卷|打了?分|评分|参与|参评|评价)")
_AVERAGE = re.compile(r"平均|均值|中位")
_SAMPLE_UNITS: Final = "个件份人组张名位户家只批套台条"


def of_this_period(text: str, asked: Unit) -> str:
    """上月99.1，本月99.35 without last month, where each number follows its period; otherwise the whole text."""
    periods = [*_PERIOD.finditer(text)]
    if sum(bool(period["now"]) for period in periods) != 1 or len(periods) < 2:
        return text
    found = clear_amounts(text, asked)
    said = [_said_of(text, period, found) for period in periods]
    if len(found) != len(periods) or None in said or len(set(said)) != len(said):
        return text
    rest, end = "", 0
    for period, amount in zip(periods, found, strict=True):
        between = text[end : period.start()]
        if end and between and not _BETWEEN.fullmatch(between):
            return text
        rest += between if period["then"] else text[end : amount.end]
        end = amount.start + len(text[amount.start : amount.end].rstrip())
    return rest + text[end:]


def _said_of(text: str, period: re.Match[str], found: list[Amount]) -> int | None:
    """Where the number stands that is said of a period; None where nothing, or too much, stands between."""
    up_to = _UP_TO_IT.match(text, period.end())
    following = next((amount for amount in found if amount.start >= period.end()), None)
    if following is None or up_to is None or up_to.end() < following.start:
        return None
    return following.start


def corrected(text: str, asked: Unit) -> str:
    """0.54 打错了，是0.45 from the right number on; the whole text where it is not clear which that is."""
    found = clear_amounts(text, asked)
    if len(found) != 2 or any(amount.unit.family not in (PLAIN, asked.family) for amount in found):
        return text
    before, between = text[: found[0].start], text[found[0].end : found[1].start]
    if _CORRECTED.fullmatch(between) or (_NOT.search(before) and _NOT_BUT.fullmatch(between)):
        return _NOT.sub("", before) + text[found[1].start :]
    return text


def without_samples(text: str, asked: Unit) -> str:
    """91分，收回187份 without the answers; a share has to show its unit, as the counts could be the share itself."""
    found = clear_amounts(text, asked)
    samples = [amount for amount in found if _is_sample(text, amount)]
    kept = [amount for amount in found if amount not in samples]
    families = (SHARE,) if asked.family == SHARE else (PLAIN, POINTS, TIME)
    if not samples or len(kept) != 1 or kept[0].unit.family not in families or asked.family == COUNT:
        return text
    for sample in reversed(samples):
        before = _SAMPLE_BEFORE.sub("", text[: sample.start])
        text = before + " " + _SAMPLE_AFTER.sub("", text[sample.end :], count=1)
    return text


def without_tally(text: str, asked: Unit) -> str:
    """平均4天，3件投诉 without how many there were; 3件，合计12天 is no average and stays."""
    found = clear_amounts(text, asked)
    times = [amount for amount in found if amount.unit.family == TIME]
    tallies = [amount for amount in found if amount.unit.family == COUNT]
    if asked.family != TIME or asked.per or (len(times), len(tallies), len(found)) != (1, 1, 2):
        return text
    if not _AVERAGE.search(text):
        return text
    return text[: tallies[0].start] + " " + text[tallies[0].end :]


def _is_sample(text: str, amount: Amount) -> bool:
    counted = amount.unit.word in [*_SAMPLE_UNITS]
    said_before = bool(_SAMPLE_BEFORE.search(text[: amount.start]))
    if amount.unit.family == PLAIN:
        return said_before
    return counted and (said_before or bool(_SAMPLE_AFTER.match(text, amount.end)))
