"""The phrases people use around a unit's name, as patterns over the officer's word lists. Knows no roster."""

import re
from dataclasses import dataclass
from functools import cache

from models.registration import roster_words as lexicon

SHORTEST = 2  # characters of a name


@dataclass(frozen=True, slots=True)
class Phrases:
    """Patterns for what stands before a name, after it, or apart from it."""

    field: re.Pattern[str]  # a line of a form: 联系人：…
    beside_place: re.Pattern[str]  # between a place and a name: 温州那边的
    beside_town: re.Pattern[str]
    suburb: re.Pattern[str]  # a village or park after a place: 横溪镇
    located: re.Pattern[str]  # …在温州
    remark: re.Pattern[str]
    other: re.Pattern[str]  # words of another unit
    sentence: re.Pattern[str]  # words that stand in sentences and in no name
    third: re.Pattern[str]  # words of somebody else than who writes
    speaker: tuple[re.Pattern[str], ...]
    winner: re.Pattern[str]
    maker: re.Pattern[str]  # 做箱包的那家…
    made: tuple[re.Pattern[str], ...]  # …做箱包的


@cache
def phrases() -> Phrases:
    that, unit, chiefly, make = _one_of("that"), _one_of("unit"), _one_of("chiefly"), _one_of("make")
    end = f"的?(?:{that}|{unit})?$"
    link = r"(?:那边|这边|那里|这里|本地|当地)?(?:的(?!士))?(?:那个|那家|这家|这个|有(?:一个|个|一家)|(?<=的)一家)?"
    suburb = r"(?:[镇乡村]|街道|(?:经济技术|经济|高新技术)?开发区|高新区|工业园区?|工业区)"
    place = "(?:" + "|".join(map(re.escape, sorted(lexicon.known_places(), key=len, reverse=True))) + ")"
    return Phrases(
        field=re.compile(
            rf"{_one_of('field')}(?:\s*:\s*[^\s,;。、]*|[:\s是为]*[a-z]?\d[\da-z-]{{4,}})|^\s*\d{{1,2}}[、.)]"
        ),
        beside_place=re.compile(f"^{link}(?=..)"),
        beside_town=re.compile(rf"^(?:{suburb})?{link}(?=..)"),
        suburb=re.compile(rf"^\w{{2,3}}?{suburb}{link}(?=..)"),
        located=re.compile(rf"^(?P<name>.{{2,}}?)(?:位于|坐落在|在)(?P<place>{place}+)$"),
        remark=re.compile(rf"(?P<asked>{_one_of('ask')})|{_one_of('remark')}|\d{{4}}年"),
        other=re.compile(f"(?<!是){_one_of('other')}"),  # 是不是 asks, 不是 denies
        sentence=re.compile(_one_of("sentence")),
        third=re.compile(f"^(?:[让叫派]|请(?!问))|{_one_of('third')}"),
        speaker=_speaker(),
        winner=re.compile(
            rf"(?:\d{{2,4}}年|去年|前年|今年)?(?:(?:获得|荣获|拿到|[得拿获评])[过了上]?\w{{0,8}}?奖的|{_one_of('award')}"
            rf"(?:得主|获得者|获奖)(?:{unit})?的?){that}?(?=..)"
        ),
        maker=re.compile(
            rf"{chiefly}*(?:{make}|[造卖]|生产|加工)(?P<goods>\w{{1,10}}?)(?:的(?:{that}|{unit})?|{that})(?=..)"
        ),
        made=(
            re.compile(rf"(?P<sure>{chiefly}+(?:{make}|生产|加工|造)|{make})(?P<goods>\w{{1,12}}?){end}"),
            re.compile(rf"^(?P<sure>)(?:生产|加工|制造|造)(?P<goods>\w{{1,12}}?){end}"),
        ),
    )


def _speaker() -> tuple[re.Pattern[str], ...]:
    """The department, the duty and the name of who writes: 质量部的小王, 办公室主任陈伟, 做质量的."""
    duty, surname, title = _one_of("desk"), _one_of("surname"), _one_of("title")
    desk = rf"{duty}(?:部门?|[科处办课室组])"
    return (
        re.compile(rf"(?:的?{desk}的?|的|^){surname}[工总董]$"),
        re.compile(rf"(?:的?{desk}的?{title}?|的?{title}){surname}\w{{1,2}}$"),
        re.compile(rf"(?:的|{desk}的?){duty}{title}$"),
        re.compile(rf"的?(?:{desk})?的?(?:[小老阿]{surname}|{surname}?{title})$"),
        re.compile(rf"的?{desk}$"),
        re.compile(rf"(?:是?负责|[做搞管干]){duty}(?:管理|工作|这块|方面)*$"),
        re.compile(rf"^(?:(?:我|本人|免贵)?姓{surname}|(?=[质品]){duty})$"),
    )


def _one_of(kind: str) -> str:
    return "(?:" + "|".join(map(re.escape, lexicon.longest_first(kind))) + ")"
