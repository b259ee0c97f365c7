"""How Chinese characters sound, without tones, so that homophones can be proposed. Knows no name and no roster."""

from collections.abc import Mapping
from functools import cache

from models import vocabulary

# Characters of names that GB 2312 lacks, and those that names read otherwise than texts do (长城).
_IN_NAMES = (
    "ben:犇 biao:骉 chang:长 chong:翀重 chu:俶 mei:媄 rong:镕 shen:珅 sheng:昇 wan:婠 xia:厦 xin:炘 xuan:烜 "
    "yao:垚 yi:祎 yu:彧 yue:玥 yun:赟 zhao:曌 zhe:喆 "
)
# Sounds that many speakers, and the input methods set for them, do not keep apart.
_HEADS = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_TAILS = (("ing", "in"), ("eng", "en"), ("ang", "an"))
# One private character stands for one sound, so that sounds are compared as short strings.
_FIRST = 0xE000


@cache
def _readings() -> Mapping[int, str]:
    readings = dict(vocabulary.syllables())
    for syllable, _, characters in (part.partition(":") for part in _IN_NAMES.split()):
        readings.update(dict.fromkeys(characters, syllable))
    return {ord(character): said for character, said in readings.items()}


def _folded(syllable: str) -> str:
    for one, other in _HEADS:
        if syllable.startswith(one):
            syllable = other + syllable[2:]
    for one, other in _TAILS:
        if syllable.endswith(one):
            syllable = syllable.removesuffix(one) + other
    return syllable


@cache
def _sounds() -> Mapping[int, int]:
    marks: dict[str, int] = {}
    return {code: marks.setdefault(_folded(said), _FIRST + len(marks)) for code, said in _readings().items()}


@cache
def _initials() -> Mapping[int, str]:
    return {code: said[0] for code, said in _readings().items()}


def sounds(text: str) -> str:
    """A text of the same length with one mark for each sound; characters without a known sound stay."""
    return text.translate(_sounds())


def letters(text: str) -> str:
    """A text in pinyin letters without tones and blanks: 方太 is fangtai."""
    return text.translate(_readings())


def initials(text: str) -> str:
    """The first letters of the pinyin of each character: 方太 is ft."""
    return text.translate(_initials())
