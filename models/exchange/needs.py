"""Needs: what an incubatee wants help with. Knows no sentence and no channel."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, words_of
from models.exchange.posts import PostStatus
from models.registration.units import Unit
from models.system import clock
from models.system.accounts import Person


class Need(Base):
    """A need in the writer's own words, with what was recognised in it and confirmed."""

    __tablename__ = "needs"
    __table_args__ = (Index("ix_needs_status", "status", "submitted_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    status: Mapped[PostStatus] = mapped_column(words_of(PostStatus), default=PostStatus.PENDING)
    trouble: Mapped[str] = mapped_column(Text)
    methods: Mapped[list[str]] = mapped_column(default=list)
    areas: Mapped[list[str]] = mapped_column(default=list)
    forms: Mapped[list[str]] = mapped_column(default=list)
    indicators: Mapped[list[Any]] = mapped_column(default=list)
    industry: Mapped[str | None] = mapped_column(String(6))
    urgency: Mapped[str | None] = mapped_column(String(20))
    secrecy: Mapped[str] = mapped_column(String(20), default="public")
    version: Mapped[int] = mapped_column(default=1)
    review: Mapped[dict[str, Any]] = mapped_column(default=dict)
    pinned_offer_id: Mapped[int | None] = mapped_column(ForeignKey("offers.id"))
    submitted_at: Mapped[datetime] = mapped_column(default=clock.now)
    published_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None] = mapped_column(index=True)
    unit: Mapped[Unit] = relationship()
    person: Mapped[Person] = relationship()
