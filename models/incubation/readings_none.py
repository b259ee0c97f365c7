"""None and all in words: 一件投诉都没有, 没有一起, 全过. What is said there has to be what the indicator counts."""

import re
from decimal import Decimal

from models.incubation.readings_amounts import PRECISION, Doubt
from models.incubation.readings_units import COUNT, SHARE, TIME, Unit
from models.vocabulary import Indicator

_MEASURE = r"(?:分钟|小时|秒钟|[件个起次项条例单台只套批家位份张分秒天条根回票箱包车户]{1,2})"
_ONE = rf"(?<![0-9.第十百千万零点])[一半1](?![0-9.十百千万点]){_MEASURE}"
_WORDS = r"[^0-9,，;；。、()!?~.…一二两三四五六七八九十]"
_NONE = re.compile(
    rf"{_ONE}(?P<noun>{_WORDS}{{0,8}}?)(?:也|都)?(?:没有?|无|未)(?P<verb>{_WORDS}{{0,6}})|"
    rf"(?:没有?|无|未)(?P<before>{_WORDS}{{0,4}}?)(?:任何)?{_ONE}(?P<after>{_WORDS}{{0,6}})"
)
_NO_SUCH_THING = re.compile(
    r"(?:没有?|无)(?:发生|出现|收到|接到)?过?(?:任何)?(?:客户|顾客|用户)?(?P<thing>投诉|客诉|抱怨|停机|故障|停线)"
    r"(?!记录|数据|统计|系统|[率数])"
)
_ZERO_BEFORE = re.compile(r"\s*[0零](?![0-9.点百千万])")
_EMPTY_WORDS = re.compile(r"发生|出现|收到|接到|发现|客户|顾客|用户|[有过的了啊呢吧哈人\s]|见")
_NO_COMPLAINT = ("投诉", "客诉", "抱怨", "意见")
_NO_STOP = ("停", "停机", "停线", "故障", "坏", "停台")
_NOT_GOOD = ("坏", "不良", "不良品", "不合格", "不合格品", "次品", "废品", "报废")
_LATE = ("迟", "晚", "误", "拖", "延", "延期", "延误", "迟到", "超期", "逾期", "耽误")

_ALL = re.compile(
    r"\s*(?:这个?月|本月)?(?:[抽送检查]+了?)?(?:[0-9一二两三四五六七八九十百]+[批件个次只台单][,，;]?\s*)?"
    r"(?:全部?|统统|百分之?百|个个|都)(?:都|是)*"
    r"(?:(?P<good>合格|通过|过|达标|良品|好的)|(?P<timely>准时|按时|及时|准点))(?:交付|完成)?[了的]?[!。]?\s*"
)


def none_or_all(text: str, asked: Unit, known: Indicator | None, name: str) -> tuple[str, Decimal | None]:
    """The text without what says none or all, and its value; a question where it is none of another thing."""
    if (found := _ALL.fullmatch(text)) and known and _all_of(known, "good" if found["good"] else "timely"):
        return "", _whole(asked)
    rest, number = text, None
    while found := _NONE.search(rest):
        if asked.family == SHARE and found[0][0] == "1" and not re.search("也|都", found[0]):
            break  # 100件里1件没过 counts
        said = "".join(part for part in found.groups() if part)
        number = _value(_EMPTY_WORDS.sub("", said), asked, known, name)
        rest = rest[: found.start()] + " " + rest[found.end() :]
        if number is None and not _ZERO_BEFORE.match(rest):
            raise Doubt("unclear")
    if found := _NO_SUCH_THING.search(rest):
        none = _value(found["thing"], asked, known, name)
        return (rest, number) if none is None else (_NO_SUCH_THING.sub(" ", rest), none)
    return rest, number


def _value(thing: str, asked: Unit, known: Indicator | None, name: str) -> Decimal | None:
    """What none of a thing is for an indicator; None where it says nothing about it."""
    if asked.family == SHARE:
        return _share(thing, asked, known)
    if not _counts(asked):
        return None
    if known and known.id == "complaint_count":
        own: tuple[str, ...] = _NO_COMPLAINT
    elif known and known.id == "downtime":
        own = _NO_STOP
    else:
        own = (thing,) if thing in name else ()
    return Decimal(0) if not thing or thing in own else None


def _share(thing: str, asked: Unit, known: Indicator | None) -> Decimal | None:
    if known is None:
        return None
    if (_all_of(known, "good") and thing in _NOT_GOOD) or (_all_of(known, "timely") and thing in _LATE):
        return _whole(asked)
    if known.direction != "down" or not thing:
        return None
    own = (known.zh, *known.aliases)
    if thing in _NOT_GOOD[:5] or any(thing in each for each in own):
        return Decimal(0)
    return None


def _all_of(known: Indicator, what: str) -> bool:
    """Whether an indicator is the share of the good, or of the timely ones."""
    if known.direction != "up":
        return False
    return bool(re.search("合格率|直通率" if what == "good" else "及时率", known.zh))


def _counts(asked: Unit) -> bool:
    """Whether none of something is a zero: a count, or the time lost in a month."""
    return asked.family == COUNT or (asked.family == TIME and bool(asked.per))


def _whole(asked: Unit) -> Decimal:
    return PRECISION.divide(Decimal(1), asked.size)
