"""The daily look at every pair: sessions that stay away, agreements that stall, counting over, somebody gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from bot.engine.timetable import job
from models.base import locked
from models.incubation import agreements, progress, upkeep
from models.incubation.concerns import Cause, raise_concern
from models.incubation.pairs import RUNNING, Pair
from models.registration.units import Unit
from models.system import calendar

Find = Callable[[Session, datetime], Iterable[int]]


def still_due(session: Session, pair_id: int, now: datetime, find: Find) -> Pair | None:
    """The pair of a job, locked; None where it is due no more, because somebody has acted meanwhile."""
    pair = locked(session, Pair, pair_id)
    return pair if pair_id in find(session, now) else None


def wanting(session: Session, now: datetime) -> Iterable[int]:
    """Running pairs whose warning has to change, or about which a person has to decide."""
    return progress.to_look_after(session, calendar.local_day(now))


@job("pairs_looked_after", "30 7 * * *", find=wanting)
def look_after(session: Session, pair_id: int, now: datetime) -> None:
    """Set a pair's warning; after 90 idle days a person is asked to decide."""
    pair = locked(session, Pair, pair_id)
    if pair.status in RUNNING:
        progress.look_after(session, pair, calendar.local_day(now))


def stalled(session: Session, now: datetime) -> Iterable[int]:
    """Pairs not agreed upon after fifteen working days."""
    return upkeep.stalled_pairs(session, calendar.local_day(now))


@job("agreements_stalled", "31 7 * * *", find=stalled)
def push_agreement(session: Session, pair_id: int, now: datetime) -> None:
    """The city office asks what is in the way."""
    if pair := still_due(session, pair_id, now, stalled):
        raise_concern(session, pair, Cause.STALLED)


def counted(session: Session, now: datetime) -> Iterable[int]:
    """Pairs with an indicator whose two months of counting are over."""
    return upkeep.pairs_counted(session, calendar.local_day(now))


@job("counting_over", "32 7 * * *", find=counted)
def ask_for_baseline(session: Session, pair_id: int, now: datetime) -> None:
    """Now the baseline can be set."""
    if pair := still_due(session, pair_id, now, counted):
        upkeep.ask_for_baseline(session, pair)


def without_mentor(session: Session, now: datetime) -> Iterable[int]:
    """Pairs whose mentor has left the incubator."""
    return upkeep.pairs_without_mentor(session)


@job("mentors_left", "33 7 * * *", find=without_mentor)
def ask_for_mentor(session: Session, pair_id: int, now: datetime) -> None:
    """The incubator names another one."""
    if pair := still_due(session, pair_id, now, without_mentor):
        upkeep.ask_for_mentor(session, pair)


def ready(session: Session, now: datetime) -> Iterable[int]:
    """Pairs that wait for nobody who is still there."""
    return agreements.pairs_ready(session)


@job("agreements_ready", "35 7 * * *", find=ready)
def start(session: Session, pair_id: int, now: datetime) -> None:
    """The introduction opens."""
    agreements.start_if_ready(session, None, locked(session, Pair, pair_id))


def without_backup(session: Session, now: datetime) -> Iterable[int]:
    """Units whose backup contact is gone."""
    return upkeep.units_without_backup(session)


@job("backups_left", "34 7 * * *", find=without_backup)
def ask_for_backup(session: Session, unit_id: int, now: datetime) -> None:
    """The contact names another one."""
    unit = locked(session, Unit, unit_id)
    if unit_id in without_backup(session, now):
        upkeep.ask_for_backup(session, unit)
