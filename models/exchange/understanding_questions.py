"""Whether a text is a question to the assistant, and which one. Knows no sentence for a reader, no row and no person.

Two things are weighed: how much of the text the words of a question cover (its signs), and how alike it is in n-grams
to a wording that is known. The more firmly it tells of a trouble, the surer that must be: 师傅走了没人会调机 is a need.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from models import vocabulary as v
from models.exchange import understanding_troubles as troubles
from models.exchange.understanding_text import clauses, grams, normalise

LONGEST = 60  # characters of a question; who writes more tells of something
SURE = 0.6  # of the two things together, each at most 1
TROUBLED = 0.15  # and so much more for each point of a trouble
COVERS, LIKE = 1.0, 0.6  # what each weighs
BARE = ("took_place", "no_show", "meaning")  # say nothing else: 培训做过, 没效果 and 改进没人做怎么办 tell of a trouble

_FILLING = re.compile(
    r"^(?:请问|你好|您好|麻烦问|问一?下|想问一?下|我想问|那个|哎|喂|hi|hello|please|excuse me)[,，。!！ ]*"
)
_ENDING = re.compile(r"(?:[吗呢啊呀吧哦嘛啦?？!！。.~ ]|(?<!什)么)+$")
_WORD_ASKED = re.compile(r".{1,6}?是?(?:什么|啥|何)意思|what (?:does|do|is meant by) .{1,20}?(?: mean)?")
_LATIN = re.compile(r"[a-z0-9']+")
_IDLE = re.compile(
    r"请问|怎么样|怎么办|怎么|可不可以|能不能|可以|如何|一下|一个|我们|你们|咱们|这个|那个|什么|哪里|还是|已经|现在|"
    r"[我你您他的了吗呢啊呀吧哦嘛啦么要想能会个这那是有在去就都也还请把被给和跟对]|"
    r"\b(?:i|we|you|me|my|our|us|the|a|an|is|are|do|does|did|to|of|in|on|for|can|could|how|what|please|it|this|be|have|has)\b"
)


@lru_cache(maxsize=1024)
def question(text: str) -> str | None:
    """What a typed text asks of the assistant (one of the vocabulary's `QUESTIONS`), None when it asks nothing."""
    said = _bare(text)
    if not said or len(text) > LONGEST:
        return None
    if known := _wordings().exact.get(said) or _wordings().exact.get(said.removesuffix("了")):
        return known
    weighed = weigh(said)
    about = max(weighed, key=lambda each: weighed[each], default=None)
    if about and weighed[about] >= SURE + TROUBLED * troubles.weigh(said).firm:
        return about
    return "meaning" if _WORD_ASKED.fullmatch(said) else None


def weigh(said: str) -> Mapping[str, float]:
    """How surely a bare text asks each of the questions."""
    alike = _wordings().likest(said)
    covers = covered(said)
    return {about: COVERS * covers.get(about, 0.0) + LIKE * alike.get(about, 0.0) for about in {*alike, *covers}}


def _bare(text: str) -> str:
    return _ENDING.sub("", _FILLING.sub("", normalise(text)))


def covered(said: str) -> dict[str, float]:
    """Of each question some signs of which are all there: how much of the text they cover, 0 to 1."""
    places = {cue: found for cue, pattern in _cues().items() if (found := _places(pattern, said))}
    idle = {at for hit in _IDLE.finditer(said) for at in range(*hit.span())}
    telling = {at for at, sign in enumerate(said) if sign.isalnum()} - idle
    best: dict[str, float] = {}
    for about, cues in v.question_signs():
        if not all(cue in places for cue in cues):
            continue
        own = set().union(*(places[cue] for cue in cues))
        if about in BARE and any(said[at].isalpha() for at in telling - own):
            continue
        every = telling | own
        best[about] = max(best.get(about, 0.0), len(own) / len(every) + 0.01 * len(own & telling))
    return best


def _places(pattern: re.Pattern[str], said: str) -> set[int]:
    return {at for hit in pattern.finditer(said) for at in range(*hit.span(1))}


def notion(text: str) -> str | None:
    """Which of the programme's own notions a text names: the one of the longest word in it, None without any."""
    said = normalise(text)
    named = [(len(word), id) for id, one in v.notions().items() for word in one.words if normalise(word) in said]
    return max(named)[1] if named else None


@cache
def _cues() -> Mapping[str, re.Pattern[str]]:
    cues = {id: cue.words for id, cue in v.question_cues().items()}
    cues[v.NOTION] = tuple(word for notion in v.notions().values() for word in notion.words)
    return {id: _any_of(sorted(map(normalise, words), key=len, reverse=True)) for id, words in cues.items()}


def _any_of(words: list[str]) -> re.Pattern[str]:
    parts = [rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word) for word in words]
    return re.compile(f"(?=({'|'.join(parts)}))")


def _features(said: str) -> Iterator[str]:
    for clause in clauses(said):
        words = _LATIN.findall(clause)
        yield from words
        yield from (f"{first} {second}" for first, second in pairwise(words))
        for part in _LATIN.split(clause):
            yield from grams(part.replace(" ", ""))


@dataclass(frozen=True, slots=True)
class Wordings:
    """All known wordings: how rare each feature is, in which wordings it stands, and what each asks."""

    exact: Mapping[str, str]
    rarity: Mapping[str, float]
    holders: Mapping[str, tuple[int, ...]]
    lengths: tuple[float, ...]
    about: tuple[str, ...]

    def likest(self, said: str) -> dict[str, float]:
        """The likeness of a text to the nearest wording of each question (cosine, 0 to 1)."""
        own = list(dict.fromkeys(_features(said)))
        rarest = max(self.rarity.values())
        length = math.sqrt(sum(self.rarity.get(feature, rarest) ** 2 for feature in own)) or 1.0
        shared: dict[int, float] = defaultdict(float)
        for feature in own:
            for row in self.holders.get(feature, ()):
                shared[row] += self.rarity[feature] ** 2
        best: dict[str, float] = {}
        for row, weight in shared.items():
            likeness = weight / length / self.lengths[row]
            best[self.about[row]] = max(best.get(self.about[row], 0.0), likeness)
        return best


@cache
def _wordings() -> Wordings:
    known = [(one.about, _bare(one.text)) for one in v.questions()]
    held = [list(dict.fromkeys(_features(said))) for _, said in known]
    spread = Counter(feature for features in held for feature in features)
    rarity = {feature: math.log(1 + len(known) / times) for feature, times in spread.items()}
    holders: dict[str, list[int]] = defaultdict(list)
    for row, features in enumerate(held):
        for feature in features:
            holders[feature].append(row)
    return Wordings(
        {said: about for about, said in known},
        rarity,
        {feature: tuple(rows) for feature, rows in holders.items()},
        tuple(math.sqrt(sum(rarity[feature] ** 2 for feature in features)) or 1.0 for features in held),
        tuple(about for about, _ in known),
    )
