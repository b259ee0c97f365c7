"""Whether a text is a quality need at all, how urgent it is, and which separate problems it holds. Knows no method."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Literal

from models import vocabulary as v
from models.exchange.understanding_asides import LIKELY, SURE, foreign, nearest
from models.exchange.understanding_text import Hit, Terms, normalise
from models.exchange.understanding_troubles import Evidence

NOTHING_SAID = 0.6
SHORT = 8
UNSAID = 16
BRIEF = 10  # letters that a craft or a method stands for more than their wording: 想学焊接, 想学5S
ADVERT = 3  # words of an advertisement, or one beside a number to call: no need has them, though it may have a number

_CONTACT = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|https?://|www\.|(?:微信|vx|qq)[号:]?[a-z0-9_]{5,}")
_MARK = re.compile(
    r"(?:其?[一二三四]是|第[一二三四五](?:个|条|点)?(?:问题)?(?:就?是)?|首先|其次|另外还?有?|此外|还有(?:就是|一个|个)?"
    r"|再就是|再一个|再有就是|同时(?:也|还)?|一方面|另一方面|一边是?|其[一二三](?=[,:是])|另一个|除此之外|顺便(?:再)?|以及"
    r"|(?<![\d.])[1-5][.、)](?!\d)|[①②③④⑤]|[;；\n])"
)
# Who wants fewer rejects, or somebody to come and show them how, says so, whatever else comes first:
# 贷款下来了,想先把报废压下去. Only who sells something says it, too.
_WISH = re.compile(
    r"(?:不良|报废|次品|废品|返工|返修|退货|合格率|直通率|客诉)[^,。;]{0,8}(?:[压降减]|少一?点|学|取经|提[高升上]|上去)"
    r"|(?:[压降减]|学|提[高升]|控制)[^,。;]{0,6}(?:不良|报废|次品|废品|返工|返修|退货|合格率|直通率|客诉)"
    r"|(?:请|派|找|有没有|哪位)[^,。;]{0,5}(?:人|老师|专家|师傅|高手|懂行|内行|教练)[^,。;]{0,3}"
    r"(?:来|带|看看|教|上门|指导|指点|帮帮|讲讲|辅导|诊断)|(?:带|教|指导|辅导)(?:一?[带教下])?(?:我们|俺们)"
    r"|想学[学一]|学一学|取取?经"
)
_LETTERS = re.compile(r"[^\W_]")


def kind(text: str, found: Evidence, *, named: bool) -> str:
    """need, vague or not_a_need:<kind> for a normalised text, given what it tells of troubles."""
    bare = "".join(_LETTERS.findall(text))
    hits = _cues().find(text)
    greeted = sum(len(hit.term) for hit in hits if hit.value == "greeting")
    if greeted and sum(not letter.isdigit() for letter in bare) - greeted <= 1:
        return "not_a_need:greeting"
    vague = {hit.term for hit in hits if hit.value == "vague"}
    other = matters(text, hits)
    silent = not named and found.firm < NOTHING_SAID
    if silent and not other:
        if not vague and _gibberish(text, bare):
            return "not_a_need:gibberish"
        if vague and len(bare) - sum(map(len, vague)) < UNSAID:
            return "vague"
    wished = _WISH.search(text) and "advert" not in other
    said = _ungreeted(text, hits)
    learns = named and not other and (len(bare) <= BRIEF or nearest(said) != "advert")
    strange = 0.0 if wished or learns else foreign(said, found, named=named, cue=bool(other))
    offered = len(other.get("advert", ())) + (2 if _CONTACT.search(text) else 0)
    craft = not other and any(_crafts().find(text))
    if (strange > SURE and not (craft and len(bare) <= BRIEF)) or offered >= ADVERT:
        return f"not_a_need:{_about(text, other)}"
    unsure = strange > LIKELY and (silent or not craft)  # 我们厂做注塑的 begins like an advertisement
    return "vague" if unsure or (silent and len(bare) < SHORT) else "need"


def _ungreeted(text: str, hits: Iterable[Hit[str]]) -> str:
    """A text without the greeting it begins with, which is polite and says nothing of the matter."""
    for hit in hits:
        if hit.value != "greeting" or text[: hit.start].strip(" ,。!:、~"):
            break
        text = " " * hit.end + text[hit.end :]
    return text.lstrip(" ,。!:、~")


def matters(text: str, hits: Iterable[Hit[str]] | None = None) -> Mapping[str, set[str]]:
    """The other matters than quality that a normalised text has words of, with the words."""
    found: dict[str, set[str]] = defaultdict(set)
    for hit in _cues().find(text) if hits is None else hits:
        if hit.value not in ("vague", "greeting"):
            found[hit.value].add(hit.term)
    return found


def _about(text: str, cues: Mapping[str, set[str]]) -> str:
    """What else than quality a text is about: by the words of another matter in it, or else by its wording."""
    if not cues:
        return nearest(text)
    return max(cues, key=lambda each: (len(cues[each]), max(map(len, cues[each])), each))


def _gibberish(text: str, bare: str) -> bool:
    chinese = sum("\u3400" <= character <= "\u9fff" for character in bare)
    words = [word for word in re.findall(r"[a-z]{3,}", text) if re.search(r"[aeiou]", word)]
    return (chinese < 2 and len(words) < 3) or len(set(bare)) < 2


def urgency(text: str) -> Literal["high", "normal", "low"]:
    """How pressing a normalised text says it is; a word of leisure (不急) outweighs a word of haste."""
    levels = {hit.value for hit in _haste().find(text)}
    return "low" if "low" in levels else "high" if "high" in levels else "normal"


def parts(text: str) -> list[str]:
    """A normalised text split where it turns from one problem to another; the whole text when it does not."""
    found = [part.strip(" ,。:、.") for part in _MARK.split(text)]
    return [part for part in found if len(part) > 3] or [text]


@cache
def _cues() -> Terms[str]:
    return Terms((normalise(entry.cue), entry.kind) for entry in v.not_needs())


@cache
def _crafts() -> Terms[str]:
    """What a firm works at: its processes, and the areas of quality."""
    areas = (name for area in v.areas().values() for name in (area.zh, *area.aliases))
    return Terms((normalise(name), name) for name in (*areas, *(process.term for process in v.processes())))


@cache
def _haste() -> Terms[str]:
    return Terms((normalise(word), level) for word, level in v.urgency().items())
