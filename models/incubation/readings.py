"""Reads what somebody typed for an indicator: the right number in the indicator's unit, or a question. Never a guess.

百分之三点五 is 3.5 where % is asked, 3500PPM is 0.35 there and 1/200 is 0.5; a range, a bound, a change, another period
or two numbers lead to a question. Knows no row, no sentence and no letter.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Final

from models import vocabulary
from models.incubation import readings_words as words
from models.incubation.readings_amounts import PRECISION, Amount, Doubt, Question, amounts, rounds_to
from models.incubation.readings_asked import as_asked
from models.incubation.readings_beside import (
    corrected,
    decided,
    without_asides,
    without_others,
    without_samples,
    without_status,
    without_tally,
)
from models.incubation.readings_checked import proved
from models.incubation.readings_counted import worked_out
from models.incubation.readings_heads import headed
from models.incubation.readings_levels import named_months, of_now
from models.incubation.readings_none import none_or_all
from models.incubation.readings_numbers import NUMERAL, evened
from models.incubation.readings_units import (
    COUNT,
    FULL_MARKS,
    MONEY,
    OTHER,
    PERIODS,
    PLAIN,
    POINTS,
    SHARE,
    TIME,
    UNIT_WORDS,
    Unit,
    unit_of,
)

LONGEST: Final = 80  # characters; a longer text is a story, not a reading
JUMP: Final = 3
_PERCENT = Decimal("0.01")
_TON: Final = 1000
_PER_OUTPUT: Final = "/万元"
_MINUTE, _DAY = 60, 86400  # seconds
_MONEY_SLIP = Decimal(100_000)  # so many 万元 were probably typed in 元
_FAR_BEYOND = 5  # times the ideal of an index such as Cpk, its point was forgotten
_MOST = 10**15  # no reading is more
_ANOTHER_SCALE = 10  # a tenth of the full marks is probably out of fewer
PER_HEAD: Final = ("output_per_head", "suggestions")
_MOST_OUTPUT_PER_HEAD = 1000  # 万元; more is the output of all
_MOST_PER_HEAD = 50  # suggestions and the like; more is a total

_A_NUMBER = re.compile(NUMERAL)
_PER = re.compile(
    rf"(?:平均)?每一?个?(?P<every>[{PERIODS}人])度?|/\s*(?P<by>[{PERIODS}人])|(?P<mean>[{PERIODS}人])(?:均|(?=[省节增降]|周转))|"
    rf"(?<=[元万块0-9])\s*一个?(?P<head>人)|(?<![十第])一个?(?P<one>[{PERIODS}])(?=.*{NUMERAL})|(?:今|全|本|这一?)(?P<whole>年)|半(?P<half>年)"
)
_NAME_BEFORE = "(?<![不非没无])(?<!没有)(?<!收到)(?<!接到)(?!(?<=[上本当个])月)"  # 没收到客户投诉 and 当月投诉 keep it
_EACH = re.compile(r"每[次单批台套炉模个件]")
_EACH_TIME = re.compile(r"每?一次|/\s*次|每[次单批台套炉模个件]")


@dataclass(frozen=True, slots=True)
class Reading:
    """The value in the indicator's unit, or the code of the question to ask; `approximate` where 约 was said."""

    value: Decimal | None
    question: Question | None = None
    approximate: bool = False


def read(typed: str, unit: str, indicator: str | None = None) -> Reading:
    """Read a typed value of an indicator (by id, name or alias) kept in a unit such as %, PPM, 件/月 or 小时."""
    try:
        text = evened(words.CLAUSE.sub(lambda found: found[1] or ";", typed))
        if text is None or len(text) > LONGEST:
            raise Doubt("unclear")
        asked, known = unit_of(unit), _indicator(indicator)
        if known and all((unit_of(each).family == SHARE) != (asked.family == SHARE) for each in known.units):
            known = None  # 质量损失 in yuan is not the rate of that name, nor has it its bounds
        if known and known.id == "process_capability":
            text = _without_other_index(text)
        text = without_others(named_months(as_asked(words.plain(text), asked)), known)
        text = _without_full_marks(_without_name(text, indicator, known), asked, known)
        found = _value(text, asked, known, indicator or "")
        return Reading(_sound(found, asked, known, indicator or ""), approximate=bool(words.APPROXIMATE.search(text)))
    except Doubt as doubt:
        return Reading(None, doubt.question)


def outlier(new: Decimal, history: Sequence[Decimal]) -> bool:
    """Whether a value is three times or a third of what it was (the median of the last three): is the unit right?"""
    if not history:
        return False
    low, high = sorted((abs(new), median(abs(old) for old in history[-3:])))
    return low > 0 and high >= JUMP * low


def _indicator(name: str | None) -> vocabulary.Indicator | None:
    """The indicator of a name, which may be two of its names in one: 交付及时率OTD."""
    if not name:
        return None
    wanted = re.sub(r"\s+", "", name).lower()
    entries = [
        ({known.id, *(n.lower() for n in (known.zh, known.en, *known.aliases))}, known)
        for known in vocabulary.indicators().values()
    ]
    for spelled in (name.strip().lower(), wanted, wanted.rstrip("abcdefghijklmnopqrstuvwxyz")):
        for names, known in entries:
            if spelled in names:
                return known
    return None


def _without_name(text: str, indicator: str | None, known: vocabulary.Indicator | None) -> str:
    """The text without the indicator's own names, which may hold figures (5S, Cpk), and without days and lines."""
    names = {indicator or ""} | ({known.zh, *known.aliases} if known else set())
    for name in sorted((n.lower() for n in names if n), key=len, reverse=True):
        text = re.sub(
            _NAME_BEFORE
            + (r"(?<![0-9个])" if name in UNIT_WORDS else "")
            + re.escape(name)
            + r"(?![0-9a-z]*[a-z])\s*[:=]?",
            " ",
            text,
        )
    return words.NO_READING.sub(" ", text)


def _without_other_index(text: str) -> str:
    """Cp 1.5, Cpk 1.28 without the Cp; where the Cpk itself is not named somebody is asked."""
    rest = words.OTHER_INDEXED.sub(" ", text)
    if (rest != text and not words.OWN_INDEX.search(rest)) or words.OTHER_INDEX.search(rest):
        raise Doubt("other_indicator")
    return rest


def _without_full_marks(text: str, asked: Unit, known: vocabulary.Indicator | None) -> str:
    """The text without 满分100; of other full marks the points are not those that are kept."""
    full = words.FULL_MARKS.search(text)
    if full is None or asked.family != POINTS:
        return text
    if full["marks"] != _full_marks(asked, known):
        raise Doubt("unit")
    return words.FULL_MARKS.sub(" ", text)


def _full_marks(asked: Unit, known: vocabulary.Indicator | None) -> str:
    """How many points a score is out of: 100 where nothing else is said."""
    if asked.word in FULL_MARKS:
        return asked.word
    return "100" if known is None or known.highest is None else f"{known.highest:g}"


def _value(text: str, asked: Unit, known: vocabulary.Indicator | None, name: str) -> Decimal:
    if words.NOT_SURE.search(text):
        raise Doubt("unclear")
    _refuse_a_part(text)
    if asked.family == MONEY and "赔" in name:
        text = words.PAID.sub(" ", text)
    if asked.word.endswith(_PER_OUTPUT) and _PER_OUTPUT not in text and words.BURNT.search(text):
        raise Doubt("unit")
    text = without_status(of_now(decided(corrected(text, asked), asked), asked), known)
    text, spoken = none_or_all(text, asked, known, name)
    text, result = worked_out(text, asked, known, name)
    if result is not None:
        _refuse_dangers(text, asked, known)
        return result
    _refuse_another_period(text)
    if known and known.id in PER_HEAD and words.ALL_OF_THEM.search(text):
        raise Doubt("unit")
    text = without_asides(text, asked, known)
    text = _without_periods(without_samples(without_tally(text, asked), asked), asked)
    text = headed(proved(text, asked, known), asked, known)
    found = amounts(text, asked)
    if not found:
        return _value_without_number(text, asked, known, spoken)
    number = _value_of(text, found, asked, known, name)
    if spoken is not None and spoken != number:
        raise Doubt("several")
    return number


def _value_of(
    text: str, found: Sequence[Amount], asked: Unit, known: vocabulary.Indicator | None, name: str
) -> Decimal:
    """The value of a text that holds numbers."""
    if asked.family == COUNT and words.CONTAINER.match(text, found[-1].end) and words.CONTAINER.search(name) is None:
        raise Doubt("unit")
    _refuse_dangers(_without_remarks(text, found), asked, known)
    if known and known.id in words.OTHER_THING and words.OTHER_THING[known.id].search(text[: found[-1].end]):
        raise Doubt("other_indicator")
    if known and asked.family == SHARE:
        _refuse_another(_without_reasons(text, found), known)
    if asked.family == SHARE and words.COUNTED.search(text):
        raise Doubt("unit")
    values = {_converted(amount, asked, known) for amount in found}
    if asked.family == SHARE and asked.size < _PERCENT and any(0 < value < 1 for value in values):
        raise Doubt("unit")  # 0.35 of a million is a percentage
    if len(values) == 2 and asked.size == _PERCENT and max(values) == 100 * min(values) and min(values) < 1:
        return max(values)  # 0.93, that is 93 %
    if len(values) > 1 and (same := _said_twice(found, asked, known)) is not None:
        return same
    if len(values) > 1:
        raise Doubt("several")
    return values.pop()


def _said_twice(found: Sequence[Amount], asked: Unit, known: vocabulary.Indicator | None) -> Decimal | None:
    """110小时，合4.6天 in the asked unit, where both are the same to the digits typed."""
    own = [amount for amount in found if amount.unit.family == asked.family and amount.unit.size == asked.size]
    other = [amount for amount in found if amount not in own and amount.unit.family == asked.family]
    if len(found) != 2 or len(own) != 1 or len(other) != 1 or not rounds_to(_converted(other[0], asked, known), own[0]):
        return None
    return own[0].value


def _without_remarks(text: str, found: Sequence[Amount]) -> str:
    """The text without the clauses behind the last number that only say how good that is."""
    end = found[-1].end
    clauses = re.split(r"([,;。()\s]+)", text[end:])
    return text[:end] + "".join(c for at, c in enumerate(clauses) if at == 0 or not words.REMARK.fullmatch(c))


def _without_reasons(text: str, found: Sequence[Amount]) -> str:
    """The text without the clauses behind the last number that explain it, which may name anything: 主要不良是虚焊."""
    end = found[-1].end
    first, *clauses = re.split(r"[,;。()]+", text[end:])
    return text[:end] + first + "".join(f",{c}" for c in clauses if not words.REASON.fullmatch(c.strip()))


def _value_without_number(
    text: str, asked: Unit, known: vocabulary.Indicator | None, spoken: Decimal | None
) -> Decimal:
    """The value that words gave, of this period and certain; without one somebody is asked."""
    if asked.family == SHARE and known and known.direction == "down" and words.NONE_BAD.search(text):
        text, spoken = words.NONE_BAD.sub(" ", text), Decimal(0)
    if spoken is not None and words.HARDLY.search(text):
        raise Doubt("unclear")
    if spoken is not None:
        _refuse_dangers(text, asked, known)
        return spoken
    if words.SAME.search(text):
        raise Doubt("same")
    raise Doubt("no_data" if words.NO_DATA.search(text) else "no_number")


def _refuse_dangers(text: str, asked: Unit, known: vocabulary.Indicator | None) -> None:
    if known and known.id == "improvement_benefit":
        text = re.sub(r"节[约省]|减少|降本|增[加收]", "", text)  # what was saved is the reading itself
    if asked.family in (SHARE, PLAIN, POINTS) and asked.per != "年" and words.WHOLE_YEAR.search(text):
        raise Doubt("other_period")
    for question, pattern in words.DANGERS:
        if pattern.search(text):
            raise Doubt(question)
    if words.NO_DATA.search(text) or words.SAME.search(text):
        raise Doubt("unclear")


def _refuse_a_part(text: str) -> None:
    """Refuse 其中一条线20单里19单准时 before its numbers are taken for the whole."""
    clause = next((clause for clause in re.split("[,;。()]", text) if _A_NUMBER.search(clause)), "")
    if any(pattern.search(clause) for question, pattern in words.DANGERS if question == "part"):
        raise Doubt("part")


def _refuse_another_period(text: str) -> None:
    """Refuse a number whose own clause speaks of another period or level, before any is set aside."""
    whole = words.PARTS.sub(" ", text) if "合计" in text or words.TOTAL.search(text) else text
    for clause in re.split("[,;。()]", whole):
        if _A_NUMBER.search(clause) and words.of_another_period(clause):
            raise Doubt("other_period")


def _refuse_another(text: str, known: vocabulary.Indicator) -> None:
    """Refuse the share of the other side (不良 where 合格 is asked) and that of another indicator by its name."""
    if words.side(text) not in (None, known.direction):
        raise Doubt("other_indicator")
    own = "|".join((known.zh, *known.aliases)).lower()
    if known.id == "rolled_throughput_yield":
        own = own.replace("合格率", "")
    others = (n.lower() for i in vocabulary.indicators().values() if i is not known for n in (i.zh, *i.aliases))
    if any(name in text and name not in own for name in others if len(name) > 2):
        raise Doubt("other_indicator")
    if any(found[0] not in own for found in words.ANOTHER.finditer(text)):
        raise Doubt("other_indicator")


def _without_periods(text: str, asked: Unit) -> str:
    """The text without 每月 or 一年, which must be the period the indicator is counted per."""
    if (asked.per or asked.family == SHARE) and asked.per != "季" and words.QUARTER.search(text):
        raise Doubt("other_period")
    text = words.QUARTER.sub(" ", text)
    if asked.family == TIME and asked.per and _EACH.search(text):
        raise Doubt("part")
    if asked.family == TIME:
        text = _EACH_TIME.sub(" ", text)
    if asked.family in (SHARE, PLAIN, OTHER) or (asked.family == TIME and not asked.per):
        return text

    def drop(found: re.Match[str]) -> str:
        spoken = next((period for period in found.groups() if period), "")
        apart = asked.per not in (spoken, "") or (not asked.per and asked.family == MONEY and spoken not in "人年")
        if found["half"] or apart:
            raise Doubt("other_period")
        return " "

    return _PER.sub(drop, text)


def _converted(amount: Amount, asked: Unit, known: vocabulary.Indicator | None) -> Decimal:
    """An amount in the asked unit."""
    number, given = amount.value, amount.unit
    if number is None:
        raise Doubt("unclear" if re.search("[,.e]", amount.numeral) else "range")
    if given.family == PLAIN:
        return _bare(number, amount.numeral, asked)
    if asked.family == POINTS and given.word in ("/100", "/1000"):
        return number * Decimal(given.word[1:])
    if given.family == POINTS and asked.family == PLAIN:
        return number
    if given.family != asked.family or (given.family == OTHER and given.word != asked.word):
        raise Doubt("unit")
    if asked.word.endswith(_PER_OUTPUT) and "/" not in given.word and number * given.size >= _TON:
        raise Doubt("unit")  # a ton and more is what all of them burnt
    through_the_night = known is not None and known.id == "lead_time"
    if asked.family == TIME and asked.size < _DAY <= given.size and not through_the_night:
        raise Doubt("unit")  # a day of machine time has 24 hours, a shift has eight
    return PRECISION.divide(number * given.size, asked.size)


def _bare(number: Decimal, numeral: str, asked: Unit) -> Decimal:
    """A number without a unit is in the asked one; 35万 is in yuan where 万元 is asked."""
    if asked.family == MONEY and asked.size > 1:
        if re.search("[万亿w]", numeral):
            return PRECISION.divide(number, asked.size)
        if number >= _MONEY_SLIP or re.search("[百千k]", numeral):
            raise Doubt("unit")
    if asked.family == TIME and asked.size == _MINUTE and 0 < number < 1:
        raise Doubt("unit")  # half a minute is probably half an hour
    return number


def _sound(number: Decimal, asked: Unit, known: vocabulary.Indicator | None, name: str) -> Decimal:
    """A value within the indicator's bounds; a share that looks like a fraction of one is asked about."""
    low, high = _bounds(asked, known)
    if abs(number) > _MOST or number < low or (high is not None and number > high):
        raise Doubt("out_of_range")
    if known and known.id == "output_per_head" and number * asked.size > _MOST_OUTPUT_PER_HEAD * 10**4:
        raise Doubt("unit")
    if asked.family == COUNT and asked.per == "人" and number > _MOST_PER_HEAD:
        raise Doubt("out_of_range")
    is_high = known.direction == "up" if known else bool(words.HIGH_SHARE.search(name))
    if asked.family == SHARE and asked.size == _PERCENT and is_high and 0 < number <= 1:
        raise Doubt("fraction")
    if asked.family == POINTS and 0 < number * _ANOTHER_SCALE <= int(_full_marks(asked, known)):
        raise Doubt("unit")  # 4.8 are probably out of five
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


def _bounds(asked: Unit, known: vocabulary.Indicator | None) -> tuple[Decimal, Decimal | None]:
    if asked.family == SHARE:
        return Decimal(0), 1 / asked.size
    if asked.word in FULL_MARKS:
        return Decimal(0), Decimal(asked.word)
    low, high = (known.lowest, known.highest) if known else (None, None)
    if asked.family == PLAIN and known and known.ideal and high is None:
        high = _FAR_BEYOND * known.ideal
    return Decimal(str(low or 0)), None if high is None else Decimal(str(high))
