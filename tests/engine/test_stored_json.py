"""JSON columns keep what they are given, on both databases, and refuse what has no meaning in JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.channels.telegram_transport import Transport
from models.system.accounts import Person
from models.system.dialogs import Dialog
from models.system.opening import open_engine, read, written

KEPT: list[Any] = [
    {
        "trouble": "注塑件“缩水”\\，不良率 8%\n😀",
        "areas": ["quality_management"],
        "skipped": None,
        "n": 2.5,
        "yes": True,
    },
    {"deep": {"list": [[1, [2, {"three": []}]]]}},
    {},
]


def test_a_dialog_comes_back_as_it_was_written(database_url: str) -> None:
    engine = open_engine(database_url)
    with Session(engine) as session, session.begin():
        person = Person()
        session.add(person)
        session.flush()
        session.add_all(Dialog(person_id=person.id, form="f", draft=True, answers=answers) for answers in KEPT)
    with Session(engine) as session:
        assert [one.answers for one in session.query(Dialog).order_by(Dialog.id)] == KEPT
    engine.dispose()


@pytest.mark.parametrize("value", [*KEPT, "half a \ud83d character", 2**70, [1, "二"]])
def test_nothing_is_lost_between_writing_and_reading(value: Any) -> None:
    assert read(written(value)) == value


def test_numbers_as_names_become_texts_as_ever() -> None:
    assert read(written({7: "seven"})) == {"7": "seven"}


@pytest.mark.parametrize("value", [datetime(2026, 1, 1, tzinfo=UTC), Decimal("1.5"), {1, 2}, object()])
def test_what_is_no_json_is_an_error(value: Any) -> None:
    with pytest.raises(TypeError):
        written({"value": value})


def test_half_a_character_from_the_server_does_not_hold_up_its_answer() -> None:
    said = Transport.parse_json_payload(b'{"ok": true, "result": [{"text": "\\ud83d"}]}')
    assert said["result"] == [{"text": "\ud83d"}]
