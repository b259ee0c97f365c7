"""Numbers that prove a reading: the parts of a total, the factors of a product, the counts of a share.

Where they give the reading to the digits typed they are taken away; where they do not, somebody has to be asked.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from math import prod
from typing import Final

from models.incubation import readings_words as words
from models.incubation.readings_amounts import PRECISION, Amount, clear_amounts, rounds_to
from models.incubation.readings_units import COUNT, MONEY, OTHER, PLAIN, POINTS, SHARE, TIME, Unit
from models.vocabulary import Indicator

_TIMES = re.compile(r"\s*(?:[*×]|乘以?)\s*")
_EQUALS = re.compile(r"[=≈]|等于")
_SIGNS = re.compile(r"[=≈+*×]|等于|加上|乘以?")
_NAMED = re.compile(r"[a-z一-鿿]")
_ONLY_THE_TOTAL = re.compile(
    r"(?:[^0-9,;。]{1,3}\s+)?(?:这个?月|本月|投诉|客诉|合计|总共|总计|收到|接到|[是有共为了就,，:=\s])*"
)
_OTHER_THINGS = re.compile(r"退|返|发货|送|坏|推荐|贬损|[有无]效|成立|重复|受理")
_PLACES: Final = re.compile(r"线|车间|班|厂|机|组|周|旬|半月|店|国|销")  # their shares do not add up
_PRODUCTS: Final = ("oee", "rolled_throughput_yield")  # so by their formula, whether or not a sign is typed
_ON_AVERAGE = re.compile(r"[^0-9,;。]{0,4}(?:平均|均值)(?:下来|[是为约])*")
_AVERAGED = re.compile(r"\s*(?:总体|整体|总的|全部|这?个?月)?(?:平均|中位数?)")
_MULTIPLIED = re.compile(r"[连相]?乘(?:起来|下来|出来|积)?")
_FACTORS = re.compile(r"(?:时间|性能)?(?:开动|稼动|可用|利用|性能|速度|合格|良品|质量|良)率?")
_OF_ALL = re.compile(
    r"(?:总的|总体|整体|综合|合起来|汇总|合并|拉通|摊|全程|平均|均值|全厂|全公司|全?车间|整个?车间|全部门|加权|合计|加起来|总共|一起|拢共)[^0-9,;。()、]{0,6}[,;\s]*$"
)
_ADDITIVE: Final = (COUNT, TIME, MONEY, POINTS)
Amounts = Sequence[Amount]


def proved(text: str, asked: Unit, known: Indicator | None) -> str:
    """The text with the reading alone where its other numbers prove it, the whole text otherwise."""
    whole = text if asked.family == SHARE else words.PARTS.sub(" ", text)
    found = clear_amounts(whole, asked)
    if known is not None and known.id in _PRODUCTS and len(found) == 1:
        return _MULTIPLIED.sub(" ", text)
    if (rest := _altogether(whole, asked, found)) is not None:
        return rest
    if len(found) == 2 and (rest := _fraction(whole, asked, known, found)):
        return rest
    if (rest := _average(whole, asked, known, found)) is not None:
        return rest
    if len(found) < 3:
        return text
    for proof in (_product, _total, _overall):
        if (rest := proof(whole, asked, known, found)) is not None:
            return rest
    return text


def _alone(text: str, reading: Amount, found: Amounts) -> str:
    """The text without the other numbers."""
    for amount in reversed(found):
        if amount is not reading:
            text = text[: amount.start] + " " + text[amount.end :]
    return text


def _product(text: str, asked: Unit, known: Indicator | None, found: Amounts) -> str | None:
    """88%×90%×98%=77.6% without the factors."""
    if asked.family != SHARE or (known and known.direction != "up"):
        return None
    joints = [bool(_TIMES.fullmatch(text[a.end : b.start])) for a, b in pairwise(found)]
    named = known is not None and known.id in _PRODUCTS
    for reading, factors, joined in ((found[-1], found[:-1], joints[:-1]), (found[0], found[1:], joints[1:])):
        shares = [share for factor in factors if (share := _of_one(factor, asked)) is not None]
        product = prod(shares, start=Decimal(1))
        if (named or all(joined)) and len(shares) == len(factors) and _gives(product, reading, asked):
            rest = _SIGNS.sub(" ", _alone(text, reading, found))
            return _FACTORS.sub(" ", rest) if named else rest
    return None


def _of_one(factor: Amount, asked: Unit) -> Decimal | None:
    """A factor as a part of one: 98 % and 98 are 0.98."""
    if factor.value is None or factor.unit.family not in (SHARE, PLAIN):
        return None
    if factor.unit.family == SHARE:
        return factor.value * factor.unit.size
    return factor.value if factor.value <= 1 else factor.value * asked.size


def _altogether(text: str, asked: Unit, found: Amounts) -> str | None:
    """3台机加起来停了18.5小时 without the machines."""
    own = [amount for amount in found if amount.unit.family == asked.family or amount.unit.family == PLAIN]
    if asked.family == COUNT or len(own) != 1 or len(found) < 2:
        return None
    if any(
        amount.unit.family not in (COUNT, OTHER) or amount.end > own[0].start
        for amount in found
        if amount is not own[0]
    ):
        return None
    if asked.family in (TIME, MONEY) and asked.per and words.TOTAL.search(text[: own[0].start]):
        return _alone(text, own[0], found)
    between = text[found[-2].end : own[0].start]
    return _alone(text, own[0], found) if len(found) == 2 and _ON_AVERAGE.fullmatch(between) else None


def _average(text: str, asked: Unit, known: Indicator | None, found: Amounts) -> str | None:
    """平均12天，急单5天 without what is no average."""
    clauses = [*re.finditer(r"[^,;。()]+", text)]
    averages = [clause for clause in clauses if _AVERAGED.match(clause[0])]
    if asked.family == COUNT or len(averages) != 1 or len(averages) == len(clauses):
        return None
    clause = averages[0]
    own = [amount for amount in found if clause.start() <= amount.start < clause.end()]
    if len(own) != 1 or len(re.findall("平均|均值|中位", text)) != 1 or own[0].value is None:
        return None
    others = [a.value for a in found if a is not own[0] and a.unit == own[0].unit and a.value is not None]
    among = len(others) < 2 or min(others) <= own[0].value <= max(others)
    dropped = {(c.start(), c.end()) for c in clauses for a in found if c.start() <= a.start < c.end()}
    for start, end in sorted(dropped - {clause.span()}, reverse=True):
        text = text[:start] + text[end:]
    return text if among else None


def _fraction(text: str, asked: Unit, known: Indicator | None, found: Amounts) -> str | None:
    """35/5000=0.7% without the fraction."""
    first, second = found
    for fraction, reading in ((first, second), (second, first)):
        proper = asked.family == SHARE and fraction.unit.word.startswith("/") and not reading.unit.word.startswith("/")
        if not proper or fraction.value is None:
            continue
        start, stop = text.rfind("(", 0, fraction.start), text.find(")", fraction.end)
        if known and known.direction == "up" and 0 <= start < stop and words.side(text[start:stop]) == "down":
            return text[:start] + text[stop + 1 :] if _gives(1 - fraction.value, reading, asked) else None
        if _gives(fraction.value, reading, asked):
            return _SIGNS.sub(" ", _alone(text, reading, found))
    return None


def _total(text: str, asked: Unit, known: Indicator | None, found: Amounts) -> str | None:
    """3件，2件外观1件少配件 without the parts, where they add up."""
    if not _adds_up(text, asked, known):
        return None
    gaps = [text[a.end : b.start] for a, b in pairwise(found)] + [text[found[-1].end :]]
    if words.TOTAL.search(text[: found[-1].start]) or _EQUALS.search(gaps[-2]):
        reading, parts, between = found[-1], found[:-1], text[: found[-1].start]
    elif (
        _ONLY_THE_TOTAL.fullmatch(text[: found[0].start])
        and sum(bool(_NAMED.search(g)) for g in gaps) >= len(found) - 1
    ):
        reading, parts, between = found[0], found[1:], text[found[0].end :]
    else:
        return None
    if asked.family == TIME:
        parts = [part for part in parts if part.unit.family != COUNT]  # 停了两次 is not how long
    if (known is not None and known.id == "complaint_count" and _OTHER_THINGS.search(between)) or not _sums(
        parts, reading
    ):
        return None
    rest = _SIGNS.sub(" ", _alone(text, reading, found))
    return rest.replace("其中", " ")


def _overall(text: str, asked: Unit, known: Indicator | None, found: Amounts) -> str | None:
    """注塑96.4，装配98.1，总的算97.3 without the parts, where the whole lies among them."""
    reading, parts = found[-1], found[:-1]
    if asked.family not in (SHARE, POINTS) and not (asked.family == TIME and not asked.per):
        return None
    if _OF_ALL.search(text[: reading.start]) is None:
        return None
    values = [part.value * part.unit.size for part in parts if part.value is not None]
    kinds = {(amount.unit.family, amount.unit.size) for amount in found if amount.unit.family != PLAIN}
    if len(kinds) > 1 or len(values) < len(parts) or reading.value is None:
        return None
    if not min(values) <= reading.value * reading.unit.size <= max(values):
        return None
    return _OF_ALL.sub("", _alone(text, reading, found))


def _adds_up(text: str, asked: Unit, known: Indicator | None) -> bool:
    """Whether parts may be added: pieces, hours, yuan, points, and shares of losses, but not of places."""
    if asked.family == SHARE:
        return known is not None and known.direction == "down" and _PLACES.search(text) is None
    if asked.family == TIME and known is not None and known.direction == "up":
        return False
    return (asked.family in _ADDITIVE and asked.per in ("", "月")) or asked.family == MONEY


def _sums(parts: Sequence[Amount], total: Amount) -> bool:
    units = {(amount.unit.family, amount.unit.size) for amount in (*parts, total) if amount.unit.family != PLAIN}
    values = [part.value for part in parts if part.value is not None and part.value >= 0]
    return len(values) == len(parts) and len(units) < 2 and sum(values, Decimal(0)) == total.value


def _gives(share: Decimal, reading: Amount, asked: Unit) -> bool:
    """Whether a share of one is the reading to the digits typed."""
    if reading.unit.family not in (SHARE, PLAIN):
        return False
    size = reading.unit.size if reading.unit.family == SHARE else asked.size
    return rounds_to(PRECISION.divide(share, size), reading)
