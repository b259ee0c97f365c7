"""What is read and written past the ORM is the session's: one object a row, noticed changes, real errors."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from bot.engine.database import Database
from models.registration.people import Membership, Post, memberships
from models.registration.units import Unit, key_of
from models.system import clock, sending
from models.system.accounts import Account, Person, arrive
from models.system.dialogs import Dialog, begun, open_dialog, store
from models.system.letters import Delivery, Kind, Letter
from models.system.marks import first_sight

ME = {"channel": "telegram", "external_id": "7", "chat": "7", "language": "zh"}


@pytest.fixture
def session(rows: Database) -> Iterator[Session]:
    with Session(rows.engine, expire_on_commit=False) as session:
        person = Person(name="王芳", active_at=clock.now())
        unit = Unit(name="绍兴某厂", key=key_of("绍兴某厂"), city="3306", industry="C17")
        session.add_all((person, unit))
        session.flush()
        session.add(Account(person=person, channel="telegram", external_id="7", chat="7"))
        session.add(Membership(person=person, unit=unit, post=Post.CONTACT))
        session.add(Dialog(person_id=person.id, form="post_need", answers={"trouble": "漏"}, notes={}))
        session.commit()
    with Session(rows.engine, expire_on_commit=False) as session:
        yield session


def test_what_is_read_is_what_the_orm_reads(session: Session) -> None:
    account = arrive(session, **ME)
    dialog, posts = open_dialog(session, account.person), memberships(session, account.person)
    assert dialog is not None
    found = account, account.person, dialog, posts[0], posts[0].unit
    kept = [{name: value for name, value in vars(one).items() if name[0] != "_"} for one in found]
    session.expunge_all()
    read = [session.get_one(type(one), one.id) for one in found]
    assert kept[0].pop("person").name == "王芳" and kept[3].pop("unit").name == "绍兴某厂"
    for mine, theirs in zip(kept, read, strict=True):
        assert mine == {name: getattr(theirs, name) for name in mine}


def test_a_row_is_one_object_and_its_relations_lead_on(session: Session) -> None:
    account = arrive(session, **ME)
    (post,) = memberships(session, account.person)
    assert arrive(session, **ME) is account
    assert session.get(Person, account.person_id) is account.person is post.person
    assert session.scalars(select(Unit)).one() is post.unit


def test_changes_are_noticed_and_seen_by_the_next_question(session: Session) -> None:
    account = arrive(session, **ME)
    dialog = open_dialog(session, account.person)
    assert dialog is not None
    dialog.draft = True
    account.person.name = "王方"
    assert open_dialog(session, account.person) is None
    assert list(begun(session, account.person, "post_need")) == [dialog]
    session.rollback()
    assert arrive(session, **ME).person.name == "王芳"


def test_a_changed_dialog_is_stored_once_and_let_go(session: Session, rows: Database) -> None:
    dialog = open_dialog(session, arrive(session, **ME).person)
    assert dialog is not None
    dialog.answers, dialog.touched_at = {"trouble": "漏油"}, clock.now() + timedelta(hours=1)
    store(session)
    said: list[str] = []
    event.listen(rows.engine, "before_cursor_execute", lambda *context: said.append(context[2]))
    session.commit()
    assert said == []
    with Session(rows.engine) as other:
        kept = other.scalars(select(Dialog)).one()
        assert (kept.answers, kept.version, kept.touched_at) == ({"trouble": "漏油"}, 2, dialog.touched_at)


def test_of_two_who_change_a_dialog_the_later_one_is_told(session: Session, rows: Database) -> None:
    dialog = open_dialog(session, arrive(session, **ME).person)
    assert dialog is not None
    session.commit()
    with Session(rows.engine) as other, other.begin():
        other.scalars(select(Dialog)).one().stamp = "newer"
    dialog.stamp = "mine"
    with pytest.raises(StaleDataError):
        store(session)


def test_an_event_is_noted_once(session: Session) -> None:
    assert first_sight(session, "telegram", "1")
    assert not first_sight(session, "telegram", "1")
    assert first_sight(session, "telegram", "2")


def test_letters_get_their_numbers_and_a_refused_one_says_why(session: Session) -> None:
    account = arrive(session, **ME)
    letter = {"person_id": account.person_id, "account_id": account.id, "template": "receipt", "kind": Kind.REPLY}
    letter |= {"status": Delivery.QUEUED, "once": None, "subject": None, "body": "好", "buttons": [], "extra": {}}
    letter |= {"due_at": clock.now(), "claimed_by": None, "claimed_until": None}
    two = [{**letter, "token": "a"}, {**letter, "token": "b", "buttons": [[{"label": "是"}]]}]
    sending.put(session, two)
    kept = {one.token: one for one in session.scalars(select(Letter))}
    assert [kept[token].id for token in ("a", "b")] == [one["id"] for one in two]
    assert (kept["b"].kind, kept["b"].buttons, kept["b"].attempts) == (Kind.REPLY, [[{"label": "是"}]], 0)
    with pytest.raises(DBAPIError):
        sending.put(session, [{**letter, "token": "a"}])
