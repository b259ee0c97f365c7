"""Cautions (警告): an office warns an inactive incubatee, in time and with what to do, before a pair may end for that.

Knows no sentence and no channel.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.incubation.pairs import Pair
from models.system import clock


class Caution(Base):
    """One dated warning: the `task` to be done, by when an answer is due, and what the unit said to it."""

    __tablename__ = "cautions"

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("pairs.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    task: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime] = mapped_column(default=clock.now)
    answer_by: Mapped[datetime]
    reply: Mapped[str | None] = mapped_column(Text)
    replied_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    replied_at: Mapped[datetime | None]
    pair: Mapped[Pair] = relationship()

    @property
    def subject(self) -> str:
        """How duties, letters and the audit trail name this caution."""
        return f"caution:{self.id}"
