"""Housekeeping: what the engine need not keep any longer. Knows the engine's rows only, and never the audit trail."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from models.base import literally
from models.system import calendar
from models.system.dialogs import Dialog
from models.system.letters import Delivery, Letter
from models.system.marks import Seen

SEEN_DAYS, LETTER_DAYS, DRAFT_DAYS = 30, 180, 30
OVER = (Delivery.SENT, Delivery.MERGED, Delivery.DROPPED, Delivery.DEAD, Delivery.UNKNOWN)


def tidy(session: Session, now: datetime) -> None:
    """Delete marks of old events, old letters and forgotten drafts.

    A letter that must never be said again keeps its mark (`once`) and loses its text.
    """
    session.execute(delete(Seen).where(Seen.seen_at < calendar.add_days(now, -SEEN_DAYS)))
    session.execute(delete(Dialog).where(Dialog.touched_at < calendar.add_days(now, -DRAFT_DAYS)))
    old = (Letter.created_at < calendar.add_days(now, -LETTER_DAYS)) & Letter.status.in_(OVER)
    session.execute(delete(Letter).where(old, Letter.once.is_(None)))
    session.execute(update(Letter).where(old, Letter.body != literally("")).values(body="", buttons=[], extra={}))


def is_due(session: Session, now: datetime) -> Collection[str]:
    """Once every time the job falls due."""
    return [str(calendar.local_day(now))]
