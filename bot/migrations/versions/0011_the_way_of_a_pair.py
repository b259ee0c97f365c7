"""The term of a pair and the look at its stage, what its sides propose to each other, and warnings."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

from models import base

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STAGES = sa.Enum("signing", "introduction", "improvement", "deepening", "graduated", "paused", "ended", "lapsed", name="pairstatus", native_enum=False, length=40)
COLUMNS = (("review_on", sa.Date()), ("ends_on", sa.Date()), ("end_note", sa.String(length=400)))
INDEXES = {"ix_pairs_ending": ["status", "ends_on"], "ix_pairs_reviewed": ["status", "review_on"]}


def upgrade() -> None:
    for name, kind in COLUMNS:
        op.add_column("pairs", sa.Column(name, kind, nullable=True))
    op.add_column("pairs", sa.Column("extended", sa.Boolean(), nullable=False, server_default=sa.false()))
    _begin_terms()
    for name, columns in INDEXES.items():
        op.create_index(name, "pairs", columns)
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.Enum("incubator", "incubatee", name="side", native_enum=False, length=40), nullable=False),
        sa.Column("step", sa.Enum("stage", "longer", "finish", name="step", native_enum=False, length=40), nullable=False),
        sa.Column("stage", STAGES, nullable=True),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=30), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("made_at", base.Utc(), nullable=False),
        sa.Column("due_at", base.Utc(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("objection", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("closed_at", base.Utc(), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["people.id"], name=op.f("fk_proposals_answered_by")),
        sa.ForeignKeyConstraint(["pair_id"], ["pairs.id"], name=op.f("fk_proposals_pair_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_proposals_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    op.create_index(op.f("ix_proposals_pair_id"), "proposals", ["pair_id"])
    still = sa.text("closed_at IS NULL")
    op.create_index("uq_proposals_open", "proposals", ["pair_id"], unique=True, sqlite_where=still, postgresql_where=still)
    op.create_table(
        "cautions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("given_at", base.Utc(), nullable=False),
        sa.Column("answer_by", base.Utc(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("replied_by", sa.Integer(), nullable=True),
        sa.Column("replied_at", base.Utc(), nullable=True),
        sa.ForeignKeyConstraint(["pair_id"], ["pairs.id"], name=op.f("fk_cautions_pair_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_cautions_person_id")),
        sa.ForeignKeyConstraint(["replied_by"], ["people.id"], name=op.f("fk_cautions_replied_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cautions")),
    )
    op.create_index(op.f("ix_cautions_pair_id"), "cautions", ["pair_id"])


def downgrade() -> None:
    op.drop_table("cautions")
    op.drop_table("proposals")
    for name in INDEXES:
        op.drop_index(name, "pairs")
    for name in ("extended", *(name for name, _ in COLUMNS)):
        op.drop_column("pairs", name)


def _begin_terms() -> None:
    """Pairs that have begun have a term from their first day on, and are looked at a quarter after it."""
    pairs = sa.table("pairs", *(sa.column(name, kind) for name, kind in (("id", sa.Integer()), ("months", sa.Integer()), ("started_on", sa.Date()), *COLUMNS)))
    begun = op.get_bind().execute(sa.select(pairs.c.id, pairs.c.months, pairs.c.started_on).where(pairs.c.started_on.is_not(None)))
    for pair in begun.all():
        ends_on, review_on = _later(pair.started_on, pair.months), pair.started_on + timedelta(days=90)
        op.execute(pairs.update().where(pairs.c.id == pair.id).values(ends_on=ends_on, review_on=review_on))


def _later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
