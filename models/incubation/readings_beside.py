"""What stands beside a reading and is none: a number that was corrected, the size of a sample."""

import re
from decimal import Decimal
from typing import Final

from models import vocabulary
from models.incubation import readings_words as words
from models.incubation.readings_amounts import Amount, clear_amounts
from models.incubation.readings_numbers import NUMERAL
from models.incubation.readings_units import COUNT, OTHER, PLAIN, POINTS, SHARE, TIME, Unit
from models.vocabulary import Indicator

_SLIP = (
    r"[打写填输报看算记说抄弄搞点按][错反]了?|错了|不对|[哦噢]不|口误|笔误|手误|手滑|看花眼?|更正|纠正|其实(?=应该|是)"
)
_CORRECTED = re.compile(
    rf"[,，。;；\s(]*(?:[哦噢啊呀哎]|刚才?|前面|上面)*(?:(?:{_SLIP})[了啊呀]*[,，。;；\s]*)+"
    r"(?:(?<=[,，。;；\s])|(?:应该|应当|实际)?[是为]|应该|改[成为])\s*"
)
_NOT_BUT = re.compile(r"[,，。;；\s]*(?:应该|而)?是\s*")
_AND_NOT = re.compile(r"[,，。;；\s]*(?:而|可)?不是\s*")
_NOT = re.compile(r"(?:^|[,，。;；\s])不是$")

_CALLED = re.compile(rf"(?P<name>[一-鿿]+?)[了是为有:=\s]*{NUMERAL}%?")
_TO_REPORT = re.compile(r"[,;。(][^,;。()0-9]*(?:按|取|以)[^,;。()0-9]{1,6}[报算填取计][个是为]?$")

_SAMPLE_BEFORE = re.compile(
    r"(?:样本量?|样件|样品|[抽取采]样|抽[检查]|送检|抽|问卷|答卷|调查|访问|走访|回访|测|量|跑|访谈|发放|发出?|收回|回收|收到?|有效)(?:了|共|问卷|数|为|是|:|=|\s)*$"
)
_SAMPLE_AFTER = re.compile(r"\s*(?:样本|样品|样件|问卷|答卷|有效问卷|打了?分|评分|参与|参评|评价|子组|组?数据)")
_STOP = re.compile(r"[,;。()]")
_PPM: Final = Decimal("0.000001")
_HALF: Final = Decimal("0.5")
_STATUS = re.compile(
    rf"(?<=[0-9一二两三四五六七八九十件起个单次])[,;。(]\s*(?:还有|其中|另有|有)*{NUMERAL}[件起个单条]?(?:还|也|都|正|目前|已经?)*"
    r"(?:(?:没有?|未)(?:关闭?|结案?|处理完?|办结|回复)|在(?:处理|跟进?|整改)|关闭?了?|结案?了?|处理完了?|办结了?)[)。的]*$"
)
_AVERAGE = re.compile(r"平均|均值|中位")
_SAMPLE_UNITS: Final = "个件份人组张名位户家只批套台条"


def corrected(text: str, asked: Unit) -> str:
    """0.54 打错了，是0.45 from the right number on; the whole text where it is not clear which that is."""
    found = clear_amounts(text, asked)
    if len(found) != 2 or any(amount.unit.family not in (PLAIN, asked.family) for amount in found):
        return text
    before, between = text[: found[0].start], text[found[0].end : found[1].start]
    if _CORRECTED.fullmatch(between) or (_NOT.search(before) and _NOT_BUT.fullmatch(between)):
        return _NOT.sub("", before) + text[found[1].start :]
    if _AND_NOT.fullmatch(between) and not _NOT.search(before):
        return text[: found[0].end] + text[found[1].end :]
    return text


def without_others(text: str, known: Indicator | None) -> str:
    """合格率97.9，返修1.3 without what another indicator is, where exactly one clause is called by the asked one."""
    if known is None:
        return text
    own = _stems(known)
    others = {stem for each in vocabulary.indicators().values() if each is not known for stem in _stems(each)} - own
    clauses = re.split(r"[,;。]", text)
    called = [_CALLED.fullmatch(clause.strip()) for clause in clauses]
    names = [found["name"].removesuffix("率") for found in called if found]
    mine = [clause for clause, found in zip(clauses, called, strict=True) if found and found["name"] in own]
    if len(names) < len(clauses) or len(mine) != 1 or not all(name in own | others for name in names):
        return text
    return mine[0] if re.search("[.%点]", mine[0]) else text  # 返修3 may be pieces


def _stems(known: Indicator) -> set[str]:
    """The names of a share with and without their 率: 返修率 and 返修."""
    names = {name.lower() for name in (known.zh, *known.aliases) if name.endswith("率")}
    return names | {name.removesuffix("率") for name in names}


def decided(text: str, asked: Unit) -> str:
    """外径1.38内径1.52，按最差的报1.38 as what is to be reported, where it is one of those said before."""
    found = clear_amounts(text, asked)
    if len(found) < 3 or found[-1].value not in {amount.value for amount in found[:-1]}:
        return text
    before = text[: found[-1].start]
    if _TO_REPORT.search(before) is None or words.of_another_period(before):
        return text
    return text[found[-1].start :]


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


def without_status(text: str, known: Indicator | None) -> str:
    """收到6起，1起还没关 without how far some of them are."""
    if known is None or known.id != "complaint_count":
        return text
    return _STATUS.sub("", text)


def without_asides(text: str, asked: Unit, known: Indicator | None) -> str:
    """95.3，晚的4单是物流的问题 without the clause that counts something beside the share.

    A share below a half beside a count of the other side is rather the share of that side, and stays.
    """
    found = clear_amounts(text, asked)
    shares = [a for a in found if a.unit.family == SHARE or (a.unit.family == PLAIN and "万" not in a.numeral)]
    if asked.family != SHARE or len(found) < 2 or len(shares) != 1 or shares[0].value is None:
        return text
    others = [amount for amount in found if amount is not shares[0]]
    bare = shares[0].unit.family == PLAIN and shares[0].value == int(shares[0].value)
    if bare and (asked.size > _PPM or any(amount.unit.family != OTHER for amount in others)):
        return text
    if any(a.unit.family == SHARE or (a.unit.family == PLAIN and "万" not in a.numeral) for a in others):
        return text
    if len(others) > 1 and others[0].start < shares[0].start:
        return text
    low = shares[0].value * (shares[0].unit.size if shares[0].unit.family == SHARE else asked.size) < _HALF
    spans = set()
    for other in others:
        start = max((stop.end() for stop in _STOP.finditer(text, 0, other.start)), default=0)
        stop = _STOP.search(text, other.end)
        end = stop.start() if stop else max(len(text), start)
        if start <= shares[0].start < end:
            return text
        side = words.side(text[start:end])
        if known and side not in (None, known.direction) and low == (known.direction == "up"):
            return text
        spans.add((start, end))
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + text[end:]
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
