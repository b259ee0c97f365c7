"""Rows of a made province: pairs with all they have done, whose turn it is, and the engine's own records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from benchmarks.province_shares import (
    INCUBATOR_EVERY,
    TROUBLES,
    Row,
    Size,
    city_of,
    learner,
    pair_status,
    post_status,
    seats,
)
from models.exchange.posts import PostStatus
from models.incubation.checkins import CheckinStatus
from models.incubation.concerns import Cause
from models.incubation.goals import GoalStatus
from models.incubation.pairs import OVER, PairStatus, Warning
from models.incubation.sessions import SessionStatus
from models.oversight.supervision import Means
from models.oversight.tickets import TicketStatus
from models.registration.people import Role
from models.registration.units import Side
from models.system import calendar, clock
from models.system import letters as letters_of
from models.system.letters import Kind


def pairs(size: Size, now: datetime) -> Iterator[Row]:
    for number in range(1, size.pairs + 1):
        status, offer = pair_status(number), number % size.offers + 1
        started_on = calendar.local_day(now) - timedelta(days=number % 250 + 70)
        teacher, taught = offer * INCUBATOR_EVERY, learner(number)
        under_way = status is not PairStatus.SIGNING
        recently = calendar.local_day(now) - timedelta(days=number % 24)
        yield {
            "id": number,
            "number": f"2026-{number:07d}",
            "request_id": number,
            "need_id": number,
            "offer_id": offer,
            "incubator_id": teacher,
            "incubatee_id": taught,
            "city": city_of(taught),
            "status": status,
            "warning": Warning.AMBER if number % 30 == 0 else Warning.GREEN,
            "mentor_id": teacher,
            "formed_at": now - timedelta(days=number % 250 + (90 if under_way else 1)),
            "started_on": started_on if under_way else None,
            "ended_on": started_on + timedelta(days=60) if status in OVER else None,
            "last_session_on": recently if under_way else None,
        }


def goals(size: Size, now: datetime) -> Iterator[Row]:
    for number in range(1, size.pairs * 2 + 1):
        shown = {"indicator": "process_defects", "unit": "%", "baseline": [["2026-01-01", 9.0]], "target": 3.0}
        pair = (number + 1) // 2
        status = GoalStatus.DRAFT if pair_status(pair) is PairStatus.SIGNING else GoalStatus.LOCKED
        whose = {"pair_id": pair, "person_id": learner(pair)}
        yield {"id": number, "series": number, "status": status, "locked_at": now, **whose, **shown}


def checkins(size: Size, now: datetime) -> Iterator[Row]:
    for number in range(size.pairs * 6):
        pair, back = number // 6 + 1, number % 6 + 2
        period = calendar.month_of(now, -back)
        due_at = datetime.combine(calendar.month_of(now, 1 - back), datetime.min.time(), clock.SHANGHAI)
        status = CheckinStatus.MISSED if number % 97 == 0 else CheckinStatus.ANSWERED
        when = {"due_at": due_at, "closes_at": due_at + timedelta(days=6), "opened_at": due_at - timedelta(days=5)}
        answered_at = due_at if status is CheckinStatus.ANSWERED else None
        whose = {"pair_id": pair, "period": period, "person_id": learner(pair)}
        yield {"id": number + 1, "status": status, "answered_at": answered_at, **whose, **when}


def measurements(size: Size, now: datetime) -> Iterator[Row]:
    for number in range(size.pairs * 6):
        pair = number // 6 + 1
        said = {"period": calendar.month_of(now, -(number % 6) - 2), "value": 5.0 + number % 4, "typed": "5"}
        whose = {"pair_id": pair, "goal_id": pair * 2, "series": pair * 2, "person_id": learner(pair)}
        yield {**whose, **said, "checkin_id": number + 1}


def session_logs(size: Size, now: datetime) -> Iterator[Row]:
    told = {"activity": "diagnosis", "hours": 3.0, "people": 8, "note": "今天上午去厂里做质量诊断，3个小时，8个人"}
    for number in range(1, size.sessions + 1):
        pair = number % size.pairs + 1
        waits = number % 200 == 0
        held_on = calendar.local_day(now) - timedelta(days=number % 250 + 1)
        yield {
            "id": number,
            "pair_id": pair,
            "person_id": (pair % size.offers + 1) * INCUBATOR_EVERY,
            "side": Side.INCUBATOR,
            "status": SessionStatus.WAITING if waits else SessionStatus.CONFIRMED,
            "on": held_on,
            "answer_by": now + timedelta(days=number % 5 + 1) if waits else None,
            **told,
        }


def duties(size: Size, now: datetime) -> Iterator[Row]:
    """Three done ones a unit; every second unit holds an open one, and the offices what stands open with them."""
    for number in range(size.units * 3):
        since_at = now - timedelta(days=number % 300 + 10)
        days = {"since_at": since_at, "due_at": since_at + timedelta(days=5), "done_at": since_at + timedelta(days=3)}
        unit = number // 3 + 1
        yield {"kind": "log_session", "subject": f"past:{number}", "unit_id": unit, "city": city_of(unit), **days}
    for unit in range(1, size.units + 1, 2):
        yield _open_duty(unit, now, "log_session", f"pair:{unit}", unit_id=unit)
    for number in range(size.units):
        if post_status(number) is PostStatus.PENDING:
            yield _open_duty(number, now, "review_post", f"need:{number}", office=Role.ASSOCIATION)
    for unit in range(1, size.units + 1, 100):
        yield _open_duty(unit, now, "verify_unit", f"unit:{unit}", office=Role.CITY)


def _open_duty(number: int, now: datetime, kind: str, subject: str, **whose: Any) -> Row:
    """One in forty is late; its reminders lie ahead."""
    due_at = now + timedelta(days=number % 20 + 1) if number % 40 != 1 else now - timedelta(days=number % 3 + 1)
    name = f"浙江第{number}制造有限公司"
    title = {"number": f"2026-{number:07d}", "name": name, "incubator": name, "incubatee": name}
    when = {"since_at": now - timedelta(days=4), "due_at": due_at, "remind_at": due_at + timedelta(hours=1)}
    return {"kind": kind, "subject": subject, "title": title, "city": city_of(number), **when, **whose}


def supervisions(size: Size, now: datetime) -> Iterator[Row]:
    for number in range(1, size.units + 1):
        yield {"duty_id": number, "means": Means.REMINDER, "person_id": number, "at": now - timedelta(days=20)}


def tickets(size: Size, now: datetime) -> Iterator[Row]:
    for number in range(1, size.units // 10 + 1):
        closed = number % 20 != 0
        raised_at = now - timedelta(days=number % 200 + (9 if closed else 1))
        yield {
            "id": number,
            "number": f"T-2026-{number:06d}",
            "asker_id": number,
            "unit_id": number,
            "office": Role.CITY,
            "city": city_of(number),
            "trouble": "导师说好这周来，没有来",
            "status": TicketStatus.CLOSED if closed else TicketStatus.ACCEPTED,
            "raised_at": raised_at,
            "accepted_at": raised_at,
            "closed_at": raised_at + timedelta(days=5) if closed else None,
        }


def letters(size: Size, now: datetime) -> Iterator[Row]:
    """Five sent ones a person."""
    for number in range(size.units * 5):
        person, sent_at = number // 5 + 1, now - timedelta(days=number % 5 * 11 + 3, minutes=number % 600)
        kind = Kind.CALL if number % 5 == 0 else Kind.REPLY
        yield {"id": number + 1, **_letter(number, person, kind.value, kind, sent_at)}


def _letter(number: int, person: int, template: str, kind: Kind, sent_at: datetime) -> Row:
    return {
        "person_id": person,
        "account_id": person,
        "template": template,
        "kind": kind,
        "status": letters_of.Delivery.SENT,
        "once": f"past:{number}" if kind is not Kind.REPLY else None,
        "subject": f"past:{number % 1000}",
        "body": "您好，这是一封旧信",
        "buttons": [],
        "extra": {},
        "token": f"{number:x}",
        "due_at": sent_at,
        "sent_at": sent_at,
        "created_at": sent_at,
    }


def audit(size: Size, now: datetime) -> Iterator[Row]:
    for number in range(size.units * 5):
        who = number % size.units + 1
        what = {"action": "session_logged", "subject": f"session:{number}", "detail": {}}
        yield {"person_id": who, **what, "at": now - timedelta(minutes=number % 500_000)}


def seen(size: Size, now: datetime) -> Iterator[Row]:
    for number in range(size.units * 5):
        yield {"channel": "telegram", "event_id": f"past:{number}", "seen_at": now - timedelta(minutes=number % 40_000)}


def dialogs(size: Size, now: datetime) -> Iterator[Row]:
    for person in range(1, size.units + 1, 50):
        touched_at = now - timedelta(hours=person % 20)
        answered = {"answers": {"trouble": TROUBLES[person % 5]}, "notes": {}, "stamp": "s"}
        yield {"person_id": person, "form": "post_need", "draft": True, "touched_at": touched_at, **answered}


def undertakings(size: Size, now: datetime) -> Iterator[Row]:
    for number in range(1, size.pairs + 1):
        unit = learner(number)
        signed = {"name": f"王{unit}", "signed_at": now} if pair_status(number) is not PairStatus.SIGNING else {}
        whose = {"pair_id": number, "person_id": unit, "unit_id": unit}
        yield {"version": "1", "name": None, "signed_at": None, **whose, **signed}


def pulses(size: Size, now: datetime) -> Iterator[Row]:
    for pair in range(1, size.pairs + 1):
        yield {"pair_id": pair, "person_id": learner(pair), "rating": 4, "at": now - timedelta(days=pair % 200)}


def digests(size: Size, now: datetime) -> Iterator[Row]:
    """What each officer was sent in the last ten days."""
    for number in range(len(seats()) * 10):
        place, back = divmod(number, 10)
        name = f"digest_{seats()[place][0].value}"
        letter = _letter(number, size.units + place + 1, name, Kind.DIGEST, now - timedelta(days=back + 1))
        yield {"id": size.units * 5 + number + 1, **letter, "once": f"digest:{number}", "token": f"digest{number}"}


def pauses(size: Size, now: datetime) -> Iterator[Row]:
    for pair in range(1, size.pairs + 1, 10):
        until = calendar.local_day(now) - timedelta(days=pair % 90 + 1)
        begun = {"before": PairStatus.INTRODUCTION, "reason": "orders", "paused_at": now - timedelta(days=120)}
        yield {"pair_id": pair, "person_id": learner(pair), "until": until, "resumed_at": now, **begun}


def team_members(size: Size, now: datetime) -> Iterator[Row]:
    yield from ({"pair_id": pair, "name": f"张{pair}"} for pair in range(1, size.pairs + 1))


def concerns(size: Size, now: datetime) -> Iterator[Row]:
    for pair in range(1, size.pairs + 1):
        closed_at = None if pair % 100 == 1 else now
        yield {"pair_id": pair, "cause": Cause.IDLE, "raised_at": now - timedelta(days=9), "closed_at": closed_at}


def ticket_notes(size: Size, now: datetime) -> Iterator[Row]:
    for ticket in range(1, size.units // 10 + 1):
        yield {"ticket_id": ticket, "person_id": ticket, "kind": "reply", "text": "已联系导师单位"}


def contact_consents(size: Size, now: datetime) -> Iterator[Row]:
    for pair in range(1, size.pairs + 1):
        yield {"pair_id": pair, "person_id": learner(pair), "unit_id": learner(pair)}
