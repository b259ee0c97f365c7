"""After a whole incubation: strangers try every door, people take their data along, and have it deleted."""

from __future__ import annotations

import inspect
import io
import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from openpyxl import load_workbook
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.engine import routes
from bot.engine.events import Event
from bot.engine.routes import HOUSE
from models.base import Base
from models.registration import mydata
from models.registration.mydata import SECRETS
from models.system.accounts import Account
from models.system.letters import Delivery, Kind, Letter
from models.system.marks import Audit
from tests.registration.cast import person_id
from tests.spine.cast import BYSTANDERS, NUMBERS, OFFICERS, Cast
from tests.talk import Human, World

NOBODYS = 99_999
STRANGERS = {"factory": BYSTANDERS["factory"], "mentor": BYSTANDERS["rival"], "other city": OFFICERS["elsewhere"]}
PUBLISHED = {"found.offer", "found.need", "offer.open", "candidate.open"}  # what is published anybody may read
NAMES = {"wang": "王建国", "li": "李芳", "hui": "李会", "zhou": "周明"}
NUMBER = {name: f"138{number:08d}" for name, number in NUMBERS.items()}


# every door, tried with other people's numbers


class Undone(Exception):
    """Takes back what a tap did, and carries what was answered."""


async def strangers_learn_nothing(world: World) -> None:
    """Each button with the number of somebody else's record gives the answer for a record that does not exist."""
    wrong = []
    for who, number in STRANGERS.items():
        for action, names in doors():
            more = [FURTHER.get(name, 1) for name in names[1:]]
            nothing = await tapped(world, number, action, NOBODYS, *more)
            for foreign in FOREIGN.get(names[0], (1, 2)):
                answer = await tapped(world, number, action, foreign, *more)
                if answer != nothing:
                    wrong.append((who, action, foreign, answer))
    assert wrong == []


def doors() -> Iterator[tuple[str, list[str]]]:
    """Every button that names a record, with the names of all it carries."""
    for action, door in sorted(HOUSE.buttons.items()):
        carried = list(inspect.signature(door.handler).parameters.values())[1:]
        if carried and carried[0].name.endswith(("_id", "_ids")) and action not in PUBLISHED:
            yield action, [one.name for one in carried if one.default is one.empty and one.name != "offer_ids"]


FURTHER = {"side": "incubatee", "change": "online", "kind": "method", "code": "spc", "facts": "", "rest": ""}
FOREIGN = {"unit_id": (3, 4), "offer_id": (2,)}  # the first units and the first offer are the strangers' own


async def tapped(world: World, number: int, action: str, *args: Any) -> str:
    """What somebody is answered who taps a button nobody gave them."""

    def tap(session: Session) -> None:
        account = session.scalars(select(Account).where(Account.external_id == str(number))).one()
        letter = forged(session, account, action, args)
        event = Event("telegram", f"forged-{action}", str(number), str(number), "tap", f"{letter.token}.0")
        outcome = routes.take(session, event, worker="nobody")
        raise Undone("\n".join([*(one.body for one in outcome.parcels), outcome.toast or ""]))

    try:
        await world.run(tap)
    except Undone as undone:
        return str(undone).replace(str(args[0]), "N")
    raise AssertionError("unreachable")


def forged(session: Session, account: Account, action: str, args: tuple[Any, ...]) -> Letter:
    letter = Letter(
        person_id=account.person_id,
        account_id=account.id,
        template="forged",
        kind=Kind.REPLY,
        status=Delivery.SENT,
        body="",
        buttons=[[{"label": "x", "action": action, "args": list(args)}]],
        due_at=account.person.created_at,
    )
    session.add(letter)
    session.flush()
    return letter


# one's own data


async def ones_own_data_are_complete(world: World, lived: Cast) -> None:
    """The file holds every row that points at its owner, with every column but the machinery's, and nobody else's.

    The workbook has the same tables and columns.
    """
    for name, human in people(lived):
        await human.talk(("/mydata", f"姓名：{NAMES[name]}"), ("[下载]", "您的全部数据"))
        files = world.sandbox.world.files
        sent = [files.find(one.document["file_id"]) for one in human.phone.messages[-2:] if one.document]
        kept, sheets = json.loads(files.content(sent[0])), load_workbook(io.BytesIO(files.content(sent[1])))
        assert {name: {*next(sheets[name].values)} for name in sheets.sheetnames} == {
            name: {column for one in kept[name] for column in one} for name in kept
        }
        number = human.phone.id
        for name_of, rows in (await world.run(partial(pointing, number=number))).items():
            assert len(kept.get(name_of, ())) >= rows - 3, name_of  # the answer itself has added letters and lines
        for table, column, owner in mydata.personal_columns():
            mine = {one["id"] for one in kept.get(table.name, ()) if one.get(owner.name) == kept["people"][0]["id"]}
            assert not mine or all(column.name in one for one in kept[table.name] if one["id"] in mine), column
        assert kept["people"][0]["phone"] == NUMBER[name]
        others = "".join(json.dumps(kept[table], ensure_ascii=False) for table in kept if table != "letters")
        for other, foreign in NUMBER.items():
            assert (foreign in others) == (other == name), (name, other)
        assert {column for rows in kept.values() for one in rows for column in one}.isdisjoint(SECRETS)


def people(lived: Cast) -> Iterator[tuple[str, Human]]:
    for name in NAMES:
        yield name, getattr(lived, name)


def pointing(session: Session, number: int) -> dict[str, int]:
    """How many rows of each table point at somebody, asked in plain SQL."""
    own, found = person_id(session, number), {}
    for table in Base.metadata.sorted_tables:
        columns = [
            column.name
            for column in table.columns
            if (table.name == "people" and column.primary_key)
            or any(key.target_fullname == "people.id" for key in column.foreign_keys)
        ]
        if columns:
            where = " OR ".join(f'"{column}" = {own}' for column in columns)
            if count := session.execute(text(f'SELECT count(*) FROM "{table.name}" WHERE {where}')).scalar_one():
                found[table.name] = count
    return found


# somebody leaves


async def nothing_of_a_leaver_is_left(world: World, lived: Cast) -> None:
    """No name and no number in any column of any table, whoever wrote it; figures and records stay."""
    await world.pass_time(minutes=15)  # in which the files taken along are emptied
    before = await world.run(records)
    for name, human in people(lived):
        word, number = NAMES[name], NUMBER[name]
        assert await world.run(partial(holding, word=word)) != []
        await human.talk(("/forget", "?确定注销"), ("[确定注销]", "您的个人信息已经删掉"))
        for secret in (word, number):
            left = await world.run(partial(holding, word=secret))
            assert left == [], (name, secret, left)
    assert await world.run(records) == before
    await lived.city.talk(("/board", "绍兴"))
    gone = await world.run(lambda session: session.query(Audit).filter_by(action="person_forgotten").count())
    assert gone == len(NAMES)


def holding(session: Session, word: str) -> list[tuple[str, str]]:
    """The columns in which a word stands, in plain or JSON spelling."""
    spelled = {word, json.dumps(word)[1:-1]}
    found = []
    for table in Base.metadata.sorted_tables:
        for row in session.execute(text(f'SELECT * FROM "{table.name}"')).mappings():
            for column, value in row.items():
                cell = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
                if any(one in cell for one in spelled):
                    found.append((table.name, str(column)))
    return sorted(set(found))


RECORDS = (
    "units",
    "needs",
    "offers",
    "requests",
    "pairs",
    "goals",
    "measurements",
    "session_logs",
    "pulses",
    "tickets",
)


def records(session: Session) -> dict[str, int]:
    """What belongs to the programme and not to a person."""
    return {name: session.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in RECORDS}
