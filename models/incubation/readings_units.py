"""Units of readings and what one of them is in another. Knows no number and no indicator."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

SHARE, TIME, MONEY, COUNT, POINTS, PLAIN, OTHER = "share", "time", "money", "count", "points", "plain", "other"
WEIGHT, LENGTH, COAL = "weight", "length", "coal"

_D = Decimal
_KILOGRAMS_OF_COAL: Final = ("kgce", "公斤标煤", "公斤标准煤", "千克标煤", "千克标准煤")
_TONS_OF_COAL: Final = ("tce", "吨标煤", "吨标准煤")
# Shares in parts of one, times in seconds, money in yuan.
_UNITS: Final[dict[str, tuple[str, Decimal]]] = {
    **dict.fromkeys(("%", "百分点", "个百分点", "个点", "个%", "percent", "pct", "百分比"), (SHARE, _D("0.01"))),
    **dict.fromkeys(("‰", "千分点", "个千分点"), (SHARE, _D("0.001"))),
    **dict.fromkeys(("‱", "个万分点"), (SHARE, _D("0.0001"))),
    **dict.fromkeys(("ppm", "个ppm", "cpm", "个cpm"), (SHARE, _D("0.000001"))),
    **dict.fromkeys(("秒", "秒钟", "s", "sec"), (TIME, _D(1))),
    **dict.fromkeys(("分钟", "m", "min", "mins", "分种", "minute", "minutes"), (TIME, _D(60))),
    **dict.fromkeys(("刻钟", "刻"), (TIME, _D(900))),
    **dict.fromkeys(("小时", "个小时", "钟头", "个钟头", "个钟", "h", "hr", "hrs", "hour", "hours"), (TIME, _D(3600))),
    **dict.fromkeys(("天", "d", "day", "days"), (TIME, _D(86400))),
    **dict.fromkeys(("周", "星期", "个星期", "礼拜", "个礼拜"), (TIME, _D(604800))),
    **dict.fromkeys(("元", "块", "块钱", "元钱", "rmb"), (MONEY, _D(1))),
    "千元": (MONEY, _D(1000)),
    **dict.fromkeys(("万元", "万块"), (MONEY, _D(10**4))),
    "百万元": (MONEY, _D(10**6)),
    **dict.fromkeys(("亿元",), (MONEY, _D(10**8))),
    "分": (POINTS, _D(1)),
    **dict.fromkeys(
        "件个起次项条例单台只套宗桩回笔张份人颗粒枚片匹双对根支瓶袋盒板罐副本幅扇辆艘架座道碟锅炉处组株棵羽尾头",
        (COUNT, _D(1)),
    ),
    **dict.fromkeys(("个课题", "人次", "pcs", "pc", "次数"), (COUNT, _D(1))),
    **dict.fromkeys("家位名户车柜窑槽池缸", (OTHER, _D(1))),
    **dict.fromkeys(("公斤", "千克", "kg"), (WEIGHT, _D(1))),
    **dict.fromkeys(("吨", "t"), (WEIGHT, _D(1000))),
    "斤": (WEIGHT, _D("0.5")),
    **dict.fromkeys(("克", "g"), (WEIGHT, _D("0.001"))),
    **dict.fromkeys(("米"), (LENGTH, _D(1))),
    "尺": (LENGTH, _D(1) / 3),
    "毫米": (LENGTH, _D("0.001")),
    "厘米": (LENGTH, _D("0.01")),
    "公里": (LENGTH, _D(1000)),
    **{
        f"{coal}{per}": (COAL, _D(size))
        for per in ("/万元", "")
        for size, coals in ((1, _KILOGRAMS_OF_COAL), (1000, _TONS_OF_COAL))
        for coal in coals
    },
    # A month or a working day is so and so long; litres and kilograms are not asked for. They are never converted.
    **dict.fromkeys(
        ("个月", "月", "工作日", "个工作日", "年", "季度", "个季度", "倍", "折", "箱", "批", "批次", "包", "车次"),
        (OTHER, _D(1)),
    ),
    **dict.fromkeys(
        (
            "平米",
            "平方",
            "平方米",
            "升",
            "毫升",
            "桶",
            "卷",
            "度",
            "级",
            "打",
            "日",
            "星",
        ),
        (OTHER, _D(1)),
    ),
}
UNIT: Final = "|".join(re.escape(word) for word in sorted(_UNITS, key=lambda word: (-len(word), word)))
UNIT_WORDS: Final = frozenset(_UNITS)
FULL_MARKS: Final = ("100", "1000")  # the unit of a score out of so many points
_MARKS = re.compile(r"(?:分?\(?|/)(1000?)分?制?\)?")  # 分(1000)
PERIODS: Final = "月年周天日季班"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its family, its size in the family's base and, as in 件/月, the period (or 人) it is counted per."""

    family: str
    size: Decimal
    per: str
    word: str


def unit_of(word: str) -> Unit:
    """The unit an indicator is kept in; an unknown one (kgce/万元) is a family of its own."""
    word = re.sub(r"\s+", "", word).lower()
    if word in ("", "-", "–", "—", "无"):
        return Unit(PLAIN, _D(1), "", "")
    if marks := _MARKS.fullmatch(word):
        return Unit(POINTS, _D(1), "", marks[1])
    if "/" in word and word in _UNITS:
        return Unit(*_UNITS[word], "", word)
    base, _, per = word.partition("/")
    if base in _UNITS and (not per or per[0] in PERIODS or per == "人"):
        family, size = _UNITS[base]
        return Unit(family, size, per[:1], word)
    return Unit(OTHER, _D(1), "", word)


def typed_unit(word: str, asked: Unit) -> Unit:
    """The unit typed after a number; 分 are minutes where minutes are asked."""
    if asked.family == TIME and word in ("分", "'"):
        return Unit(TIME, _D(60), "", word)
    family, size = _UNITS.get(word, (OTHER, _D(1)))
    return Unit(family, size, "", word)
