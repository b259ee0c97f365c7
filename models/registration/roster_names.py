"""A unit name taken apart: places, brand, words of the trade, legal form. Knows no roster.

宁波金田铜业(集团)股份有限公司 is the place 宁波, the brand 金田, the trade 铜业, a group, a company limited by shares.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

from models.registration import roster_words as lexicon

LIMITED, SHARES = "limited", "shares"  # registered names
STOCK, PLAIN = "stock", "plain"  # 德宏股份 and 德宏公司, as people say
_REGISTERED = re.compile(r"(股份有限公司|有限公司)")
_SPOKEN = re.compile(r"(股份公司|公司|(?:工厂|总厂|厂|股份)$)")
_LEGAL_KINDS = {"股份有限公司": SHARES, "有限公司": LIMITED, "股份": STOCK, "股份公司": STOCK}
_BRACKETS = re.compile(r"[(\[【〔〈《{]([^()\[\]【】〔〕〈〉《》{}]*)[)\]】〕〉》}]")
_DIGITS = re.compile(r"[零〇一二三四五六七八九]{3,}")
_NOT_A_NAME = re.compile(r"[\W_]+")
_GROUP = re.compile(r"(控股)?集团(控股)?$")


@dataclass(frozen=True, slots=True)
class NameParts:
    """A name taken apart; `core` is what remains without places and legal form, `tail` what stands after the form."""

    text: str
    core: str
    brand: str
    words: tuple[str, ...]
    places: tuple[str, ...]
    group: bool = False
    holding: bool = False
    legal: str = ""
    tail: str = ""

    @property
    def formal(self) -> bool:
        """Whether it claims to be a registered name, which a short name or a brand does not."""
        return self.legal in (LIMITED, SHARES)

    @property
    def rest(self) -> str:
        return self.core[len(self.brand) :]


class _Simplified(dict[int, int | str]):
    """Traditional characters to simplified ones, one by one, so that every text gets the same; each looked up once."""

    def __missing__(self, code: int) -> int | str:
        self[code] = found = code if code < 0x3000 or _is_simplified(chr(code)) else _opencc().convert(chr(code))
        return found


def _is_simplified(char: str) -> bool:
    # 乾 and 著 are in the simplified standard too; turned into 干 and 着 they would sound wrong.
    try:
        return bool(char.encode("gb2312"))
    except UnicodeEncodeError:
        return False


@cache
def _opencc() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


_simplified = _Simplified()


def clean(text: str) -> str:
    """A text in one spelling: compatibility forms, controls, traditional characters and capitals are evened out."""
    # A lone surrogate is no character at all; NFKC lets it pass, so it goes with the controls.
    text = "".join(" " if c.isspace() else c for c in unicodedata.normalize("NFKC", text))
    text = "".join(c for c in text if unicodedata.category(c)[0] != "C")
    return text.translate(_simplified).lower()


def squeezed(text: str) -> str:
    """A cleaned text without blanks and punctuation, 七四一二 written 7412 and 新材料 as 新材."""
    text = _NOT_A_NAME.sub("", text)
    text = _DIGITS.sub(
        lambda found: "".join(str("零一二三四五六七八九".find(c.replace("〇", "零"))) for c in found[0]), text
    )
    for old, new in lexicon.same():
        text = text.replace(old, new)
    return text


def parse(text: str) -> NameParts:
    """Take a cleaned name apart."""
    aside: list[str] = []

    def bracket(found: re.Match[str]) -> str:
        inside = squeezed(found[1])
        place, size = lexicon.leading_place(inside)
        if place and size == len(inside):
            aside.append(place)
            return ""
        return inside

    flat = squeezed(_BRACKETS.sub(bracket, text))
    stem, legal, tail = _legal_form(flat)
    stem, group, holding = _group_form(stem)
    places, core, prefix = _places(stem)
    brand, words = _brand(core)
    return NameParts(
        text=flat,
        core=core,
        brand=brand,
        words=prefix + words,
        places=tuple(dict.fromkeys(places + tuple(aside))),
        group=group,
        holding=holding,
        legal=legal,
        tail=tail,
    )


def _legal_form(flat: str) -> tuple[str, str, str]:
    for form in (_REGISTERED, _SPOKEN):
        if (found := form.search(flat)) and found.start() >= 2:
            return flat[: found.start()], _LEGAL_KINDS.get(found[0], PLAIN), flat[found.end() :]
    return flat, "", ""


def _group_form(stem: str) -> tuple[str, bool, bool]:
    if (found := _GROUP.search(stem)) and found.start() >= 2:
        return stem[: found.start()], True, "控股" in found[0]
    if stem.endswith("控股") and len(stem) >= 4:
        return stem[:-2], False, True
    return stem, False, False


def _places(stem: str) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """Places and group prefixes (国网) at the head of a name, and what remains, of at least two characters."""
    places: list[str] = []
    prefix: tuple[str, ...] = ()
    while True:
        head = next((word for word in lexicon.longest_first("prefix") if stem.startswith(word)), "")
        if head and len(stem) >= len(head) + 2:
            prefix, stem = (*prefix, head), stem[len(head) :]
            continue
        place, size = lexicon.leading_place(stem)
        if not place or not _is_place_here(place, stem[size:], prefix):
            return tuple(places), stem, prefix
        places.append(place)
        stem = stem[size:]


def _is_place_here(place: str, after: str, prefix: tuple[str, ...]) -> bool:
    # 德宏 is also a prefecture and 阿里 a region: far places count only where a brand follows.
    if len(after) < 2:
        return False
    return place in lexicon.home() or bool(prefix) or lexicon.trades_in(after) is None


def _brand(core: str) -> tuple[str, tuple[str, ...]]:
    """The shortest head of at least two characters that leaves only words of the trade; none where all is trade."""
    tails = lexicon.trade_tails(core)
    for size, words in enumerate(tails):
        if words is not None and size != 1:
            return core[:size], words
    return core, ()
