"""Pairs: an incubator and an incubatee at work together, under one number. Knows no sentence and no channel."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, moves, words_of
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.registration.units import Unit
from models.system import clock


class PairStatus(StrEnum):
    """签约中→导入→提升→深化→结业; 暂停, 终止, 未成 (programme, section 2)."""

    SIGNING = "signing"
    INTRODUCTION = "introduction"
    IMPROVEMENT = "improvement"
    DEEPENING = "deepening"
    GRADUATED = "graduated"
    PAUSED = "paused"
    ENDED = "ended"
    LAPSED = "lapsed"


RUNNING = (PairStatus.INTRODUCTION, PairStatus.IMPROVEMENT, PairStatus.DEEPENING)
moves(
    PairStatus,
    {
        PairStatus.SIGNING: {PairStatus.INTRODUCTION, PairStatus.LAPSED},
        PairStatus.INTRODUCTION: {PairStatus.IMPROVEMENT, PairStatus.PAUSED, PairStatus.ENDED},
        PairStatus.IMPROVEMENT: {PairStatus.DEEPENING, PairStatus.GRADUATED, PairStatus.PAUSED, PairStatus.ENDED},
        PairStatus.DEEPENING: {PairStatus.GRADUATED, PairStatus.PAUSED, PairStatus.ENDED},
        PairStatus.PAUSED: {*RUNNING, PairStatus.ENDED},
    },
)


class Warning(StrEnum):
    """预警: green, amber, red."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class Pair(Base):
    """`number` (such as 2026-0017) stands on every record of the pair; `city` is the incubatee's."""

    __tablename__ = "pairs"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("needs.id"), index=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id"), index=True)
    incubator_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    incubatee_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    city: Mapped[str | None] = mapped_column(String(4), index=True)
    status: Mapped[PairStatus] = mapped_column(words_of(PairStatus), default=PairStatus.SIGNING, index=True)
    warning: Mapped[Warning] = mapped_column(words_of(Warning), default=Warning.GREEN)
    mentor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    responsible_name: Mapped[str | None] = mapped_column(String(80))
    months: Mapped[int] = mapped_column(default=12)
    formed_at: Mapped[datetime] = mapped_column(default=clock.now)
    started_on: Mapped[date | None]
    baseline_locked_at: Mapped[datetime | None]
    last_session_on: Mapped[date | None]
    need: Mapped[Need] = relationship()
    offer: Mapped[Offer] = relationship()
    incubator: Mapped[Unit] = relationship(foreign_keys=[incubator_id])
    incubatee: Mapped[Unit] = relationship(foreign_keys=[incubatee_id])
