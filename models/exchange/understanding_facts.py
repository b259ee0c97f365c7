"""The facts beside the trouble: indicators with values, forms wished for, areas, processes, products, industries.

Knows no method and no ranking.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from models import vocabulary as v
from models.exchange.understanding_result import Found, IndicatorFound
from models.exchange.understanding_text import Hit, Terms, normalise
from models.vocabulary.entries import Area

WINDOW = 30
BEFORE = 12

_DIGITS = "零一二三四五六七八九"
_TENTHS = re.compile(rf"(?P<tens>[{_DIGITS[1:]}两])成(?P<ones>[{_DIGITS[1:]}])?")
_NUMBER = re.compile(
    r"(?P<share>[百千万]分之)?(?P<number>\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百点]+)"
    r"(?P<ten>[万千])?\s*个?(?P<unit>%|‰|d?ppm|cpm|百分点|点|分钟|小时|钟头|天|周|星期|月|件|次|分|万元|元|h|min)?"
)
_UNITS = {"百分点": "%", "点": "%", "h": "小时", "钟头": "小时", "min": "分钟", "dppm": "PPM", "星期": "周"}
_MINUTES = {"分钟": 1.0, "小时": 60.0, "天": 1440.0, "周": 10080.0}
_RANGE = re.compile(r"[-~～—→到至]>?\s*$")
_REACHED = re.compile(r"(?:到|至|成)了\s*$|已.{0,4}$")
_WANTED = re.compile(
    r"(?:降|减|压|缩|提|升|涨|增|做|达|控制|改善|改进|回|拉)[^\d%,。]{0,3}[到至在成]"
    r"|目标|希望|想|要求|要做|争取|最好|以[下内上]|→|->"
)
_AIM = re.compile(r"目标|争取|希望|力争")
_ASKED = re.compile(r"要\s*$")
_FOREIGN = re.compile(r"(?:同行|别人|人家|行业|标杆|对手|同业).{0,6}$|(?:降|减|升|提高|增加|上升|下降|多|少|涨|跌)了$")
_WISH = re.compile(
    r"想|希望|求|能不能|能否|可否|可不可以|有没有|最好|需要|盼|欢迎|可以|麻烦|请|帮|派|安排|来人|要|愿意|给我们|wish|need|want"
)
_PAST = re.compile(r"^(?:过|了|完|做了|搞了|以后|的时候|结束|没用|没效果|不到位|不足|不够|少|流于)")
_REFUSED = re.compile(r"(?:不要|不用|不想|不需要|没有?|不|缺乏?|缺少)$")
_BY_ITSELF = re.compile(r"来|上门|手把手|带|下厂|看看|线上|远程|视频|蹲点|驻点|陪跑|网课|取经|把脉|在线|到.*看|online")


def indicators(text: str) -> tuple[IndicatorFound, ...]:
    """The indicators a normalised text mentions, with the value now and the value wanted where it gives them."""
    hits = _indicator_words().find(text)
    found: dict[str, IndicatorFound] = {}
    for place, hit in enumerate(hits):
        end = min(hits[place + 1].start if place + 1 < len(hits) else len(text), hit.end + WINDOW)
        start = max(hits[place - 1].end if place else 0, hit.start - BEFORE)
        entry = _values(hit, text[start : hit.start], re.split(r"[。;!?]", text[hit.end : end])[0])
        if hit.value not in found or (entry.now, entry.wanted) != (None, None):
            found[hit.value] = entry
    return tuple(found.values())


def _values(hit: Hit[str], before: str, after: str) -> IndicatorFound:
    after = _TENTHS.sub(_as_percent, after)
    source, numbers = after, list(_NUMBER.finditer(after))
    if not numbers:
        source, numbers = before, [match for match in _NUMBER.finditer(before) if before[match.end() :] in ("", "的")]
    indicator = v.indicators()[hit.value]
    read: list[tuple[float, str, str, str]] = []
    reached = 0
    for match in numbers:
        between, reached = source[reached : match.start()], match.end()
        value, unit = _number(match, indicator.units[0])
        stated = bool(unit) or match["number"][0].isdigit()
        if value is not None and stated and not _FOREIGN.search(between):
            read.append((value, unit, between, match.group().strip()))
    aimed = bool(_AIM.search(before)) and source is after
    now, wanted = _roles([(value, between) for value, _, between, _ in read], up=indicator.direction == "up")
    if aimed and wanted is None and len(read) == 1:
        now, wanted = None, now
    unit = next((unit for _, unit, _, _ in read if unit), "")
    return IndicatorFound(hit.value, now, wanted, unit, (hit.term, *(words for *_, words in read)))


def _roles(read: list[tuple[float, str]], *, up: bool) -> tuple[float | None, float | None]:
    """Which of the numbers (with the words before each) is the value now and which the value wanted."""
    now = wanted = None
    for value, between in read[:2]:
        joined, aim = bool(_RANGE.search(between)), bool(_WANTED.search(between))
        better = now is None or (value > now if up else value < now)
        if now is not None and _RANGE.fullmatch(between.strip()) and not (better and "→" in between):
            return None, None  # 3%-5% is a range, not one value
        if _REACHED.search(between) or (joined and not better):
            now = value
        elif aim or (now is not None and (joined or _ASKED.search(between))):
            wanted = value
        elif now is None:
            now = value
    return now, wanted


def _as_percent(match: re.Match[str]) -> str:
    """九成八 as 98%."""
    tens = _DIGITS.index(match["tens"].replace("两", "二"))
    return f"{tens}{_DIGITS.index(match['ones'] or '零')}%"


def _number(match: re.Match[str], usual: str) -> tuple[float | None, str]:
    """A number and its unit; a length of time is turned into the indicator's usual unit."""
    raw, unit = match["number"].replace(",", ""), match["unit"] or ""
    value = float(raw) if raw[0].isdigit() else _chinese_number(raw)
    if value is None:
        return None, ""
    value *= {"万": 10_000, "千": 1_000}.get(match["ten"] or "", 1)
    if share := match["share"]:
        return value / {"百": 1, "千": 10, "万": 100}[share[0]], "%"
    unit = _UNITS.get(unit, unit.upper())
    if unit != usual and unit in _MINUTES and usual in _MINUTES:
        return value * _MINUTES[unit] / _MINUTES[usual], usual
    return value, unit


def _chinese_number(raw: str) -> float | None:
    """两百三十点五 as a number up to 999; None when it is no number."""
    whole, point, part = raw.replace("〇", "零").replace("两", "二").partition("点")
    if (point and not part) or any(character not in _DIGITS for character in part) or not whole:
        return None
    total, digit = 0, 0
    for character in whole:
        if character in _DIGITS:
            if digit:
                return None
            digit = _DIGITS.index(character)
        else:
            total, digit = total + (digit or 1) * {"十": 10, "百": 100}.get(character, 1), 0
    return float(f"{total + digit}.{''.join(str(_DIGITS.index(c)) for c in part) or 0}")


def forms(text: str) -> tuple[Found, ...]:
    """The forms of incubation a normalised text wishes for; a training that was held is no wish."""

    def wished(hit: Hit[str]) -> bool:
        before, after = text[max(0, hit.start - BEFORE) : hit.start], text[hit.end : hit.end + 4]
        if _REFUSED.search(before) or _PAST.search(after):
            return False
        return bool(_BY_ITSELF.search(hit.term) or _WISH.search(before) or after.startswith("一下"))

    return _collect(hit for hit in _form_words().find(text) if wished(hit))


def areas(text: str) -> tuple[Found, ...]:
    """The service areas of the notice a normalised text speaks of; quality management when it names none."""
    return _collect(_area_words().find(text)) or (Found("quality_management", (), 0.5),)


def processes(text: str) -> tuple[Found, ...]:
    """The processes a normalised text speaks of; the id is the process word itself."""
    return tuple({hit.term: Found(hit.term, (hit.term,)) for hit in _process_words().find(text)}.values())


def products(text: str) -> tuple[Found, ...]:
    """The products a normalised text speaks of; the id is the product word itself."""
    return tuple({hit.term: Found(hit.term, (hit.term,)) for hit in _product_words().find(text)}.values())


def industries(text: str) -> tuple[Found, ...]:
    """The industries a normalised text points at by trade, product or process, by code, surest first."""
    weights: dict[str, float] = {}
    words: dict[str, list[str]] = {}
    for table, weight in ((_trade_words(), 1.0), (_product_words(), 1.0), (_process_words(), 0.5)):
        for hit in table.find(text):
            codes = hit.value
            for code in codes:
                weights[code] = weights.get(code, 0.0) + weight / len(codes)
                words.setdefault(code, []).append(hit.term)
    best = sorted(weights, key=lambda code: (-weights[code], code))
    return tuple(Found(code, tuple(dict.fromkeys(words[code])), min(1.0, round(weights[code], 2))) for code in best)


def _collect(hits: Iterable[Hit[str]]) -> tuple[Found, ...]:
    words: dict[str, list[str]] = {}
    for hit in hits:
        if hit.term not in words.setdefault(hit.value, []):
            words[hit.value].append(hit.term)
    return tuple(Found(each, tuple(said)) for each, said in words.items())


def _by_alias(entries: Callable[[], Mapping[str, Area]]) -> Terms[str]:
    return Terms(
        (normalise(word), entry.id) for entry in entries().values() for word in (entry.zh, entry.en, *entry.aliases)
    )


@cache
def _form_words() -> Terms[str]:
    return _by_alias(v.forms)


@cache
def _area_words() -> Terms[str]:
    return _by_alias(v.areas)


@cache
def _indicator_words() -> Terms[str]:
    return Terms(
        (normalise(word), entry.id)
        for entry in v.indicators().values()
        for word in (entry.en.partition(" (")[0], entry.zh, *entry.aliases)
    )


@cache
def _process_words() -> Terms[tuple[str, ...]]:
    return Terms((normalise(process.term), process.industries) for process in v.processes())


@cache
def _product_words() -> Terms[tuple[str, ...]]:
    return Terms((normalise(product), (code,)) for product, code in v.products().items())


@cache
def _trade_words() -> Terms[tuple[str, ...]]:
    return Terms(
        (normalise(alias), (industry.code,)) for industry in v.industries().values() for alias in industry.aliases
    )
