"""What was done in a session, as mentors tell it: the activity in the programme's term. Knows no number and no day.

Which words tell one activity from the others is learnt by `benchmarks/train_sessions.py` (multinomial logistic
regression) from logs that many hands wrote, and stands in session_notes_telling.csv.
"""

import itertools
import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from models import vocabulary
from models.vocabulary import tables

FOLDER: Final = Path(__file__).parent
NONE: Final = "none"  # what a log tells of that names nothing done
SURE: Final = 1 / 3  # a chance below which it is asked
STEM: Final = 5  # letters of an English word: training and trained are one
FIRM: Final = 0.6  # from here on a text may well be a log, though nobody asked for one
_BREAKS: Final = re.compile(r"[,。;!?、:]+|(?<![a-z0-9])\s+|\s+(?![a-z0-9])")
_NUMBER: Final = re.compile("[0-9.]+")
_PARTS: Final = re.compile(r"[a-z]+|\S")  # a word of English is one, as a character is
# 原本要诊断,改成上课; 先诊断,主要还是培训: not what it was about, which no pair of characters can say.
_SET_ASIDE: Final = re.compile(
    r"(?:原本|本来|原来|原定|原计划|说好)[^,。;]*[,。;]\s*(?=[^,。;]{0,8}(?:改|换|变)[成为做])|先[^,。;]*[,;]\s*(?=(?:主要|重点)(?:还?是|在))"
)


def activity_of(even: str) -> str | None:
    """The activity an evened text is mainly about, in Chinese; None where that is not sure."""
    for text in (even, _as_meant(even)):
        chances = activity_chances(text)
        best = max(chances, key=lambda activity: chances[activity])
        if best != NONE and chances[best] >= SURE:
            return vocabulary.activities()[best].zh
    return None


def names_one(even: str) -> bool:
    """Whether an evened text names an activity by one of its names, as what is no log hardly does."""
    return any(
        name in even for activity in vocabulary.activities().values() for name in (activity.zh, *activity.aliases)
    )


def is_firm(even: str) -> bool:
    """Whether an evened text tells of an activity so plainly that it may be a log."""
    return max((chance, activity) for activity, chance in activity_chances(even).items() if activity != NONE)[0] >= FIRM


def activity_chances(even: str) -> Mapping[str, float]:
    """How likely an evened text is to tell of each activity, and of none, as shares of one."""
    held, said = _telling(), features(even)
    scores = dict.fromkeys((*vocabulary.activities(), NONE), 0.0)
    for feature in said:
        for activity, weight in held.get(feature, ()):
            scores[activity] += weight / math.sqrt(len(said))
    shares = {activity: math.exp(score) for activity, score in scores.items()}
    return {activity: share / sum(shares.values()) for activity, share in shares.items()}


def features(even: str) -> tuple[str, ...]:
    """The characters, words and pairs of an evened text, each once, with where a clause begins and ends; a number is 0.

    What was only planned, or came before the main thing, is left out.
    """
    return tuple(dict.fromkeys(_features(_SET_ASIDE.sub("", even))))


def _features(even: str) -> Iterator[str]:
    for clause in filter(None, _BREAKS.split(_NUMBER.sub("0", even))):
        parts = ["^", *(part[:STEM] for part in _PARTS.findall(clause)), "$"]
        yield from parts[1:-1]
        yield from map("".join, itertools.pairwise(parts))


@cache
def _telling() -> Mapping[str, Sequence[tuple[str, float]]]:
    """What each feature says for and against each activity."""
    known = {*vocabulary.activities(), NONE}
    held: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for row in tables.rows(FOLDER, "session_notes_telling", ("activity", "weight", "grams")):
        for gram in row.text("grams").split():
            held[gram].append((row.one_of("activity", known), row.weight("weight")))
    return held


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
    """The two-letter names of activities, by how they sound."""
    said = [name for activity in vocabulary.activities().values() for name in (activity.zh, *activity.aliases)]
    return {_sound(name): name for name in said if len(name) == 2}
