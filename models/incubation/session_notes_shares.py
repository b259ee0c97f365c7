"""What a log tells of one by one: 三家厂,每家来了2个人; 分两批看,一批一小时. Knows no hours and no people."""

import re
from typing import Final

from models.incubation.readings_numbers import NUMERAL, value

_PART_OF_DAY: Final = r"上午|早上|早晨|清早|一早|中午|下午|傍晚|晚上|夜里"
_UNITS: Final = (
    rf"课时|门店|网点|车间|班组|部门|单位|企业|公司|工厂|工地|科室|小组|项目|课题|星期|{_PART_OF_DAY}|早|夜|晚|"
    "[批组节家班场轮堂店次回趟遍拨天日队桌村厂站社园院校县讲]"
)
_ALIKE: Final = (
    {"天", "日"},
    {"早上", "早晨", "清早", "一早", "上午", "早"},
    {"晚上", "夜里", "晚", "夜", "傍晚"},
    {"节", "堂", "课时", "讲"},
    {"批", "拨", "组", "小组", "班组", "班", "队"},
)
_TIMES: Final = frozenset("次回趟遍场轮")
_SITTINGS: Final = _TIMES | {word for words in _ALIKE[:4] for word in words}
_PLACES: Final = frozenset(
    ("家", "店", "门店", "网点", "厂", "工厂", "企业", "单位", "公司", "村", "站", "社", "园", "院", "校", "工地")
)
_APART: Final = _PLACES | _ALIKE[4] | {"车间", "部门", "科室", "桌", "县", "项目", "课题"}
"""What is made of different people: nobody belongs to two of them."""

_FILLER: Final = (
    r"(?:汇报|点评|发言|讨论|演练|检查|都是|都|大概|大约|差不多|各|[讲看听是就为来去到派出有做审练聊教约待花用也了])*"
)
_EACH: Final = re.compile(
    rf"(?:(?<!第)(?P<every>[每一])(?:一?[个张条])?(?P<what>{_UNITS})(?:课|厂|店|子|企业|公司)?{_FILLER}"
    rf"|每(?P<daily>[天日晚早])[^,。;0-9\n]{{0,4}}"
    rf"|(?P<other>每)(?![周月年季逢人位名件]|一?个[人学员工])[^,。;0-9\n]{{1,8}}) *$"
)
_EACH_AFTER: Final = re.compile(
    rf"\s*(?P<every>[每/一])个?(?P<what>{_UNITS})(?![长员数]|[来去到有]*\s*[0-9一二两三四五六七八九十])"
)
_APIECE: Final = re.compile(
    r"各(?:自)?(?:讲|看|做|听|来|练|上|审|查|走|教|花|用|出|派|有|培训|辅导|点评|汇报|发言|分享|交流|开)?了?(?:大概|大约|约)?\s*$"
)
_PLANNED: Final = "最后|还有|还剩|还要|计划|打算|准备|预计|原定|本来|应该"
_NOT_ALL: Final = rf"(?:每[^,。;0-9]{{0,2}}|[第各前后头剩余差缺过隔]|(?:{_PLANNED})[^,。;0-9]{{0,2}})"
_SEVERAL: Final = re.compile(
    rf"(?P<unsure>{_NOT_ALL})?(?P<n>{NUMERAL}|[几多数](?!人)|若干)\s*[个张条]?(?P<what>{_UNITS})"
    r"(?P<half>半)?(?![长员数前后内以之制]|倒(?!着)|[一-鿿]{0,2}没)"
)
_EACH_HOLDS_ONE: Final = re.compile(
    rf"(?P<n>{NUMERAL})\s*个?[^0-9,。;]{{1,3}}各[^,。;0-9]{{0,3}}?一(?P<what>[批组节场轮堂次])"
)
_STILL_GOING_ON: Final = re.compile(
    rf"(?:是|才|刚|到了?|为|[这今]\S{{0,2}})(?:第{NUMERAL}|[头首]一?|最后一|其中一)个?(?:{_UNITS})|同时|分头|并行"
)
_PARTS: Final = {"上午": 0, "早": 0, "一早": 0, "清早": 0, "中午": 1, "下午": 2, "傍晚": 3, "晚": 3, "夜里": 3}
_SAID_PART: Final = re.compile(
    "上午|早上|早晨|清早|一早|中午|下午|傍晚|晚上|夜里|(?<![今昨当每])晚(?![了点到])|(?<=上)下午"
)
_LISTED: Final = re.compile(
    r"(?:^|[,。;\s])(?:给|跟|和|由|有|让|带)?(?P<all>[^0-9,。;、和跟与及\s我咱]{1,8}"
    r"(?:(?:[、和跟与]|以及)[^0-9,。;、和跟与及\s我咱]{1,6})+)各"
)
_SO_MANY: Final = re.compile(rf"(?P<n>{NUMERAL})个?(?P<what>{_UNITS}|人|组员)[^0-9,。;]{{0,3}}$")
_NEAR: Final = 24  # characters before a number that may say of what it is one
_NUMBERS: Final = "一二三四五六七八"
_MOST: Final = 50  # sessions or groups that one log tells of


def how_many(text: str, start: int, end: int, *, apart: bool = False) -> int | None:
    """Of how many such parts the number at a place is one: 1 if it is the whole, 0 if untold, None if that is not sure.

    `apart`: only parts that are made of different people count, so that the same people are not counted twice.
    """
    near = text[max(0, start - _NEAR) : start]
    if _APIECE.search(near):
        return _of_those_listed(text[:start], apart=apart)
    each = _EACH.search(near) or _EACH_AFTER.match(text, end)
    if each is None:
        return 1
    said = each.groupdict()
    if said.get("other"):
        return 0
    what = said["what"] or said["daily"]
    if apart and what not in _APART:
        return 1 if said["every"] == "一" else None  # 每场20人: the same ones, or others
    if said["every"] == "一" and _numbered(text, what) > 1:
        return 1  # 一车间9人二车间11人
    many = _count(text, what, said["every"])
    return 1 if many == 0 and said["every"] == "一" else many  # 去了一家厂 两小时


def part_of_day(text: str) -> int | None:
    """The last part of the day that is named, in the order of the day."""
    said = _SAID_PART.findall(text)
    return next((part for name, part in _PARTS.items() if said[-1].startswith(name)), None) if said else None


def _count(text: str, what: str, every: str) -> int | None:
    """How many of them a text tells of; 0 where it tells of none, None where that is not sure."""
    found = {many for each, many in _counts(text) if _same(each, what)}
    if not found and what in _TIMES:
        found = {many for each, many in _counts(text) if each in _SITTINGS}
    if not found and what == "家":
        found = {many for each, many in _counts(text) if each in _PLACES}
    if (numbered := _numbered(text, what)) > 1:
        return numbered
    told = len(re.findall(f"(?:一|上午|下午|晚上?){what}", text)) if every != "一" and not found else 0
    if told > 1:
        return told  # 上午一批下午一批,每批一小时
    if len(found) > 1 or (found and _STILL_GOING_ON.search(text)):
        return None
    return found.pop() if found else 0


def _numbered(text: str, what: str) -> int:
    """How many are named by their number: 一班, 二班, 三班."""
    return next((many for many, number in enumerate(_NUMBERS) if number + what not in text), len(_NUMBERS))


def _counts(text: str) -> list[tuple[str, int | None]]:
    """What is counted in a text by how many there are: 四批, 两个晚上, 三节课; one alone counts nothing."""
    counts: list[tuple[str, int | None]] = []
    for found in _SEVERAL.finditer(text):
        number = value(found["n"])
        if number == 1 or (found["unsure"] or "").startswith("第"):
            continue
        whole = number is not None and number == int(number) and 1 < number <= _MOST
        sure = whole and not found["unsure"] and not found["half"]
        counts.append((found["what"], int(number) if sure and number is not None else None))
    counts += [(found["what"], int(value(found["n"]) or 0) or None) for found in _EACH_HOLDS_ONE.finditer(text)]
    return counts


def _same(one: str, other: str) -> bool:
    return one == other or one.endswith(other) or other.endswith(one) or any({one, other} <= words for words in _ALIKE)


def _of_those_listed(before: str, *, apart: bool) -> int | None:
    """How many share in 各: the parts of the day or the things named in its clause, else the groups told of before."""
    clause = re.split("[,。;]", before[: before.rindex("各")])[-1]
    if (parts := _parts(clause)) > 1:
        return None if apart else parts
    if listed := listed_before(clause):
        return listed
    if several := _SO_MANY.search(clause):
        number = value(several["n"])
        sure = number is not None and number == int(number) and 1 < number <= _MOST
        return int(number) if sure and number is not None and not (apart and several["what"] in _SITTINGS) else None
    if clause.strip():
        return None
    told = {many for what, many in _counts(before) if what in _APART or (what in _SITTINGS and not apart)}
    if (parts := _parts(before)) > 1 and not apart:
        told.add(parts)
    return told.pop() if len(told) == 1 else None


def listed_before(clause: str) -> int:
    """How many things a clause names side by side at its end: 5S和防错 are 2; 0 where it names none so."""
    listed = _LISTED.search(f"{clause}各")
    return len(re.findall("[、和跟与]|以及", listed["all"])) + 1 if listed else 0


def _parts(text: str) -> int:
    """How many parts of the day are named."""
    both = 2 * bool(re.search("上下午|早晚", text))
    said = {part for word in _SAID_PART.findall(text) if (part := part_of_day(word)) is not None}
    return max(both, len(said))
