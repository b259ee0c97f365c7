"""The history of the tables leads to the tables the code has, there and back, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from bot.commands.migrate import load_models, migrate
from models.base import Base
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.exchange.posts import PostStatus
from models.incubation.pairs import Pair, PairStatus
from models.registration.units import Unit
from models.system.accounts import Person
from models.system.opening import open_engine


def test_the_history_leads_to_the_present_tables(database_url: str) -> None:
    load_models()
    engine = open_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()
    assert differences == []


def test_it_leads_there_and_back(database_url: str) -> None:
    migrate(database_url, to="base")
    engine = open_engine(database_url)
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    migrate(database_url)
    assert "needs" in inspect(engine).get_table_names()
    engine.dispose()


@pytest.mark.fault(50)
def test_a_database_of_a_newer_version_is_left_alone(database_url: str) -> None:
    engine = open_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from-the-future'"))
    with pytest.raises(SystemExit, match="newer version"):
        migrate(database_url)
    engine.dispose()


def test_needs_of_pairs_that_were_over_are_found(database_url: str) -> None:
    engine = open_engine(database_url)
    with Session(engine) as session:
        for status, reason, _ in ENDS:
            factory, mill = Unit(name="厂"), Unit(name="师傅")
            person = Person(name="王")
            need = Need(unit=factory, person=person, status=PostStatus.MATCHED, trouble="报废多")
            offer = Offer(unit=mill, person=person, status=PostStatus.PUBLISHED, text="六西格玛")
            session.add_all([need, offer])
            session.flush()
            pair = Pair(number=f"2026-000{need.id}", need=need, offer=offer, incubator=mill, incubatee=factory)
            pair.status, pair.end_reason = status, reason
            session.add(pair)
        session.commit()
    for to in ("0012", "head", "0012", "head"):
        migrate(database_url, to=to)
    with Session(engine) as session:
        found = session.scalars(select(Need.status).order_by(Need.id)).all()
    engine.dispose()
    assert list(found) == [after for *_, after in ENDS]


ENDS = (
    (PairStatus.GRADUATED, "term_over", PostStatus.SERVED),
    (PairStatus.ENDED, "goals_reached", PostStatus.SERVED),
    (PairStatus.ENDED, "by_agreement", PostStatus.UNSERVED),
    (PairStatus.LAPSED, "inactive", PostStatus.UNSERVED),
    (PairStatus.DEEPENING, None, PostStatus.MATCHED),
)


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/twice.db"
    migrate(url)
    migrate(url)
    engine = open_engine(url)
    assert "people" in inspect(engine).get_table_names()
    engine.dispose()
