"""A province laid straight into a migrated database: factories that may post needs, and published posts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import cycle
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from benchmarks import pools
from bot.commands.migrate import migrate
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.exchange.posts import TERM, PostStatus
from models.registration.consent import VERSION
from models.registration.people import Membership, Post
from models.registration.units import Relation, Standing, Unit, key_of
from models.system import clock
from models.system.accounts import Account, Person
from models.system.letters import Delivery, Kind, Letter
from models.system.opening import open_engine

FIRST_CHAT = 1_000_001
CITIES = ("3301", "3302", "3303", "3304", "3305", "3306", "3307", "3308", "3309", "3310", "3311")
DIGEST = "早上好，今天有 3 件事等您：\n1. <b>核实入孵单位</b>\n2. 审核需求\n3. 答复请求"
Rows = list[dict[str, Any]]


def chats(first: int, count: int) -> range:
    """Chats of so many contacts of factories, from one on."""
    return range(FIRST_CHAT + first, FIRST_CHAT + first + count)


def build(url: str, *, factories: int, incubators: int = 100, needs: int = 200) -> None:
    """Migrate an empty database and fill it: contacts first, each of one factory; incubators and posts after them."""
    migrate(url)
    engine = open_engine(url)
    now = clock.now()
    with Session(engine) as session, session.begin():
        session.execute(insert(Person), list(_people(factories + incubators, now)))
        session.execute(insert(Account), list(_accounts(factories + incubators)))
        session.execute(insert(Unit), list(_units(factories, incubators)))
        posts = ({"person_id": n, "unit_id": n, "post": Post.CONTACT} for n in range(1, factories + incubators + 1))
        session.execute(insert(Membership), list(posts))
        session.execute(insert(Offer), _offers(range(factories + 1, factories + incubators + 1), now))
        session.execute(insert(Need), _needs(range(1, needs + 1), now))
    engine.dispose()


def sqlite(folder: Path, *, factories: int, **more: int) -> str:
    """The address of a new file with such a province."""
    url = f"sqlite:///{folder / 'town.sqlite'}"
    build(url, factories=factories, **more)
    return url


def post_digests(url: str, count: int, *, after: int = 0) -> None:
    """Queue a digest, due now, for each of so many people, those after the first few."""
    engine, now = open_engine(url), clock.now()
    button = [[{"label": "看第1件", "action": "duty.open", "args": [1]}]]
    told: dict[str, Any] = {
        "template": "digest",
        "kind": Kind.DIGEST,
        "status": Delivery.QUEUED,
        "body": DIGEST,
        "buttons": button,
    }
    told |= {"extra": {}, "due_at": now, "attempts": 0}
    with Session(engine) as session, session.begin():
        numbered = [
            {"person_id": n, "account_id": n, "token": f"digest{n}", **told}
            for n in range(after + 1, after + count + 1)
        ]
        session.execute(insert(Letter), numbered)
    engine.dispose()


def _people(count: int, now: datetime) -> Iterator[dict[str, Any]]:
    for n in range(1, count + 1):
        said = {"consent_version": VERSION, "consented_at": now}
        yield {"id": n, "name": f"张{n}", "phone": f"138{n:08d}", "language": "zh", **said}


def _accounts(count: int) -> Iterator[dict[str, Any]]:
    for n in range(1, count + 1):
        chat = str(FIRST_CHAT + n - 1)
        yield {"person_id": n, "channel": "telegram", "external_id": chat, "chat": chat}


def _units(factories: int, incubators: int) -> Iterator[dict[str, Any]]:
    for n, city in zip(range(1, factories + incubators + 1), cycle(CITIES), strict=False):
        teaches = n > factories
        name = f"浙江第{n}号{'集团' if teaches else '制造'}有限公司"
        sides = {"as_incubator": Standing.ACTIVE if teaches else Standing.NONE}
        sides |= {"as_incubatee": Standing.NONE if teaches else Standing.ACTIVE}
        relation = None if teaches else Relation.INDUSTRY
        yield {
            "id": n,
            "name": name,
            "key": key_of(name),
            "city": city,
            "industry": "C29",
            "relation": relation,
            **sides,
        }


def _posted(unit: int, now: datetime) -> dict[str, Any]:
    stands = {"status": PostStatus.PUBLISHED, "submitted_at": now, "published_at": now, "expires_at": now + TERM}
    return {"unit_id": unit, "person_id": unit, **stands}


def _offers(units: Sequence[int], now: datetime) -> Rows:
    offers = zip(units, pools.offers(len(units)), strict=True)
    return [
        {**_posted(unit, now), "text": one.text, "methods": list(one.methods), "industries": ["C29"]}
        for unit, one in offers
    ]


def _needs(units: Sequence[int], now: datetime) -> Rows:
    needs = zip(units, pools.needs(len(units)), strict=True)
    return [
        {**_posted(unit, now), "trouble": one.text, "industry": "C29", "methods": ["five_s"]} for unit, one in needs
    ]
