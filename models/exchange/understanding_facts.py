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
_NUMBER = re.compile(
    r"(?P<share>[百千万]分之)?(?P<number>\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百点]+)"
    r"(?P<ten>[万千])?\s*(?P<unit>%|‰|d?ppm|cpm|个百分点|个点|分钟|小时|天|周|个?月|件|次|分|万元|元|h|min)?"
)
_RANGE = re.compile(r"[-~～—到至]\s*$")
_WANTED = re.compile(
    r"(?:降|减|压|缩|提|升|涨|增|做|达|控制|改善|改进|回|拉)[^\d%,。]{0,3}[到至在成]|目标|希望|想要?|要求|争取|最好|以[下内上]|达到|要做|→|->"
)
_CHANGE = re.compile(r"(?:降|减|升|提高|增加|上升|下降|多|少|涨|跌)了$")
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
    numbers = [*_NUMBER.finditer(after)] or [m for m in _NUMBER.finditer(before) if before[m.end() :] in ("", "的")]
    source = after if _NUMBER.search(after) else before
    now = wanted = None
    unit = ""
    words = [hit.term]
    reached = 0
    for match in numbers:
        value, given = _number(match)
        between = source[reached : match.start()]
        reached = match.end()
        if value is None or _CHANGE.search(between) or (not given and not match["number"][0].isdigit()):
            continue
        words.append(match.group().strip())
        unit = unit or given
        if now is not None and _RANGE.fullmatch(between.strip()) and not _WANTED.search(source):
            now = None
        elif wanted is None and (_WANTED.search(between) or (now is not None and _RANGE.search(between))):
            wanted = value
        elif now is None and wanted is None:
            now = value
    return IndicatorFound(hit.value, now, wanted, unit, tuple(words))


def _number(match: re.Match[str]) -> tuple[float | None, str]:
    raw, unit = match["number"].replace(",", ""), match["unit"] or ""
    value = float(raw) if raw[0].isdigit() else _chinese_number(raw)
    if value is None:
        return None, ""
    value *= {"万": 10_000, "千": 1_000}.get(match["ten"] or "", 1)
    if share := match["share"]:
        scale = {"百": 1, "千": 10, "万": 100}[share[0]]
        return value / scale, "%"
    return value, {"个百分点": "%", "个点": "%", "h": "小时", "min": "分钟", "dppm": "ppm"}.get(unit, unit).upper()


def _chinese_number(raw: str) -> float | None:
    """两百三十点五 as a number up to 999; None when it is no number."""
    whole, point, part = raw.replace("〇", "零").replace("两", "二").partition("点")
    if (point and not part) or any(character not in _DIGITS for character in part) or not whole:
        return None
    total, digit = 0, 0
    for character in whole:
        if character in _DIGITS:
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
        return bool(_BY_ITSELF.search(hit.term) or _WISH.search(before))

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
