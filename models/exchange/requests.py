"""Requests: an incubatee asks an incubator; at most three wait at a time. Knows no sentence and no channel."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, moves, words_of
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.system import clock


class RequestStatus(StrEnum):
    """待响应→已接受/婉拒/请补充/过期/撤回; queued ones wait for their turn in the asker's order."""

    QUEUED = "queued"
    PENDING = "pending"
    ASKED = "asked"  # the incubator wants to know more; the ball is with the incubatee
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    RELEASED = "released"  # another incubator was faster, or the last place is gone


moves(
    RequestStatus,
    {
        RequestStatus.QUEUED: {RequestStatus.PENDING, RequestStatus.WITHDRAWN, RequestStatus.RELEASED},
        RequestStatus.PENDING: {
            RequestStatus.ASKED,
            RequestStatus.ACCEPTED,
            RequestStatus.DECLINED,
            RequestStatus.EXPIRED,
            RequestStatus.WITHDRAWN,
            RequestStatus.RELEASED,
        },
        RequestStatus.ASKED: {
            RequestStatus.PENDING,
            RequestStatus.DECLINED,
            RequestStatus.EXPIRED,
            RequestStatus.WITHDRAWN,
            RequestStatus.RELEASED,
        },
        RequestStatus.EXPIRED: {RequestStatus.PENDING},
    },
)


class Request(Base):
    """One need asked of one offer, `rank` in the asker's order; `match` keeps the score and reasons as they were shown."""

    __tablename__ = "requests"
    __table_args__ = (Index("ix_requests_due", "status", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("needs.id"), index=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id"), index=True)
    rank: Mapped[int] = mapped_column(default=1)
    status: Mapped[RequestStatus] = mapped_column(words_of(RequestStatus), default=RequestStatus.PENDING)
    match: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str | None] = mapped_column(String(30))
    remark: Mapped[str | None] = mapped_column(Text)
    reply: Mapped[str | None] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    due_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    need: Mapped[Need] = relationship()
    offer: Mapped[Offer] = relationship()
