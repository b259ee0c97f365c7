"""Oversight."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from models import base

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "duties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column(
            "office",
            sa.Enum("incubator", "incubatee", "mentor", "member", "city", "association", "province", "expert", name="role", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("city", sa.String(length=4), nullable=True),
        sa.Column("title", base.Json, nullable=False),
        sa.Column("since_at", base.Utc(), nullable=False),
        sa.Column("due_at", base.Utc(), nullable=True),
        sa.Column("remind_at", base.Utc(), nullable=True),
        sa.Column("reminders", base.Json, nullable=False),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("snoozed", sa.Boolean(), nullable=False),
        sa.Column("escalated", sa.Integer(), nullable=False),
        sa.Column("escalated_at", base.Utc(), nullable=True),
        sa.Column("done_at", base.Utc(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_duties_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_duties_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duties")),
    )
    with op.batch_alter_table("duties", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duties_city"), ["city"], unique=False)
        batch_op.create_index("ix_duties_due", ["done_at", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_duties_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_duties_remind", ["done_at", "remind_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_duties_subject"), ["subject"], unique=False)
        batch_op.create_index(batch_op.f("ix_duties_unit_id"), ["unit_id"], unique=False)
        batch_op.create_index(
            "uq_duties_open", ["subject", "kind"], unique=True, sqlite_where=sa.text("done_at IS NULL"), postgresql_where=sa.text("done_at IS NULL")
        )

    op.create_table(
        "leaves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("substitute_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("cancelled_at", base.Utc(), nullable=True),
        sa.Column("created_at", base.Utc(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_leaves_person_id")),
        sa.ForeignKeyConstraint(["substitute_id"], ["people.id"], name=op.f("fk_leaves_substitute_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaves")),
    )
    with op.batch_alter_table("leaves", schema=None) as batch_op:
        batch_op.create_index("ix_leaves_days", ["ends_on", "starts_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_leaves_person_id"), ["person_id"], unique=False)

    op.create_table(
        "supervisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("duty_id", sa.Integer(), nullable=False),
        sa.Column("means", sa.Enum("reminder", "nudge", "call", "visit", "step", name="means", native_enum=False, length=40), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("result", sa.String(length=30), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("at", base.Utc(), nullable=False),
        sa.ForeignKeyConstraint(["duty_id"], ["duties.id"], name=op.f("fk_supervisions_duty_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["people.id"], name=op.f("fk_supervisions_officer_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_supervisions_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervisions")),
    )
    with op.batch_alter_table("supervisions", schema=None) as batch_op:
        batch_op.create_index("ix_supervisions_duty", ["duty_id", "means"], unique=False)

    op.create_table(
        "tickets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=True),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("pair_id", sa.Integer(), nullable=True),
        sa.Column(
            "office",
            sa.Enum("incubator", "incubatee", "mentor", "member", "city", "association", "province", "expert", name="role", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("city", sa.String(length=4), nullable=True),
        sa.Column("about", sa.Enum("programme", "bot", name="about", native_enum=False, length=40), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("file", base.Json, nullable=False),
        sa.Column(
            "status",
            sa.Enum("raised", "accepted", "working", "awaiting", "closed", "reopened", "suspended", name="ticketstatus", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("waited", sa.Integer(), nullable=False),
        sa.Column("reopened_at", base.Utc(), nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("raised_at", base.Utc(), nullable=False),
        sa.Column("accepted_at", base.Utc(), nullable=True),
        sa.Column("replied_at", base.Utc(), nullable=True),
        sa.Column("paused_at", base.Utc(), nullable=True),
        sa.Column("closed_at", base.Utc(), nullable=True),
        sa.ForeignKeyConstraint(["asker_id"], ["people.id"], name=op.f("fk_tickets_asker_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["people.id"], name=op.f("fk_tickets_officer_id")),
        sa.ForeignKeyConstraint(["pair_id"], ["pairs.id"], name=op.f("fk_tickets_pair_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_tickets_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("number", name=op.f("uq_tickets_number")),
    )
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tickets_asker_id"), ["asker_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tickets_paused_at"), ["paused_at"], unique=False)
        batch_op.create_index("ix_tickets_scope", ["city", "status"], unique=False)
        batch_op.create_index(batch_op.f("ix_tickets_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "ticket_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", base.Utc(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_ticket_notes_person_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_notes_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_notes")),
    )
    with op.batch_alter_table("ticket_notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_notes_ticket_id"), ["ticket_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("ticket_notes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_notes_ticket_id"))

    op.drop_table("ticket_notes")
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tickets_unit_id"))
        batch_op.drop_index("ix_tickets_scope")
        batch_op.drop_index(batch_op.f("ix_tickets_paused_at"))
        batch_op.drop_index(batch_op.f("ix_tickets_asker_id"))

    op.drop_table("tickets")
    with op.batch_alter_table("supervisions", schema=None) as batch_op:
        batch_op.drop_index("ix_supervisions_duty")

    op.drop_table("supervisions")
    with op.batch_alter_table("leaves", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_leaves_person_id"))
        batch_op.drop_index("ix_leaves_days")

    op.drop_table("leaves")
    with op.batch_alter_table("duties", schema=None) as batch_op:
        batch_op.drop_index("uq_duties_open", sqlite_where=sa.text("done_at IS NULL"), postgresql_where=sa.text("done_at IS NULL"))
        batch_op.drop_index(batch_op.f("ix_duties_unit_id"))
        batch_op.drop_index(batch_op.f("ix_duties_subject"))
        batch_op.drop_index("ix_duties_remind")
        batch_op.drop_index(batch_op.f("ix_duties_person_id"))
        batch_op.drop_index("ix_duties_due")
        batch_op.drop_index(batch_op.f("ix_duties_city"))

    op.drop_table("duties")
