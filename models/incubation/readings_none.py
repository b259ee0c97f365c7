"""None and all in words: 一件投诉都没有, 没有一起, 全过. What is said there has to be what the indicator counts."""

import re
from decimal import Decimal

from models.incubation import readings_words as words
from models.incubation.readings_amounts import PRECISION, Doubt
from models.incubation.readings_numbers import NUMERAL
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
    r"(?:没有?|无)(?:发生|出现|收到|接到)?过?(?:任何)?(?:客户|顾客|用户)?(?P<thing>投诉|客诉|抱怨|停机|故障|停线|停过机|坏过)"
    r"(?!记录|数据|统计|系统|[率数])"
)
_NEVER = re.compile(r"\s*(?:这个?月|本月)?(?:都|还)?(?:没有?|未)(?:发生|出现)过?[了的。!]?\s*")
_ZERO_BEFORE = re.compile(r"\s*[0零](?![0-9.点百千万])")
_EMPTY_WORDS = re.compile(r"发生|出现|收到|接到|发现|客户|顾客|用户|[有过的了啊呢吧哈人\s]|见")
_NO_COMPLAINT = ("投诉", "客诉", "抱怨", "意见")
_NO_STOP = ("停", "停过机", "坏过", "停机", "停线", "故障", "坏", "停台")
_NOT_GOOD = ("坏", "不良", "不良品", "不合格", "不合格品", "次品", "废品", "报废")
_LATE = ("迟", "晚", "误", "拖", "延", "延期", "延误", "迟到", "超期", "逾期", "耽误")

_NO_BAD = re.compile(r"(?:没有?|无|未)(?:发现|出现|检出)?(?:任何)?(?:不合格|不良)品?的?(?=$|[,;。!])")
NUMERAL_RE = re.compile(NUMERAL)
_LOOKED_AT = re.compile(r"抽|检|送|查|批次")
_SAMPLE = re.compile(
    rf"(?:{_WORDS}{{0,6}})(?:[检抽送查投交做发出]|合计|共)了?(?:合计|共)?{NUMERAL}(?:批次?|件|个|单|台|只|套|次|样|份)(?:样品?|货|产品|订单)?"
)
_NONE_AT_ALL = re.compile(
    rf"{_ONE}(?:也|都)?(?:没有?|无|未)(?:退|坏|返|不良|不合格|出问题|晚|迟|误|拖|超标|延)?(?:的|过|货)?"
)
_ALL = re.compile(
    r"\s*(?:这个?月|本月)?(?:[^0-9,;。一二两三四五六七八九十不没]{0,6}[抽送检查]+[测验]?了?)?(?:[0-9一二两三四五六七八九十百]+(?:批次?|[件个次只台单套炉窑车柜份条][^0-9,;全都个]{0,2})[,，;]?\s*)?"
    r"(?:全部?|统统|百分之?百|个个|都)(?:都|是|出厂|入库|抽检|检验|验收)*"
    r"(?:(?P<good>合格|通过|过|达标|良品|好的)|(?P<timely>准时|按时|及时|准点))(?:交付|完成)?[了的]?[!。]?\s*"
)

_EVERY_ONE = re.compile("全|统统|个个|百")


def none_or_all(text: str, asked: Unit, known: Indicator | None, name: str) -> tuple[str, Decimal | None]:
    """The text without what says none or all, and its value; a question where it is none of another thing."""
    if (
        not words.of_another_period(text)
        and (found := _ALL.fullmatch(text))
        and known
        and _all_of(known, "good" if found["good"] else "timely")
    ):
        if not NUMERAL_RE.search(text) and not _EVERY_ONE.search(text):
            raise Doubt("no_number")  # 都合格 is said easily
        return "", _whole(asked)
    if known and known.id in ("complaint_count", "downtime") and _NEVER.fullmatch(text):
        return "", Decimal(0)
    if known and (rest := _beside_all(text, known)) is not None:
        return rest, _whole(asked)
    rest, number = text, None
    while found := _NONE.search(rest):
        if asked.family == SHARE and found[0][0] == "1" and not re.search("也|都", found[0]):
            break  # 100件里1件没过 counts
        said = "".join(part for part in found.groups() if part)
        number = _value(_EMPTY_WORDS.sub("", said), asked, known, name)
        rest = rest[: found.start()] + " " + rest[found.end() :]
        if number is None and not _ZERO_BEFORE.match(rest):
            raise Doubt("unclear")
    if known and _all_of(known, "good") and (found := _NO_BAD.search(rest)) and not NUMERAL_RE.search(rest):
        return _NO_BAD.sub(" ", rest), _whole(asked)
    if found := _NO_SUCH_THING.search(rest):
        none = _value(found["thing"], asked, known, name)
        return (rest, number) if none is None else (_NO_SUCH_THING.sub(" ", rest), none)
    return rest, number


def _beside_all(text: str, known: Indicator) -> str | None:
    """全合格，检了320批，一批没退 without the size of the sample and none of the bad ones."""
    clauses = [clause.strip() for clause in re.split(r"[,;。]", text) if clause.strip()]
    all_of_them = [found for clause in clauses if (found := _ALL.fullmatch(clause))]
    if len(clauses) < 2 or len(all_of_them) != 1:
        return None
    if not _all_of(known, "good" if all_of_them[0]["good"] else "timely"):
        return None
    rest = [clause for clause in clauses if not _ALL.fullmatch(clause)]
    kept = [clause for clause in rest if not _is_sample(clause) and not _NONE_AT_ALL.fullmatch(clause)]
    return ",".join(kept)


def _is_sample(clause: str) -> bool:
    """Whether a clause only says how many were looked at."""
    looked_at = _SAMPLE.fullmatch(clause) or (_LOOKED_AT.search(clause) and not re.search("[.%]", clause))
    if words.of_another_period(clause):
        return False
    return bool(looked_at) and not re.search(r"不|没|坏|退|返|晚|迟|误|拖|次品|除|超", clause)


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
