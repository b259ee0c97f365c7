"""What the rows of a made province have in common: how many there are, who teaches, which city, how far a matter is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from models import vocabulary
from models.exchange.posts import PostStatus
from models.incubation.pairs import PairStatus
from models.registration.people import Role

Row = dict[str, Any]
INCUBATOR_EVERY = 5  # every fifth unit teaches
CITIES = sorted(vocabulary.cities())
TROUBLES = (
    "注塑件缩水、飞边多，次品率5%，返工的人比干活的还多",
    "客户投诉多，交货总是晚，不知道从哪里改起",
    "想申报质量奖，管理体系是两张皮，请人来诊断",
    "轴承磨削尺寸不稳，Cpk只有0.9，想学统计过程控制",
    "换模要两个小时，小批量订单做不过来",
)
METHODS = (["spc", "six_sigma"], ["lean"], ["performance_excellence"], ["spc"], ["smed", "lean"])
TRADES = ("C29", "C38", "C18", "C34", "C36")


@dataclass(frozen=True)
class Size:
    """How much of everything: `units`, and `sessions` in all; the rest follows from the units."""

    units: int
    sessions: int

    @property
    def pairs(self) -> int:
        return self.units * 2 // INCUBATOR_EVERY

    @property
    def offers(self) -> int:
        return self.units // INCUBATOR_EVERY


def is_incubator(unit: int) -> bool:
    return unit % INCUBATOR_EVERY == 0


def city_of(unit: int) -> str:
    return CITIES[unit // INCUBATOR_EVERY % len(CITIES)]


def seats() -> list[tuple[Role, str | None]]:
    """Two officers in each city, three in the association, two in the province."""
    cities: list[tuple[Role, str | None]] = [(Role.CITY, city) for city in CITIES for _ in range(2)]
    return [*cities, *[(Role.ASSOCIATION, None)] * 3, *[(Role.PROVINCE, None)] * 2]


def learner(number: int) -> int:
    """The unit of a need by the need's number: units without every fifth."""
    return number + (number - 1) // (INCUBATOR_EVERY - 1)


def post_status(number: int) -> PostStatus:
    """Of a hundred: one pending, ten published, thirty expired, the rest matched."""
    place = number * 7 % 100
    if place == 0:
        return PostStatus.PENDING
    return PostStatus.PUBLISHED if place <= 10 else PostStatus.EXPIRED if place <= 40 else PostStatus.MATCHED


def pair_status(number: int) -> PairStatus:
    if number % 40 == 0:
        return PairStatus.SIGNING
    return (PairStatus.INTRODUCTION, PairStatus.IMPROVEMENT, PairStatus.GRADUATED, PairStatus.ENDED)[number % 4]
