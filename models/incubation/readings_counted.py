"""Works a reading out of what its definition divides: 240单晚了6单, 8000公斤报废96公斤, 60个人提了90条.

What is counted has to be called by a word of the indicator, the whole by none of another, and a result that is typed,
too, has to agree. Otherwise nothing is worked out and somebody is asked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Final

from models.incubation.readings_amounts import PRECISION, Amount, Doubt, clear_amounts, rounds_to
from models.incubation.readings_units import COUNT, LENGTH, MONEY, OTHER, PLAIN, SHARE, TIME, WEIGHT, Unit
from models.vocabulary import Indicator

_PASSED: Final = r"一次性?过|一路过|合格|通过|过关|达标|良品|正品|好的|没问题|ok|直通|过了|(?<![没未不通])过的"
_REJECTED: Final = (
    r"漏[液气水油]|短路|失效|异常|超差|开胶|不良|不合格|不过关|没过|没通过|不达标|超标|坏|次品|次布|瑕疵|疵|缺陷|有问题|不行|不好|挑出|ng(?![a-z])|残次|"
    r"开裂|裂|变形|划伤|磕|虚焊|漏焊|起泡|色差|生锈|断"
)
_SCRAPPED: Final = r"报废|废|报损|损耗|破损|破了|碎|烂|扔"
_REWORKED: Final = r"退回来?重|返工|返修|重新|返|重做|回修"
_RETURNED: Final = r"退货|退"
_COMPLAINED: Final = r"投诉|客诉|抱怨|差评"
_TIMELY: Final = r"准时|按时|及时|按期|准点|如期|准(?![备确])|赶上|履约|交出|交付了|实交"
_LATE: Final = r"晚|迟|误|拖|延期?|超期|逾期|没赶上|没准时|没按[时期]|脱期|不及时|不准时"
_JOINED: Final = r"(?<!没)(?<!没有)(?<!未)(?:参加|参与|入组|进组|加入|[在进]了?小?组里?|在册)"
_APART: Final = r"没有?参[加与]|未参[加与]|不在组"
_ALIVE: Final = r"成活|存活|(?<![没不])活"
_DEAD: Final = r"死|枯|没活|夭折|淘汰"
_MISSED: Final = r"漏检|漏判|漏|错检|错判|误判|误检"
# What an indicator counts, and what the rest of the whole is called.
_SIDES: Final[dict[str, tuple[str, str]]] = {
    "first_pass_yield": (_PASSED, f"{_REJECTED}|{_REWORKED}|{_SCRAPPED}"),
    "rolled_throughput_yield": (_PASSED, f"{_REJECTED}|{_REWORKED}|{_SCRAPPED}"),
    "product_pass_rate": (_PASSED, f"{_REJECTED}|让步|霉|超了"),
    "spot_check_pass_rate": (_PASSED, _REJECTED),
    "process_defect_rate": (_REJECTED, _PASSED),
    "incoming_defect_rate": (f"{_REJECTED}|{_RETURNED}", _PASSED),
    "customer_defect_rate": (f"{_REJECTED}|{_RETURNED}|故障", "(?!)"),
    "return_rate": (_RETURNED, "(?!)"),
    "complaints_per_million": (_COMPLAINED, "(?!)"),
    "scrap_rate": (_SCRAPPED, "(?!)"),
    "rework_rate": (_REWORKED, "(?!)"),
    "on_time_delivery": (_TIMELY, _LATE),
    "inspection_miss_rate": (_MISSED, "(?!)"),
    "qc_participation": (_JOINED, _APART),
}
# So is a share that no list knows, by what its name ends with: 育苗成活率, 农残抽检合格率, and 出厂不合格率 before it.
_NEITHER: Final = ("(?!)", "(?!)")
_ENDINGS: Final = (
    ("成活率|存活率", (_ALIVE, _DEAD)),
    ("不良品?率|不合格品?率|次品率", _SIDES["process_defect_rate"]),
    ("合格率", _SIDES["product_pass_rate"]),
)
_ANY: Final = re.compile(
    "|".join(
        (_REJECTED, _APART, _LATE, _PASSED, _SCRAPPED, _REWORKED, _RETURNED, _COMPLAINED, _TIMELY, _JOINED, _MISSED)
    )
)
_WRONG: Final = re.compile(r"投诉|漏|错|丢|破|损|迟|误|坏|废|退|返|缺")
_HARMLESS: Final = re.compile(r"送检|交检|检验|出货|发货|投料|应交")
_ALL_MADE: Final = re.compile(r"产量|总|订单|投|共|检|抽|生产|做了|发|收|销|该|应")
_STOP: Final = re.compile(r"[,;。、()]|\s+")
_IN_IT: Final = re.compile(r"\s*(?:里头?|里面|中间?|当中|之中)")

_WITHIN: Final = re.compile(r"[,;。(]\s*其中(?!.*(?:误|无效|不算|重复|待))[^,;。()]*")
_OF_MONEY: Final = ("quality_loss_rate", "quality_cost_rate")
_EXCEPT: Final = re.compile(r"除(?!以)|扣掉|去掉|不算|以外")
_OUTPUT: Final = re.compile(r"产值|销售|营收|收入|营业额|产出|总额|销额|全厂|公司|做了|总共")
_LOSS: Final = re.compile(r"损|赔|废|费用|成本|返工|返修|退|预防|鉴定|故障")
_FAILED: Final = re.compile(r"坏|故障|停|趴|出毛病|报修")
_SIGNS: Final = re.compile(r"[=≈÷]|等于|减去?|扣掉|除以|就是|也就是|合下来|算下来|算出来|折合")


@dataclass(frozen=True, slots=True)
class _Said:
    """An amount, what is said right before and behind it, and the stretch of the text that holds both."""

    amount: Amount
    before: str
    after: str

    @property
    def words(self) -> str:
        """What is said on both sides."""
        return f"{self.before}|{self.after}"

    @property
    def number(self) -> Decimal:
        """The amount in the base of its family."""
        return (self.amount.value or Decimal(0)) * self.amount.unit.size

    @property
    def is_people(self) -> bool:
        """Whether people are counted."""
        return self.amount.unit.word in ("人", "位", "名") or self.follows.startswith("人")

    follows: str = ""


def worked_out(text: str, asked: Unit, known: Indicator | None, name: str) -> tuple[str, Decimal | None]:
    """The text without what the reading is worked out of, and the reading in the asked unit if there is one."""
    part = _WITHIN.search(text)
    if part is not None and len(clear_amounts(text[: part.start()], asked)) > 1:
        text = text[: part.start()] + text[part.end() :]
    found = clear_amounts(text, asked)
    if len(found) == 1 and found[0].unit.word.startswith("/") and asked.family == SHARE and found[0].value is not None:
        rest = text[: found[0].start] + " " + text[found[0].end :]
        if _side(rest, known, name) == "rest" and not _EXCEPT.search(rest):
            return rest, _part_of(found[0].value, Decimal(1), "rest", asked)
    if (
        not 2 <= len(found) <= 4
        or _EXCEPT.search(text)
        or any(amount.value is None or amount.value < 0 for amount in found)
    ):
        return text, None
    said, disagrees = _said(text, found), False
    for stated in _stated(found, asked):
        result, used = _result([each for each in said if each.amount is not stated], asked, known, name)
        if result is None:
            continue
        if stated is None or _agrees(result, stated, asked):
            kept = [each.words for each in said if each in used or each.amount is stated]
            kept += _STOP.split(said[-1].after)[1:]  # what follows is heard, too
            return _SIGNS.sub(" ", " ".join(kept)), result if stated is None else _in_asked(stated, asked)
        disagrees = True
    if disagrees:
        raise Doubt("several")
    return text, None


def _result(
    said: Sequence[_Said], asked: Unit, known: Indicator | None, name: str
) -> tuple[Decimal | None, Sequence[_Said]]:
    if (
        asked.family == SHARE
        and known is not None
        and (known.id in _OF_MONEY or all(_is_money(each.amount) for each in said))
    ):
        share = _loss(said)
    elif asked.family == SHARE:
        return _counted(said, asked, known, name)
    elif known is not None and known.id in ("output_per_head", "suggestions"):
        return _per_head(said, asked, known), said
    elif known is not None and known.id == "mtbf":
        return _between_failures(said, asked), said
    elif known is not None and known.id == "nps":
        return _balance(said), said
    else:
        return None, ()
    return (None if share is None else PRECISION.divide(share, asked.size)), said


def _said(text: str, found: Sequence[Amount]) -> list[_Said]:
    """Each amount with its words: up to a stop they belong to the number before, without a stop to the next one."""
    edges = [0]
    for first, then in pairwise(found):
        between = text[first.end : then.start]
        stop = None if _IN_IT.match(between) else _STOP.search(between)
        edges.append(first.end + (stop.end() if stop else 0))
    edges.append(len(text))
    return [
        _Said(amount, text[start : amount.start], text[amount.end : end], text[amount.end : amount.end + 1])
        for amount, (start, end) in zip(found, pairwise(edges), strict=True)
    ]


def _stated(found: Sequence[Amount], asked: Unit) -> Sequence[Amount | None]:
    """The amounts that may be the result itself, typed beside what it is worked out of."""
    if len(found) == 2:
        return (None,)
    if asked.family != SHARE:
        return (found[-1], found[0]) if len(found) == 3 else ()
    shares = [amount for amount in found if amount.unit.family == SHARE]
    if len(shares) == 1:
        return shares
    bare = [amount for amount in found if amount.unit.family == PLAIN and not _is_money(amount)]
    return (*bare, None) if len(bare) < 2 else (None,)


def _counted(
    said: Sequence[_Said], asked: Unit, known: Indicator | None, name: str
) -> tuple[Decimal | None, Sequence[_Said]]:
    """500件里合格490件, 240单晚了6单, 50个样49个合格1个超了 as a share."""
    everything = said
    pieces = [each for each in said if each.amount.unit.family != OTHER]
    said = pieces if len(pieces) >= 2 else said
    if not 2 <= len(said) <= 3 or not _alike(said, asked, known):
        return None, ()
    both = [_side(each.words, known, name) for each in said]
    if len(said) == 2 and sorted(map(str, both)) == ["own", "rest"]:
        own, rest = said if both[0] == "own" else said[::-1]
        total = own.number + rest.number
        return (PRECISION.divide(PRECISION.divide(own.number, total), asked.size) if total else None), everything
    whole = max(said, key=lambda each: each.number)
    parts = [each for each in said if each is not whole]
    sides = [_side(each.words, known, name) for each in parts]
    if _ANY.search(_HARMLESS.sub("", whole.words)) and not (
        len(parts) == 1 and parts[0].number == whole.number and sides[0] is None
    ):
        return None, ()
    if not whole.number:
        return None, ()
    if len(parts) == 2:
        together = parts[0].number + parts[1].number
        if sides[0] == sides[1] and sides[0] in ("own", "rest") and together < whole.number:
            return _part_of(together, whole.number, sides[0], asked), everything
        if together != whole.number or sides[0] == sides[1] or "mixed" in sides:
            return None, ()
        at = 0 if sides[0] is not None else 1
        parts, sides = [parts[at]], [sides[at]]
    if sides[0] is None and _of_it(said, parts[0], known):
        sides = ["own"]
    if sides[0] not in ("own", "rest"):
        return None, ()
    used = [each for each in everything if each in (whole, parts[0]) or each not in said]
    return _part_of(parts[0].number, whole.number, sides[0], asked), used


def _part_of(part: Decimal, whole: Decimal, side: str | None, asked: Unit) -> Decimal:
    share = PRECISION.divide(part, whole)
    return PRECISION.divide(share if side == "own" else 1 - share, asked.size)


def _of_it(said: Sequence[_Said], part: _Said, known: Indicator | None) -> bool:
    """250万件里10件: what is counted of a whole without a word of its own is what a rate of bad ones counts."""
    if known is None or known.direction != "down" or known.id not in _SIDES:
        return False
    whole = next(each for each in said if each is not part)
    if known.id == "complaints_per_million" and re.search("货|销|产|卖", whole.words) and not part.words.strip(" ,;|"):
        return True
    if part is not said[-1]:
        return False
    return (
        len(said) == 2
        and bool(re.fullmatch(r"\s*(?:里头?|里面|中间?|当中)?(?:有|售后)?\s*", part.before))
        and not part.after.strip(" 吧了的")
    )


def _alike(said: Sequence[_Said], asked: Unit, known: Indicator | None) -> bool:
    """Whether the amounts count the same thing, or are so many of it; batches are no pieces of a million."""
    units = {(each.amount.unit.family, each.amount.unit.word) for each in said}
    families = {family for family, _ in units}
    whole_numbers = all(
        each.amount.value == int(each.amount.value or 0)
        for each in said
        if each.amount.unit.family in (COUNT, PLAIN, OTHER)
    )
    if not whole_numbers or (families <= {PLAIN} and not any(_ALL_MADE.search(each.words) for each in said)):
        return False
    if known is not None and known.id.endswith("defect_rate") and OTHER in families:
        return False
    if families <= {WEIGHT} or families <= {LENGTH}:
        return True
    if families <= {OTHER}:
        return len({word[:1] for _, word in units}) == 1 and asked.size >= Decimal("0.001")
    return families <= {COUNT, PLAIN}


def _sides(known: Indicator | None, name: str) -> tuple[str, str]:
    """What an indicator counts and what the rest is called, of one no list knows by how its name ends."""
    if known is not None:
        return _SIDES.get(known.id, _NEITHER)
    return next((sides for ending, sides in _ENDINGS if re.search(rf"(?:{ending})$", name)), _NEITHER)


def _side(words: str, known: Indicator | None, name: str) -> str | None:
    """Whether words are the indicator's own (own), of the rest (rest), of neither (None) or not clear (mixed)."""
    own, rest = _sides(known, name)
    if known is None and own == rest:
        said = set(_WRONG.findall(words))
        return "own" if len(said) == 1 and said.pop() in name else "mixed" if said else None
    called = name if known is None else known.zh
    found = [each[0] for each in _ANY.finditer(words)]
    found += [each[0] for each in re.finditer(f"{own}|{rest}", words) if not _ANY.search(each[0])]
    named = [word for word in found if _WRONG.fullmatch(word) and word in called]
    is_rest = [bool(re.fullmatch(rest, word)) for word in found]
    is_own = [bool(re.fullmatch(own, word)) or word in named for word in found]
    if not found:
        return None
    return "own" if all(is_own) else "rest" if all(is_rest) else "mixed"


def _loss(said: Sequence[_Said]) -> Decimal | None:
    """损失42万，产值6000万 as a share; several losses add up."""
    money = [each for each in said if _is_money(each.amount)]
    wholes = [each for each in money if _OUTPUT.search(each.words)]
    losses = [each for each in money if each not in wholes]
    if len(money) != len(said) or len(wholes) != 1 or not losses or not all(_is_loss(x) for x in losses[:1]):
        return None
    amounts = [each.number for each in losses]
    loss = amounts[-1] if len(amounts) > 2 and amounts[-1] == sum(amounts[:-1]) else sum(amounts, Decimal(0))
    if len(losses) > 1 and not all(_is_loss(each) for each in losses):
        return None
    return PRECISION.divide(loss, wholes[0].number) if wholes[0].number > loss else None


def _is_loss(said: _Said) -> bool:
    """Whether an amount is called a loss, or nothing, since the name itself was taken away."""
    return bool(_LOSS.search(said.words)) or not said.words.strip(" ,;。()、|了是有约")


def _is_money(amount: Amount) -> bool:
    return amount.unit.family == MONEY or (amount.unit.family == PLAIN and bool(re.search("[万亿w]", amount.numeral)))


def _per_head(said: Sequence[_Said], asked: Unit, known: Indicator) -> Decimal | None:
    """60个人提了90条, 产值1520万200人."""
    people = [each for each in said if each.is_people]
    if len(said) != 2 or len(people) != 1 or not people[0].number:
        return None
    other = next(each for each in said if each is not people[0])
    if re.search(r"人均|每人|平均", other.words + people[0].words):
        return None
    if known.id == "suggestions":
        fits = other.amount.unit.family in (COUNT, PLAIN) and other.amount.unit.word != "人"
        return PRECISION.divide(other.number, people[0].number) if fits else None
    return (
        PRECISION.divide(PRECISION.divide(other.number, people[0].number), asked.size)
        if _is_money(other.amount) and _OUTPUT.search(other.words)
        else None
    )


def _between_failures(said: Sequence[_Said], asked: Unit) -> Decimal | None:
    """运行720小时坏了3次."""
    times = [each for each in said if each.amount.unit.family == TIME]
    counts = [each for each in said if each.amount.unit.family == COUNT]
    if len(said) != 2 or len(times) != 1 or len(counts) != 1 or not counts[0].number:
        return None
    if _FAILED.search(times[0].words) or not _FAILED.search(counts[0].words) or times[0].amount.unit.size >= 86400:
        return None
    return PRECISION.divide(PRECISION.divide(times[0].number, counts[0].number), asked.size)


def _balance(said: Sequence[_Said]) -> Decimal | None:
    """推荐55%，贬损12%."""
    for_it = [each for each in said if "推荐" in each.words and "贬" not in each.words]
    against = [each for each in said if re.search("贬损|批评", each.words) and "推荐" not in each.words]
    if len(said) != 2 or len(for_it) != 1 or len(against) != 1 or for_it[0].amount.unit != against[0].amount.unit:
        return None
    percent = 100 if for_it[0].amount.unit.family == SHARE else 1
    if for_it[0].amount.unit.family not in (SHARE, PLAIN):
        return None
    return (for_it[0].number - against[0].number) * percent


def _in_asked(stated: Amount, asked: Unit) -> Decimal | None:
    if stated.value is not None and asked.family == MONEY and stated.unit.family == PLAIN and _is_money(stated):
        return PRECISION.divide(stated.value, asked.size)
    if stated.value is None or stated.unit.family != asked.family:
        return stated.value
    return PRECISION.divide(stated.value * stated.unit.size, asked.size)


def _agrees(result: Decimal, stated: Amount, asked: Unit) -> bool:
    """Whether a result is what is stated, to the digits typed."""
    if stated.value is None:
        return False
    if stated.unit.family not in (asked.family, PLAIN):
        return False
    if stated.unit.family == PLAIN and asked.family == MONEY and _is_money(stated):
        return rounds_to(PRECISION.divide(result * asked.size, 10000), replace(stated, value=stated.value / 10000))
    scale = PRECISION.divide(asked.size, stated.unit.size) if stated.unit.family == asked.family else Decimal(1)
    return rounds_to(result * scale, stated)
