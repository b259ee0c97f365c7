"""A mentor's log in one message, 今天下午去做了5S培训，两个半小时，十二个人: what, how long, how many, when.

What is missing or could mean two things stays open, so that /log asks for that alone. Knows no row and no sentence.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final, Literal

from models import vocabulary
from models.incubation.readings_numbers import evened
from models.incubation.session_notes_people import people_of
from models.incubation.session_notes_times import day_of, hours_of
from models.vocabulary import tables

FOLDER: Final = Path(__file__).parent
LONGEST: Final = 300  # characters that are read
_DONE = re.compile(
    r"(?:做|搞|开|办|进行|组织|开展|完成|参加|去|来|安排|活动|内容|主题|类型)[了过:：的是]*(?:一?[次场个堂节回些]|两[次场])?[^,。;!?\s]{0,6}$"
)
_MAINLY = re.compile(r"(?:主要|重点|最后)(?:还是|是|在|就是|做|搞)*$|(?:改成|换成|变成|改做|改为)[^,。;]{0,4}$")
_ONLY_PLANNED = re.compile(
    r"(?:原本|本来|原定|原计划|说好)(?:今天|要|是|打算|准备|去|做|来|的)*$|(?:先?[别不]|没)(?:再|要|做|搞|用)?$"
)
_ASIDE = re.compile(r"(?:顺带|顺便|顺手|另外|最后|然后|完了|之后|接着|还(?!是))[^,。;]{0,4}$")
# In 一共12。11月26日 the 。 is no decimal point.
_APART = re.compile(r"(?<=[0-9])\s*。\s*(?=[0-9]+\s*[月号日点:：])")
_NOTHING = re.compile(
    r"白跑|白去|扑了?个?空|没(?:见着|见到|碰上|碰到)(?:人|老板|他们)|没(?:培训|辅导|诊断|[办搞做去讲开上看弄见])成|泡汤|(?:取消|推迟|延期|改期)了(?!.*(?:改成|换成|改做|改为))|"
    r"(?:本来|原[定本]|约[了好]).*(?:改期|取消|推迟|延期)(?!到|至|在|为|的)"
)
_CALLED_OFF = re.compile(r"取消|推迟|延期|改期|改天|没去")
# 讲收货验收, 教他们写课题报告: what is taught is not what was done, nor is it where one asks how (报告怎么写).
_TAUGHT = re.compile(
    r"(?:讲(?![义稿座师课]|评(?!审)|解答)|教(?![材案练程室授育师])|宣讲)[^,。;完又再后然]{0,8}$|(?:辅导|指导(?!书))[^,。;和跟与及、又再后完]{1,8}$"
)
_HOW = re.compile(r"(?:怎么|怎样|如何|咋)$")
_TOPICS = frozenset(
    {
        *("teaching_material", "stage_review", "audit", "follow_up_visit"),
        *("diagnosis", "improvement_project", "benchmarking_visit"),
    }
)
_US, _THEM = "(?:我们|咱们?|我司|我厂|自家|自己)", "(?:他们|人家|对方|标杆|同行|龙头|隔壁|客户)"
# What was done without its name: the verb where the others of a log are weighed by what stands before them.
_DEEDS: Final = tuple(
    (re.compile(pattern), activity, weight)
    for activity, weight, pattern in (
        ("training", 2.8, r"给[^,。;]{1,14}(?P<at>讲)(?![义稿])"),
        (
            "benchmarking_visit",
            3.2,
            rf"[拿把用将](?:{_US}|{_THEM})[^,。;]{{0,16}}?[和跟与同](?:{_US}|{_THEM})[^,。;]{{0,8}}?"
            r"(?P<at>对了|对一|对照|比|放一|摆一|并排)",
        ),
        (
            "benchmarking_visit",
            2.8,
            rf"[和跟与同]{_THEM}[^,。;]{{0,6}}?(?P<at>对)[了一](?:一?[下遍])[^,。;]{{0,10}}?(?:率|指标|数据|时间|周期|天数|成本|oee)",
        ),
        (
            "benchmarking_visit",
            2.8,
            rf"(?P<at>{_US}|{_THEM})[^,。;0-9]{{0,8}}[0-9.]+(?![0-9.个位名]|人(?!家))[^,。;0-9]{{0,4}}?[,、\s]*"
            rf"(?:{_US}|{_THEM})[^,。;0-9]{{0,6}}[0-9.]+(?![0-9.人个位名])",
        ),
        (
            "site_tour",
            3.2,
            rf"[带领陪][^,。;]{{1,10}}?(?P<at>[走看转逛兜])[^,。;]{{0,6}}?{_US}",
        ),
    )
)
_FRAME, _BESIDE = 0.7, -1.2
_TELLING = 3.0  # what a phrase weighs that names an activity by itself
_EXPERTS = 2.6  # from here on experts are what it was about
_LATER = 0.01  # of two as likely, the one said first

Missing = Literal["activity", "hours", "people", "date"]


@dataclass(frozen=True, slots=True)
class Note:
    """What a log says: the activity in the programme's term, hours to two places, people, day; `asks` what is open."""

    activity: str | None
    hours: Decimal | None
    people: int | None
    date: date | None

    @property
    def asks(self) -> tuple[Missing, ...]:
        open_: dict[Missing, object] = {
            "activity": self.activity,
            "hours": self.hours,
            "people": self.people,
            "date": self.date,
        }
        return tuple(name for name, value in open_.items() if value is None)


def read_note(text: str, today: date) -> Note:
    """Read a log in one message; `today` is the day it is sent, in Shanghai."""
    # ½ and ② would turn into other numbers; blanks leave the rest readable.
    text = "".join(" " if unicodedata.category(c) in ("No", "Nl") and c != "〇" else c for c in text[:LONGEST])
    text = text.replace("，", "， ")  # 到了33，2小时 is no 33,2
    even = evened(_APART.sub("; ", text)) or ""
    day, rest = day_of(even, today)
    if _NOTHING.search(even):
        # 白跑一趟: the hours named were no session's; only who looked in on somebody has been there.
        visit = None if _CALLED_OFF.search(even) else _named(even)
        return Note(visit if visit == vocabulary.activities()["follow_up_visit"].zh else None, None, None, day)
    hours, rest = hours_of(rest)
    return Note(activity_of(even), hours, people_of(rest), day)


def activity_of(even: str) -> str | None:
    """The activity an evened text is mainly about, in Chinese; None when no word of it names one."""
    return _named(even) or _named(_as_meant(even))


def _named(even: str) -> str | None:
    best: dict[str, float] = {}
    for activity, weight, start in _said(even):
        before = even[:start]
        weight += _FRAME * bool(_DONE.search(before)) + _BESIDE * bool(_ASIDE.search(before))
        weight += -_BESIDE * bool(_MAINLY.search(before)) + 2 * _BESIDE * bool(_ONLY_PLANNED.search(before))
        weight += 2 * _BESIDE * (activity in _TOPICS and bool(_TAUGHT.search(before)))
        score = weight - _LATER * start / LONGEST
        best[activity] = max(best.get(activity, 0.0), score)
    if not best:
        return None
    first = max(best, key=lambda activity: best[activity])
    if first == "diagnosis" and best.get("expert_consultation", 0.0) >= _EXPERTS:
        first = "expert_consultation"  # a diagnosis that experts came for
    return vocabulary.activities()[first].zh


def _said(even: str) -> Iterator[tuple[str, float, int]]:
    """What speaks for an activity in a text: the activity, how much, and where."""
    pattern, phrases = _phrases()
    for match in pattern.finditer(even):
        activity, weight = _meaning(match[0], phrases)
        if activity != "none" and not (activity == "teaching_material" and _HOW.search(even[: match.start()])):
            yield activity, weight, match.start()
    for deed, activity, weight in _DEEDS:
        yield from ((activity, weight, match.start("at")) for match in deed.finditer(even))


def _as_meant(even: str) -> str:
    """A text with its mistyped activities set right by their sound: 陪训 is 培训."""
    sounds = _sounds()
    for start in range(len(even) - 1):
        pair = even[start : start + 2]
        if (meant := sounds.get(_sound(pair))) and meant != pair:
            even = even[:start] + meant + even[start + 2 :]
    return even


def _sound(characters: str) -> tuple[str, ...]:
    return tuple(vocabulary.syllables().get(character, character) for character in characters)


@cache
def _sounds() -> Mapping[tuple[str, ...], str]:
    """The two-letter phrases that name an activity by themselves, by how they sound."""
    _, phrases = _phrases()
    telling = [said for said, (_, weight) in phrases.items() if len(said) == 2 and weight >= _TELLING]
    return {_sound(said): said for said in telling if said[0] > "\u3400"}


def _meaning(said: str, phrases: Mapping[str, tuple[str, float]]) -> tuple[str, float]:
    """The activity and weight of a phrase as it was said, with or without letters in its gap."""
    if said in phrases:
        return phrases[said]
    fits = (phrase for phrase in phrases if "…" in phrase and re.fullmatch(_pattern(phrase), said))
    return phrases[next(fits)]


@cache
def _phrases() -> tuple[re.Pattern[str], Mapping[str, tuple[str, float]]]:
    """One pattern for all phrases, the longest first, and what each speaks for."""
    known = {*vocabulary.activities(), "none"}
    found: dict[str, tuple[str, float]] = {}
    for row in tables.rows(FOLDER, "session_notes", ("activity", "weight", "phrases")):
        for phrase in row.many("phrases"):
            if phrase in found:
                raise row.fault(f"{phrase} already belongs to {found[phrase][0]}")
            found[phrase] = row.one_of("activity", known), row.number("weight") or 0.0
    longest_first = sorted(found, key=lambda phrase: (-len(phrase), phrase))
    return re.compile("|".join(map(_pattern, longest_first))), {phrase: found[phrase] for phrase in longest_first}


def _pattern(phrase: str) -> str:
    """A phrase as a regular expression; … is up to six letters of one clause, no day begins it (上周三…课)."""
    whole = re.escape(phrase).replace("上…", "上(?![周午月礼星个次回])…")
    return whole.replace("教…", "教(?![材案练程室授育])…").replace("…", "[^,。;]{0,6}?")
