"""Incubation."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from models import base

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "pair_numbers",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_pair_numbers")),
    )
    op.create_table(
        "pairs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("incubator_id", sa.Integer(), nullable=False),
        sa.Column("incubatee_id", sa.Integer(), nullable=False),
        sa.Column("city", sa.String(length=4), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "signing", "introduction", "improvement", "deepening", "graduated", "paused", "ended", "lapsed", name="pairstatus", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("warning", sa.Enum("green", "amber", "red", name="warning", native_enum=False, length=40), nullable=False),
        sa.Column("mentor_id", sa.Integer(), nullable=True),
        sa.Column("responsible_id", sa.Integer(), nullable=True),
        sa.Column("responsible_name", sa.String(length=80), nullable=True),
        sa.Column("quality_officer", sa.Boolean(), nullable=True),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("formed_at", base.Utc(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(length=30), nullable=True),
        sa.Column("proposed_at", base.Utc(), nullable=True),
        sa.Column("remark", sa.String(length=300), nullable=True),
        sa.Column("baseline_locked_at", base.Utc(), nullable=True),
        sa.Column("last_session_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["incubatee_id"], ["units.id"], name=op.f("fk_pairs_incubatee_id")),
        sa.ForeignKeyConstraint(["incubator_id"], ["units.id"], name=op.f("fk_pairs_incubator_id")),
        sa.ForeignKeyConstraint(["mentor_id"], ["people.id"], name=op.f("fk_pairs_mentor_id")),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name=op.f("fk_pairs_need_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_pairs_offer_id")),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_pairs_request_id")),
        sa.ForeignKeyConstraint(["responsible_id"], ["people.id"], name=op.f("fk_pairs_responsible_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairs")),
        sa.UniqueConstraint("number", name=op.f("uq_pairs_number")),
        sa.UniqueConstraint("request_id", name=op.f("uq_pairs_request_id")),
    )
    with op.batch_alter_table("pairs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pairs_city"), ["city"], unique=False)
        batch_op.create_index(batch_op.f("ix_pairs_incubatee_id"), ["incubatee_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pairs_incubator_id"), ["incubator_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pairs_need_id"), ["need_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pairs_offer_id"), ["offer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pairs_status"), ["status"], unique=False)

    op.create_table(
        "checkins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("status", sa.Enum("open", "answered", "missed", "excused", name="checkinstatus", native_enum=False, length=40), nullable=False),
        sa.Column("due_at", base.Utc(), nullable=False),
        sa.Column("closes_at", base.Utc(), nullable=False),
        sa.Column("opened_at", base.Utc(), nullable=False),
        sa.Column("answered_at", base.Utc(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["pair_id"], ["pairs.id"], name=op.f("fk_checkins_pair_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_checkins_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkins")),
        sa.UniqueConstraint("pair_id", "period", name=op.f("uq_checkins_pair_id_period")),
    )
    with op.batch_alter_table("checkins", schema=None) as batch_op:
        batch_op.create_index("ix_checkins_open", ["status", "closes_at"], unique=False)

    op.create_table(
        "concerns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.Enum("two_misses", "low_pulse", "stalled", "idle", "dispute", name="cause", native_enum=False, length=40), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("calls", base.Json, nullable=False),
        sa.Column("outcome", sa.Enum("solved", "promised", "unreachable", "pause", "end", name="outcome", native_enum=False, length=40), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("raised_at", base.Utc(), nullable=False),
        sa.Column("closed_at", base.Utc(), nullable=True),
        sa.ForeignKeyConstraint(["pair_id"], ["pairs.id"], name=op.f("fk_concerns_pair_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_concerns_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concerns")),
    )
    with op.batch_alter_table("concerns", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_concerns_pair_id"), ["pair_id"], unique=False)
        batch_op.create_index(
            "uq_concerns_open",
            ["pair_id", "cause", "record_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "contact_consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("given_at", base.Utc(), nullable=False),
        sa.ForeignKeyConstraint(["pair_id"], ["pairs.id"], name=op.f("fk_contact_consents_pair_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_contact_consents_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_contact_consents_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_consents")),
        sa.UniqueConstraint("pair_id", "person_id", name=op.f("uq_contact_consents_pair_id_person_id")),
    )
    op.create_table(
        "goals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=False),
        sa.Column("series", sa.Integer(), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.Enum("draft", "proposed", "locked", "retired", "dropped", name="goalstatus", native_enum=False, length=40), nullable=False),
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("baseline", base.Json, nullable=False),
        sa.Column("target", sa.Double(), nullable=True),
        sa.Column("counting_until", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("created_at", base.Utc(), nullable=False),
        sa.Column("locked_at", base.Utc(), nullable=True),
        sa.ForeignKeyConstraint(["pair_id"], ["pairs.id"], name=op.f("fk_goals_pair_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_goals_person_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["goals.id"], name=op.f("fk_goals_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goals")),
    )
    with op.batch_alter_table("goals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goals_counting_until"), ["counting_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_goals_pair_id"), ["pair_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_goals_series"), ["series"], unique=False)

    op.create_table(
        "pauses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "before",
            sa.Enum(
                "signing", "introduction", "improvement", "deepening", "graduated", "paused", "ended", "lapsed", name="pairstatus", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("paused_at", base.Utc(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("resumed_at", base.Utc(), nullable=True),
        sa.ForeignKeyConstraint(["pair_id"], ["pairs.id"], name=op.f("fk_pauses_pair_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_pauses_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pauses")),
    )
    with op.batch_alter_table("pauses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pauses_pair_id"), ["pair_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pauses_until"), ["until"], unique=False)

    op.create_table(
        "session_logs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.Enum("incubator", "incubatee", name="side", native_enum=False, length=40), nullable=False),
        sa.Column(
            "status", sa.Enum("waiting", "confirmed", "unanswered", "disputed", "struck", name="sessionstatus", native_enum=False, length=40), nullable=False
        ),
        sa.Column("activity", sa.String(length=40), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("hours", sa.Double(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("secrecy", sa.Enum("public", "pair", "kept_out", name="secrecy", native_enum=False, length=40), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("before_baseline", sa.Boolean(), nullable=False),
        sa.Column("objection", sa.Text(), nullable=True),
        sa.Column("versions", base.Json, nullable=False),
        sa.Column("answer_by", base.Utc(), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", base.Utc(), nullable=True),
        sa.Column("created_at", base.Utc(), nullable=False),
        sa.ForeignKeyConstraint(["answered_by"], ["people.id"], name=op.f("fk_session_logs_answered_by")),
        sa.ForeignKeyConstraint(["pair_id"], ["pairs.id"], name=op.f("fk_session_logs_pair_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_session_logs_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_logs")),
    )
    with op.batch_alter_table("session_logs", schema=None) as batch_op:
        batch_op.create_index("ix_session_logs_day", ["pair_id", "on"], unique=False)
        batch_op.create_index("ix_session_logs_waiting", ["status", "answer_by"], unique=False)

    op.create_table(
        "team_members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=True),
        sa.Column("joined_at", base.Utc(), nullable=False),
        sa.Column("left_at", base.Utc(), nullable=True),
        sa.ForeignKeyConstraint(["pair_id"], ["pairs.id"], name=op.f("fk_team_members_pair_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_team_members_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_members")),
    )
    with op.batch_alter_table("team_members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_members_pair_id"), ["pair_id"], unique=False)

    op.create_table(
        "undertakings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=True),
        sa.Column("asked_at", base.Utc(), nullable=False),
        sa.Column("signed_at", base.Utc(), nullable=True),
        sa.ForeignKeyConstraint(["pair_id"], ["pairs.id"], name=op.f("fk_undertakings_pair_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_undertakings_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_undertakings_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undertakings")),
        sa.UniqueConstraint("pair_id", "person_id", "version", name=op.f("uq_undertakings_pair_id_person_id_version")),
    )
    with op.batch_alter_table("undertakings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_undertakings_pair_id"), ["pair_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_undertakings_person_id"), ["person_id"], unique=False)

    op.create_table(
        "measurements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("series", sa.Integer(), nullable=False),
        sa.Column("checkin_id", sa.Integer(), nullable=True),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("typed", sa.String(length=80), nullable=False),
        sa.Column("odd", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", base.Utc(), nullable=False),
        sa.ForeignKeyConstraint(["checkin_id"], ["checkins.id"], name=op.f("fk_measurements_checkin_id")),
        sa.ForeignKeyConstraint(["goal_id"], ["goals.id"], name=op.f("fk_measurements_goal_id")),
        sa.ForeignKeyConstraint(["pair_id"], ["pairs.id"], name=op.f("fk_measurements_pair_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_measurements_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurements")),
    )
    with op.batch_alter_table("measurements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_measurements_pair_id"), ["pair_id"], unique=False)
        batch_op.create_index("ix_measurements_series_period", ["series", "period"], unique=False)

    op.create_table(
        "pulses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=False),
        sa.Column("checkin_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("at", base.Utc(), nullable=False),
        sa.ForeignKeyConstraint(["checkin_id"], ["checkins.id"], name=op.f("fk_pulses_checkin_id")),
        sa.ForeignKeyConstraint(["pair_id"], ["pairs.id"], name=op.f("fk_pulses_pair_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_pulses_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pulses")),
    )
    with op.batch_alter_table("pulses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pulses_pair_id"), ["pair_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("pulses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pulses_pair_id"))

    op.drop_table("pulses")
    with op.batch_alter_table("measurements", schema=None) as batch_op:
        batch_op.drop_index("ix_measurements_series_period")
        batch_op.drop_index(batch_op.f("ix_measurements_pair_id"))

    op.drop_table("measurements")
    with op.batch_alter_table("undertakings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_undertakings_person_id"))
        batch_op.drop_index(batch_op.f("ix_undertakings_pair_id"))

    op.drop_table("undertakings")
    with op.batch_alter_table("team_members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_team_members_pair_id"))

    op.drop_table("team_members")
    with op.batch_alter_table("session_logs", schema=None) as batch_op:
        batch_op.drop_index("ix_session_logs_waiting")
        batch_op.drop_index("ix_session_logs_day")

    op.drop_table("session_logs")
    with op.batch_alter_table("pauses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pauses_until"))
        batch_op.drop_index(batch_op.f("ix_pauses_pair_id"))

    op.drop_table("pauses")
    with op.batch_alter_table("goals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goals_series"))
        batch_op.drop_index(batch_op.f("ix_goals_pair_id"))
        batch_op.drop_index(batch_op.f("ix_goals_counting_until"))

    op.drop_table("goals")
    op.drop_table("contact_consents")
    with op.batch_alter_table("concerns", schema=None) as batch_op:
        batch_op.drop_index("uq_concerns_open", sqlite_where=sa.text("closed_at IS NULL"), postgresql_where=sa.text("closed_at IS NULL"))
        batch_op.drop_index(batch_op.f("ix_concerns_pair_id"))

    op.drop_table("concerns")
    with op.batch_alter_table("checkins", schema=None) as batch_op:
        batch_op.drop_index("ix_checkins_open")

    op.drop_table("checkins")
    with op.batch_alter_table("pairs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pairs_status"))
        batch_op.drop_index(batch_op.f("ix_pairs_offer_id"))
        batch_op.drop_index(batch_op.f("ix_pairs_need_id"))
        batch_op.drop_index(batch_op.f("ix_pairs_incubator_id"))
        batch_op.drop_index(batch_op.f("ix_pairs_incubatee_id"))
        batch_op.drop_index(batch_op.f("ix_pairs_city"))

    op.drop_table("pairs")
    op.drop_table("pair_numbers")
