"""What people call a unit where a line has no room for its full name. Pure rules over names; knows no unit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from models.registration import roster_words as lexicon

LEAST = 2  # characters that must be left of a name
COMFORTABLE = 4  # below this no word of the trade is dropped any more
_ASIDE = re.compile(r"\s*[(\[（【〔][^()\[\]（）【】〔〕]*[)\]）】〕]")
_FORMS = ("股份有限公司", "有限责任公司", "有限公司", "股份公司", "总公司", "公司", "股份", "控股", "集团")
_ENGLISH_FORM = re.compile(r"[\s,]*\b(Co\b\.?,?\s*Ltd|Ltd|Limited|Inc|Corporation|Corp|Company|Group)\b\.?$", re.I)
_FILLERS = ("制品", "用品", "科技", "实业", "发展", "制造", "工贸", "技术")  # nobody says them of a unit they know
_NO_WORD_OF_ITS_OWN = re.compile(r"[一二三四五六七八九十\d]*(厂|总厂|分厂)?")


def short_name(name: str) -> str:
    """A unit's name without its place, bracketed asides and legal form: 浙江恒力塑料制品有限公司 is 恒力塑料."""
    stem = _without_form(name)
    return _without_fillers(_without_place(stem))


def short_names(names: Iterable[str]) -> dict[str, str]:
    """The short name of each unit of a list: longer ones where two would read alike."""
    known = dict.fromkeys(name for name in names if name)
    chosen: dict[str, str] = {}
    for shorten in (short_name, _without_form, str.strip):
        left = [name for name in known if name not in chosen]
        tried = {name: shorten(name) for name in left}
        seen = Counter([*tried.values(), *chosen.values()])
        chosen |= {name: text for name, text in tried.items() if seen[text] == 1 or shorten is str.strip}
    return chosen


def _without_form(name: str) -> str:
    """A name without asides and legal form."""
    whole = " ".join(name.split())
    stem = _ASIDE.sub("", whole).strip() or whole
    while form := next((one for one in _FORMS if stem.endswith(one) and len(stem) >= len(one) + LEAST), None):
        stem = stem.removesuffix(form)
    while (found := _ENGLISH_FORM.search(stem)) and found.start() >= LEAST:
        stem = stem[: found.start()]
    return stem


def _without_place(stem: str) -> str:
    """A name without the places at its head, where something of its own follows them."""
    while True:
        place, size = lexicon.leading_place(stem)
        after = stem[size:].strip()
        if not place or len(after) < LEAST or _NO_WORD_OF_ITS_OWN.fullmatch(after) or lexicon.trades_in(after):
            return stem
        stem = after


def _without_fillers(stem: str) -> str:
    while tail := next((one for one in _FILLERS if stem.endswith(one) and len(stem) >= len(one) + COMFORTABLE), None):
        stem = stem.removesuffix(tail)
    return stem
