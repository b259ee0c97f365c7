"""Whether a text is a quality need at all, how urgent it is, and which separate problems it holds. Knows no method."""

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Literal

from models import vocabulary as v
from models.exchange.understanding_asides import apartness, nearest
from models.exchange.understanding_text import Terms, normalise

NOTHING_SAID = 0.6
ONE_WORD = 0.8
TALKATIVE = 20
SHORT = 8
UNSAID = 16
HARDLY_A_TROUBLE = 1.0
# How a text is worded, from what troubles sound like to what other messages sound like.
TOLD_AS_TROUBLE, NEARLY_APART, APART, APART_IF_SILENT = -4.5, -2.6, 0.0, -0.6
SOME_TROUBLE, WELL_APART = 1.5, 0.6  # a word or two that troubles have, in a message that sounds like another

_CONTACT = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|https?://|www\.|(?:微信|vx|qq)[号:]?[a-z0-9_]{5,}")
_MARK = re.compile(
    r"(?:其?[一二三四]是|第[一二三四五](?:个|条|点)?(?:问题)?(?:就?是)?|首先|其次|另外还?有?|此外|还有(?:就是|一个|个)?"
    r"|再就是|再一个|再有就是|同时(?:也|还)?|一方面|另一方面|一边是?|其[一二三](?=[,:是])|另一个|除此之外|顺便(?:再)?|以及"
    r"|(?<![\d.])[1-5][.、)](?!\d)|[①②③④⑤]|[;；\n])"
)
# Who asks for somebody to come and show them is no stranger to the programme, whatever else the words sound like.
_HELP = re.compile(
    r"(?:请|派|找|有没有|哪位)[^,。;]{0,5}(?:人|老师|专家|师傅|高手|懂行|内行|教练)[^,。;]{0,3}"
    r"(?:来|带|看看|教|上门|指导|指点|帮帮|讲讲|辅导|诊断)|(?:带|教|指导|辅导)(?:一?[带教下])?(?:我们|俺们)|想学[学一]|学一学|取取?经"
)
# Who wants fewer rejects says so, whatever else comes first: 贷款下来了,想先把报废压下去.
_FEWER = re.compile(
    r"(?:不良|报废|次品|废品|返工|返修|退货|合格率|直通率|客诉)[^,。;]{0,8}(?:[压降减]|少一?点|学|取经|提[高升上]|上去)"
    r"|(?:[压降减]|学|提[高升]|控制)[^,。;]{0,6}(?:不良|报废|次品|废品|返工|返修|退货|合格率|直通率|客诉)"
)
_LETTERS = re.compile(r"[^\W_]")


def kind(text: str, firm: float, *, named: bool) -> str:
    """need, vague or not_a_need:<kind> for a normalised text, given the score of its firmest trouble."""
    bare = "".join(_LETTERS.findall(text))
    hits = _cues().find(text)
    cues: dict[str, set[str]] = defaultdict(set)
    for hit in hits:
        cues[hit.value].add(hit.term)
    vague = cues.pop("vague", set())
    greeting = cues.pop("greeting", set())
    greeted = sum(len(hit.term) for hit in hits if hit.value == "greeting")
    if greeting and sum(not letter.isdigit() for letter in bare) - greeted <= 1:
        return "not_a_need:greeting"
    if _CONTACT.search(text):
        cues["advert"].update(("contact", "number"))
    if about := _about(text, bare, cues, firm, named=named, vague=bool(vague)):
        return f"not_a_need:{about}"
    if named or firm >= NOTHING_SAID:
        return "need"
    if not vague and _gibberish(text, bare):
        return "not_a_need:gibberish"
    unsaid = len(bare) - sum(map(len, vague))
    return "vague" if len(bare) < SHORT or (vague and unsaid < UNSAID) else "need"


def _about(text: str, bare: str, cues: Mapping[str, set[str]], firm: float, *, named: bool, vague: bool) -> str:
    """What else than quality a text is about, by its cues and by its wording; empty for what may be a need."""
    if _FEWER.search(text) and "advert" not in cues:  # who sells fewer rejects says so, too
        return ""
    apart = apartness(text)
    plain = not (named or vague) and firm <= HARDLY_A_TROUBLE
    if cues and apart > TOLD_AS_TROUBLE:
        what = max(cues, key=lambda each: (len(cues[each]), max(map(len, cues[each])), each))
        # A long account of a trouble may well mention a loan; a short message about a loan is about a loan.
        needed = (firm if firm > ONE_WORD else 0.0) + (1.5 if named else 0.0) + len(bare) / TALKATIVE
        told = len(cues[what]) + (0.5 if max(map(len, cues[what])) > 3 else 0.0) + max(0.0, apart) / 2
        if told >= needed:
            return what
        if plain and apart > NEARLY_APART:
            return what
    told_apart = not (named or vague) and _sounds_apart(apart, firm) and not _HELP.search(text)
    return nearest(text) if told_apart else ""


def _sounds_apart(apart: float, firm: float) -> bool:
    """Whether the wording alone tells a message apart: the more trouble is in it, the clearer it has to be."""
    if firm > HARDLY_A_TROUBLE:
        return firm <= SOME_TROUBLE and apart > WELL_APART
    return apart > (APART if firm else APART_IF_SILENT)


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
def _haste() -> Terms[str]:
    return Terms((normalise(word), level) for word, level in v.urgency().items())
