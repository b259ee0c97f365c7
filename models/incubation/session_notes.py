"""A mentor's log in one message, 今天下午去做了5S培训，两个半小时，十二个人: what, how long, how many, when.

What is missing or could mean two things stays open, so that /log asks for that alone. Knows no row and no sentence.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from models import vocabulary
from models.incubation.readings_numbers import evened
from models.incubation.session_notes_activities import activity_of, is_firm, names_one
from models.incubation.session_notes_english import in_figures
from models.incubation.session_notes_people import heads, people_of
from models.incubation.session_notes_times import day_of, hours_of

LONGEST: Final = 300  # characters that are read
# In 一共12。11月26日 the 。 is no decimal point.
_APART = re.compile(r"(?<=[0-9])\s*。\s*(?=[0-9]+\s*[月号日点:：])")
_NOTHING = re.compile(
    r"白跑|白去|扑了?个?空|没(?:见着|见到|碰上|碰到)(?:人|老板|他们)|没(?:培训|辅导|诊断|[办搞做去讲开上看弄见])成|泡汤|(?:取消|推迟|延期|改期)了(?!.*(?:改成|换成|改做|改为))|"
    r"(?:本来|原[定本]|约[了好]).*(?:改期|取消|推迟|延期)(?!到|至|在|为|的)"
)
_CALLED_OFF = re.compile(r"取消|推迟|延期|改期|改天|没去")

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
    even = as_read(text)
    day, rest = day_of(even, today)
    if _NOTHING.search(even):
        # 白跑一趟: the hours named were no session's; only who looked in on somebody has been there.
        visit = None if _CALLED_OFF.search(even) else activity_of(even)
        return Note(visit if visit == vocabulary.activities()["follow_up_visit"].zh else None, None, None, day)
    hours, rest = hours_of(rest)
    return Note(activity_of(even), hours, people_of(rest), day)


def maybe_people(text: str, today: date) -> tuple[int, ...]:
    """The numbers of people that a log may mean, to choose from where it is asked."""
    return heads(hours_of(day_of(as_read(text), today)[1])[1])


def names_activity(text: str) -> bool:
    """Whether a text names an activity; what was done is read from any text, as if it were a log."""
    return names_one(as_read(text))


def is_log(text: str, note: Note) -> bool:
    """Whether a text nobody asked for is a log: what was read of it has hours and an activity named or beyond doubt."""
    even = as_read(text)
    if note.activity is None or note.hours is None:
        return False
    return names_one(even) or (is_firm(even) and (note.date is not None or note.people is not None))


def as_read(text: str) -> str:
    """A log as it is read: evened, no longer than what is read of it."""
    # ½ and ② would turn into other numbers; blanks leave the rest readable.
    text = "".join(" " if unicodedata.category(c) in ("No", "Nl") and c != "〇" else c for c in text[:LONGEST])
    text = text.replace("，", "， ")  # 到了33，2小时 is no 33,2
    return in_figures(evened(_APART.sub("; ", text)) or "")
