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
from models.incubation.readings_amounts import PRECISION, Amount, Doubt, clear_amounts
from models.incubation.readings_units import COUNT, MONEY, OTHER, PLAIN, POINTS, SHARE, TIME, Unit
from models.vocabulary import Indicator

_TIMES = re.compile(r"\s*(?:[*×]|乘以?)\s*")
_EQUALS = re.compile(r"[=≈]|等于")
_SIGNS = re.compile(r"[=≈+*×]|等于|加上|乘以?")
_NAMED = re.compile(r"[a-z一-鿿]")
_ONLY_THE_TOTAL = re.compile(r"(?:这个?月|本月|投诉|客诉|合计|总共|总计|收到|接到|[是有共为了就,，:=\s])*")
_OTHER_THINGS = re.compile(r"投诉|客诉|退|返|发货|送|坏|推荐|贬损|[有无]效|成立|重复|受理")
_PLACES: Final = re.compile(r"线|车间|班|厂|机|组|周|旬|半月|店|国|销")  # their shares do not add up
_PRODUCTS: Final = ("oee", "rolled_throughput_yield")  # so by their formula, whether or not a sign is typed
_FACTORS = re.compile(r"(?:时间|性能)?(?:开动|稼动|可用|利用|性能|速度|合格|良品|质量|良)率?")
_ADDITIVE: Final = (COUNT, TIME, MONEY, POINTS)
Amounts = Sequence[Amount]


def proved(text: str, asked: Unit, known: Indicator | None) -> str:
    """The text with the reading alone where its other numbers prove it, the whole text otherwise."""
    whole = text if asked.family == SHARE else words.PARTS.sub(" ", text)
    found = clear_amounts(whole, asked)
    if len(found) == 2:
        return _fraction(whole, asked, found) or text
    if len(found) < 3:
        return text
    for proof in (_product, _per_head, _balance, _total, _share):
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


def _per_head(text: str, asked: Unit, known: Indicator | None, found: Amounts) -> str | None:
    """60个人提了90条，1.5条 without the people and the whole."""
    people = [amount for amount in found if amount.unit.word == "人" or text.startswith("人", amount.end)]
    if len(found) != 3 or len(people) != 1 or not people[0].value or not _is_per_head(asked, known):
        return None
    first, second = (amount for amount in found if amount is not people[0])
    for whole, reading in ((first, second), (second, first)):
        same = PLAIN in (reading.unit.family, whole.unit.family) or reading.unit.size == whole.unit.size
        if whole.value is not None and same and _rounds_to(PRECISION.divide(whole.value, people[0].value), reading):
            return _alone(text, reading, found)
    return None


def _balance(text: str, asked: Unit, known: Indicator | None, found: Amounts) -> str | None:
    """推荐55%，贬损12%，43 without the promoters and the detractors."""
    spoken = re.search(r"推荐.*贬损", text)
    if known is None or known.id != "nps" or len(found) != 3 or spoken is None:
        return None
    reading = found[-1] if spoken.start() < found[0].start else found[0]
    promoters, detractors = (amount for amount in found if amount is not reading)
    if promoters.value is None or detractors.value is None or promoters.unit != detractors.unit:
        return None
    percent = 100 if promoters.unit.family == SHARE and promoters.unit.size == 1 else 1
    if not _rounds_to((promoters.value - detractors.value) * percent, reading):
        return None
    return _SIGNS.sub(" ", _alone(text, reading, found))


def _fraction(text: str, asked: Unit, found: Amounts) -> str | None:
    """35/5000=0.7% without the fraction."""
    first, second = found
    for fraction, reading in ((first, second), (second, first)):
        proper = asked.family == SHARE and fraction.unit.word.startswith("/") and not reading.unit.word.startswith("/")
        if proper and fraction.value is not None and _gives(fraction.value, reading, asked):
            return _SIGNS.sub(" ", _alone(text, reading, found))
    return None


def _share(text: str, asked: Unit, known: Indicator | None, found: Amounts) -> str | None:
    """200单里193单准时，96.5% without the counts; counts that give another share lead to a question."""
    if asked.family != SHARE or len(found) != 3:
        return None
    reading = _only(found, SHARE) or _only(found, PLAIN)
    counts = [amount for amount in found if amount is not reading]
    if reading is None or not _are_counts(counts, reading.unit.family == SHARE):
        return None
    part, of = sorted(amount.value * amount.unit.size for amount in counts if amount.value is not None)
    ratio = PRECISION.divide(part, of) if of else Decimal(0)
    direct = _gives(ratio, reading, asked)
    side = words.side(text)
    if not direct and not (known and side not in (None, known.direction) and _gives(1 - ratio, reading, asked)):
        if any(amount.unit.family == PLAIN for amount in counts):
            return None
        raise Doubt("several")
    rest = words.COUNTED.sub(" ", _alone(text, reading, found))
    return rest if direct else words.BAD.sub(" ", rest)


def _only(found: Amounts, family: str) -> Amount | None:
    own = [amount for amount in found if amount.unit.family == family]
    return own[0] if len(own) == 1 else None


def _are_counts(counts: Sequence[Amount], bare_ones: bool) -> bool:
    """Whether two numbers can make a share: of pieces, of the same thing, of money; bare ones beside a % only."""
    if any(amount.value is None or amount.value < 0 for amount in counts):
        return False
    families = {amount.unit.family for amount in counts} - ({PLAIN} if bare_ones else set())
    if any(amount.unit.family in (PLAIN, COUNT) and amount.value != int(amount.value or 0) for amount in counts):
        return False
    same = len({amount.unit.word for amount in counts}) == 1
    return families <= {COUNT} or families == {MONEY} or (families == {OTHER} and same)


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
    if _OTHER_THINGS.search(between) or not _sums(parts, reading):
        return None
    rest = _SIGNS.sub(" ", _alone(text, reading, found))
    return rest.replace("其中", " ")


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
    return _rounds_to(PRECISION.divide(share, size), reading)


def _rounds_to(number: Decimal, reading: Amount) -> bool:
    """Whether a number is the reading but for less than its last digit can say."""
    if reading.value is None:
        return False
    last_digit = Decimal(1).scaleb(min(0, int(reading.value.as_tuple().exponent)))
    return 2 * abs(number - reading.value) <= last_digit


def _is_per_head(asked: Unit, known: Indicator | None) -> bool:
    return asked.per == "人" or (known is not None and known.id == "output_per_head")
