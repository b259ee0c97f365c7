"""How long a pair has not met; the days of its pauses are left out. Knows no sentence and no channel."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, index_where, words_of
from models.incubation.pairs import Pair, PairStatus
from models.system import calendar, clock

DECIDE_AFTER = 90  # days without a session


class Pause(Base):
    """A rest from one day to another; `before` is the stage it goes back to. Pauses are left out of the evaluation."""

    __tablename__ = "pauses"
    __table_args__ = (index_where("ix_pauses_going", "until", where="resumed_at IS NULL"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("pairs.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    before: Mapped[PairStatus] = mapped_column(words_of(PairStatus))
    reason: Mapped[str] = mapped_column(Text)
    paused_at: Mapped[datetime] = mapped_column(default=clock.now)
    until: Mapped[date]
    resumed_at: Mapped[datetime | None]
    pair: Mapped[Pair] = relationship()


def idle_days(session: Session, pair: Pair, today: date) -> int | None:
    """Days without a session, since the last one or the start; days of a pause do not count."""
    return idle_of(pair, session.scalars(select(Pause).where(Pause.pair_id == pair.id)), today)


def idle_of(pair: Pair, pauses: Iterable[Pause], today: date) -> int | None:
    """The same, where its pauses are known."""
    if pair.started_on is None:
        return None
    since = max(pair.last_session_on or pair.started_on, pair.started_on)
    rest = timedelta()
    for pause in pauses:
        last = calendar.local_day(pause.resumed_at) if pause.resumed_at else today
        rest += max(timedelta(), last - max(since, calendar.local_day(pause.paused_at)))
    return (today - since - rest).days
