"""Offers: what an incubator can teach, to whom and how many at a time. Knows no sentence and no channel."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, words_of
from models.exchange.posts import PostStatus
from models.registration.units import Unit
from models.system import clock
from models.system.accounts import Person


class Offer(Base):
    """Methods, industries, forms, areas and cities are vocabulary ids; `capacity` counts incubatees at the same time."""

    __tablename__ = "offers"
    __table_args__ = (Index("ix_offers_status", "status", "submitted_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    status: Mapped[PostStatus] = mapped_column(words_of(PostStatus), default=PostStatus.PENDING)
    text: Mapped[str] = mapped_column(Text)
    methods: Mapped[list[str]] = mapped_column(default=list)
    industries: Mapped[list[str]] = mapped_column(default=list)
    forms: Mapped[list[str]] = mapped_column(default=list)
    areas: Mapped[list[str]] = mapped_column(default=list)
    cities: Mapped[list[str]] = mapped_column(default=list)
    capacity: Mapped[int] = mapped_column(default=3)
    taken: Mapped[int] = mapped_column(default=0)
    months: Mapped[int] = mapped_column(default=12)
    hidden: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    review: Mapped[dict[str, Any]] = mapped_column(default=dict)
    submitted_at: Mapped[datetime] = mapped_column(default=clock.now)
    published_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    unit: Mapped[Unit] = relationship()
    person: Mapped[Person] = relationship()
