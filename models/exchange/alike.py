"""Needs of others that say much the same, shown before one is submitted and to whoever reviews it.

What was read of a pool of needs is kept in this process. Knows no sentence and no channel.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy import URL, String, bindparam, case, cast, func, select, union
from sqlalchemy.orm import Session, joinedload

from models.exchange.candidates import as_compared
from models.exchange.matching import NeedText
from models.exchange.matching_similar import Pool
from models.exchange.needs import Need
from models.exchange.posts import PostStatus
from models.registration.units import Unit
from models.system import clock

K = TypeVar("K")
V = TypeVar("V")
ALIKE_SHOWN, ALIKE_POOL, ALIKE_KEPT = 2, 200, 256
ALIKE_ENOUGH = 0.2  # likeness, 1 for a text with itself; see benchmarks/evaluate_alike.py
FRESH = 60  # seconds for which what was found stands: a form asks again with each answer, and many ask


class Alike(Sequence[Need]):
    """Needs that say much the same: looked for when somebody asks whether there are any, fetched when one is read."""

    def __init__(self, session: Session, unit: Unit, text: str, industry: str | None) -> None:
        self.session, self.unit, self.text, self.industry = session, unit, text, industry

    @cached_property
    def ids(self) -> tuple[int, ...]:
        """Their numbers, best first."""
        trade, url = self.industry or "", self.session.get_bind().engine.url
        asked = NeedText("0", self.text, as_compared("industries", trade), org=str(self.unit.id))
        minute = int(clock.now().timestamp() // FRESH)
        return _kept(_alike, (url, minute, asked), lambda: _look_alike(self.session, asked, (url, minute, trade)))

    @cached_property
    def needs(self) -> list[Need]:
        """The needs themselves, best first."""
        found = {need.id: need for need in self.session.scalars(_FOUND, {"ids": self.ids})} if self.ids else {}
        return [found[need_id] for need_id in self.ids if need_id in found]

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, place: Any) -> Any:
        return self.needs[place]


def alike(session: Session, unit: Unit, *, text: str, industry: str | None) -> Alike:
    """Published needs of other units that say much the same, best first; looked for among the newest of the trade."""
    return Alike(session, unit, text, industry)


# The numbers come as one text: they are only compared with those of the last time.
_PUBLISHED = Need.status == PostStatus.PUBLISHED
_FOUND = select(Need).options(joinedload(Need.unit)).where(Need.id.in_(bindparam("ids", expanding=True)), _PUBLISHED)
_OF_TRADE = Need.industry == bindparam("industry")
_LATEST = select(Need.id).where(_PUBLISHED).order_by(Need.published_at.desc()).limit(ALIKE_POOL)
_NEWEST = select(
    func.aggregate_strings(
        select(cast(Need.id, String).label("number"))
        .where(Need.id.in_(union(*(select(part.subquery().c.id) for part in (_LATEST.where(_OF_TRADE), _LATEST)))))
        .order_by(case((_OF_TRADE, 0), else_=1), Need.id.desc())
        .limit(ALIKE_POOL)
        .subquery()
        .c.number,
        ",",
    )
)
_alike: dict[tuple[URL, int, NeedText], tuple[int, ...]] = {}
_newest: dict[tuple[URL, int, str], str] = {}
_pools: dict[tuple[URL, str], Pool] = {}


def _look_alike(session: Session, asked: NeedText, among: tuple[URL, int, str]) -> tuple[int, ...]:
    url, _, trade = among
    numbers = _kept(_newest, among, lambda: session.scalar(_NEWEST, {"industry": trade}) or "")
    found = _kept(_pools, (url, numbers), lambda: _read_pool(session, numbers)).similar(asked, top=ALIKE_SHOWN)
    return tuple(int(one.need_id) for one in found if one.likeness >= ALIKE_ENOUGH)


def _read_pool(session: Session, numbers: str) -> Pool:
    ids = [int(number) for number in numbers.split(",") if number]
    rows = session.execute(select(Need.id, Need.trouble, Need.industry, Need.unit_id).where(Need.id.in_(ids)))
    return Pool(
        NeedText(str(number), trouble, as_compared("industries", trade), org=str(unit_id))
        for number, trouble, trade, unit_id in rows
    )


def _kept(kept: dict[K, V], key: K, find: Callable[[], V]) -> V:
    """What was found before, or is found now and kept in place of the oldest."""
    if key not in kept:
        found = find()
        if len(kept) >= ALIKE_KEPT:
            kept.pop(next(iter(kept)), None)
        kept[key] = found
    return kept[key]
