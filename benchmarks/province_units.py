"""Rows of a made province: units, their people, what they ask for and offer, and the offices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from benchmarks.province_shares import (
    INCUBATOR_EVERY,
    METHODS,
    TRADES,
    TROUBLES,
    Row,
    Size,
    city_of,
    is_incubator,
    post_status,
    seats,
)
from models.exchange.posts import PostStatus
from models.exchange.requests import RequestStatus
from models.registration.consent import VERSION
from models.registration.people import Post
from models.registration.units import Relation, Standing, key_of, pairs_in
from models.system import calendar


def units(size: Size, now: datetime) -> Iterator[Row]:
    for unit in range(1, size.units + 1):
        name = f"浙江第{unit}制造有限公司"
        teaches = is_incubator(unit)
        standing = Standing.PENDING if unit % 100 == 1 else Standing.ACTIVE
        yield {
            "id": unit,
            "name": name,
            "key": key_of(name),
            "city": city_of(unit),
            "county": f"{city_of(unit)}02",
            "industry": TRADES[unit // 7 % len(TRADES)],
            "as_incubator": standing if teaches else Standing.NONE,
            "as_incubatee": Standing.NONE if teaches else standing,
            "relation": None if teaches else Relation.INDUSTRY,
            "created_at": now - timedelta(days=unit % 400 + 1),
        }


def name_pairs(size: Size, now: datetime) -> Iterator[Row]:
    for unit in units(size, now):
        yield from ({"pair": pair, "unit_id": unit["id"]} for pair in pairs_in(unit["key"]))


def former_names(size: Size, now: datetime) -> Iterator[Row]:
    for unit in range(1, size.units + 1, 20):
        yield {"unit_id": unit, "name": f"浙江老{unit}厂", "key": f"浙江老{unit}厂"}


def awards(size: Size, now: datetime) -> Iterator[Row]:
    for unit in range(INCUBATOR_EVERY, size.units + 1, INCUBATOR_EVERY):
        yield {"unit_id": unit, "award": "city_award", "year": 2020, "recheck_at": now + timedelta(days=unit % 300 + 1)}


def people(size: Size, now: datetime) -> Iterator[Row]:
    """The contact of each unit; one in 250 has not agreed to anything yet."""
    for number in range(1, size.units + 1):
        yield _person(number, now) | ({"consent_version": None} if number % 250 == 1 else {})


def accounts(size: Size, now: datetime) -> Iterator[Row]:
    yield from (_account(number) for number in range(1, size.units + 1))


def _person(number: int, now: datetime) -> Row:
    met_at = now - timedelta(days=number % 400 + 1)
    agreed = {"consent_version": VERSION, "consented_at": met_at, "created_at": met_at}
    return {"id": number, "name": f"王{number}", "phone": f"139{number:08d}", "language": "zh", **agreed}


def _account(number: int) -> Row:
    address = str(700_000 + number)
    return {"id": number, "person_id": number, "channel": "telegram", "external_id": address, "chat": address}


def memberships(size: Size, now: datetime) -> Iterator[Row]:
    for unit in range(1, size.units + 1):
        yield {"person_id": unit, "unit_id": unit, "post": Post.CONTACT, "skills": []}
    for unit in range(INCUBATOR_EVERY, size.units + 1, INCUBATOR_EVERY):
        yield {"person_id": unit, "unit_id": unit, "post": Post.MENTOR, "skills": METHODS[unit % 5]}


def invitations(size: Size, now: datetime) -> Iterator[Row]:
    """One a unit, long used; one in fifty still waits."""
    for unit in range(1, size.units + 1):
        made_at = now - timedelta(days=unit % 300 + 20)
        link = {"secret_hash": f"{unit:x}", "post": Post.BACKUP, "made_at": made_at}
        used_at = None if unit % 50 == 0 else made_at + timedelta(days=1)
        yield {
            **link,
            "unit_id": unit,
            "inviter_id": unit,
            "expires_at": made_at + timedelta(days=14),
            "used_at": used_at,
        }


def _post(number: int, unit: int, status: PostStatus, now: datetime) -> Row:
    submitted_at = now - timedelta(days=number % 80 + 2, minutes=number % 1000)
    public = status is not PostStatus.PENDING
    return {
        "id": number,
        "unit_id": unit,
        "person_id": unit,
        "status": status,
        "submitted_at": submitted_at,
        "published_at": submitted_at + timedelta(days=1) if public else None,
        "expires_at": submitted_at + timedelta(days=91) if status is PostStatus.PUBLISHED else None,
    }


def needs(size: Size, now: datetime) -> Iterator[Row]:
    learners = (unit for unit in range(1, size.units + 1) if not is_incubator(unit))
    for number, unit in enumerate(learners, 1):
        says = {"trouble": f"{TROUBLES[number % 5]}，第{number}号", "methods": METHODS[number % 5]}
        yield {**_post(number, unit, post_status(number), now), **says, "industry": TRADES[number % 5]}


def offers(size: Size, now: datetime) -> Iterator[Row]:
    for number in range(1, size.offers + 1):
        status = PostStatus.PENDING if number % 50 == 0 else PostStatus.PUBLISHED
        places = {"capacity": 10, "taken": 2, "months": 12, "hidden": False, "stamp": number}
        says = {"text": f"手把手教{TROUBLES[number % 5][:9]}，第{number}号", "methods": METHODS[number % 5]}
        where = {"industries": [TRADES[number % 5]], "forms": ["diagnosis"], "areas": [], "cities": []}
        yield {**_post(number, number * INCUBATOR_EVERY, status, now), **says, **places, **where}


def versions(size: Size, now: datetime) -> Iterator[Row]:
    for number in range(1, size.pairs + 1):
        yield {"subject": f"need:{number}", "version": 1, "content": {}, "published_at": now - timedelta(days=9)}


def requests(size: Size, now: datetime) -> Iterator[Row]:
    for number in range(1, size.pairs + 1):
        status = RequestStatus.PENDING if number % 50 == 0 else RequestStatus.ACCEPTED
        asked_at = now - timedelta(days=number % 300 + (0 if status is RequestStatus.PENDING else 4))
        yield {
            "id": number,
            "need_id": number,
            "offer_id": number % size.offers + 1,
            "person_id": number,
            "rank": 1,
            "status": status,
            "match": {},
            "asked_at": asked_at,
            "due_at": calendar.add_days(now, number % 3 + 1) if status is RequestStatus.PENDING else asked_at,
            "answered_at": None if status is RequestStatus.PENDING else asked_at,
        }


def follows(size: Size, now: datetime) -> Iterator[Row]:
    for person in range(1, size.units + 1, 20):
        yield {"person_id": person, "kind": "method", "code": METHODS[person % 5][0]}


def officers_as_people(size: Size, now: datetime) -> Iterator[Row]:
    yield from (_person(size.units + place, now) for place, _ in enumerate(seats(), 1))


def officers_accounts(size: Size, now: datetime) -> Iterator[Row]:
    yield from (_account(size.units + place) for place, _ in enumerate(seats(), 1))


def officers(size: Size, now: datetime) -> Iterator[Row]:
    for place, (role, city) in enumerate(seats(), 1):
        yield {"person_id": size.units + place, "role": role, "city": city, "created_at": now - timedelta(days=300)}
