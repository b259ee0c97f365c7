"""Exchange."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from models import base

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "post_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", base.Json, nullable=False),
        sa.Column("published_at", base.Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_versions")),
    )
    with op.batch_alter_table("post_versions", schema=None) as batch_op:
        batch_op.create_index("ix_post_versions_subject", ["subject"], unique=False)

    op.create_table(
        "follows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("created_at", base.Utc(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_follows_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follows")),
        sa.UniqueConstraint("person_id", "kind", "code", name=op.f("uq_follows_person_id_kind_code")),
    )
    with op.batch_alter_table("follows", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follows_person_id"), ["person_id"], unique=False)

    op.create_table(
        "group_classes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("city", sa.String(length=4), nullable=True),
        sa.Column("words", base.Json, nullable=False),
        sa.Column("need_ids", base.Json, nullable=False),
        sa.Column("status", sa.Enum("proposed", "invited", "held", "dropped", name="classstatus", native_enum=False, length=40), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", base.Utc(), nullable=False),
        sa.Column("invited_at", base.Utc(), nullable=True),
        sa.Column("counted_at", base.Utc(), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["people.id"], name=op.f("fk_group_classes_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_classes")),
    )
    with op.batch_alter_table("group_classes", schema=None) as batch_op:
        batch_op.create_index("ix_group_classes_kind", ["kind", "city"], unique=False)
        batch_op.create_index("ix_group_classes_status", ["status"], unique=False)

    op.create_table(
        "offers",
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("methods", base.Json, nullable=False),
        sa.Column("industries", base.Json, nullable=False),
        sa.Column("forms", base.Json, nullable=False),
        sa.Column("areas", base.Json, nullable=False),
        sa.Column("cities", base.Json, nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("draft", "pending", "returned", "published", "matched", "expired", "withdrawn", name="poststatus", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("review", base.Json, nullable=False),
        sa.Column("submitted_at", base.Utc(), nullable=False),
        sa.Column("published_at", base.Utc(), nullable=True),
        sa.Column("expires_at", base.Utc(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_offers_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_offers_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offers_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_offers_stamp"), ["stamp"], unique=False)
        batch_op.create_index("ix_offers_status", ["status", "submitted_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_offers_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("publisher_id", sa.Integer(), nullable=True),
        sa.Column("city", sa.String(length=4), nullable=True),
        sa.Column("goal", sa.Enum("score", "served", name="goal", native_enum=False, length=40), nullable=False),
        sa.Column("status", sa.Enum("asked", "drafted", "published", "dropped", name="planstatus", native_enum=False, length=40), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("pinned", base.Json, nullable=False),
        sa.Column("excluded", base.Json, nullable=False),
        sa.Column("payload", base.Json, nullable=False),
        sa.Column("asked_at", base.Utc(), nullable=False),
        sa.Column("published_at", base.Utc(), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["people.id"], name=op.f("fk_plans_officer_id")),
        sa.ForeignKeyConstraint(["publisher_id"], ["people.id"], name=op.f("fk_plans_publisher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
    )
    with op.batch_alter_table("plans", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plans_officer_id"), ["officer_id"], unique=False)
        batch_op.create_index("ix_plans_status", ["status"], unique=False)

    op.create_table(
        "rivalries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("told_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", base.Utc(), nullable=False),
        sa.ForeignKeyConstraint(["other_id"], ["units.id"], name=op.f("fk_rivalries_other_id")),
        sa.ForeignKeyConstraint(["told_by_id"], ["units.id"], name=op.f("fk_rivalries_told_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_rivalries_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rivalries")),
        sa.UniqueConstraint("unit_id", "other_id", name=op.f("uq_rivalries_unit_id_other_id")),
    )
    with op.batch_alter_table("rivalries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rivalries_other_id"), ["other_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rivalries_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "needs",
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("private", sa.Text(), nullable=True),
        sa.Column("methods", base.Json, nullable=False),
        sa.Column("areas", base.Json, nullable=False),
        sa.Column("forms", base.Json, nullable=False),
        sa.Column("indicators", base.Json, nullable=False),
        sa.Column("industry", sa.String(length=6), nullable=True),
        sa.Column("urgency", sa.String(length=20), nullable=True),
        sa.Column("secrecy", sa.String(length=20), nullable=False),
        sa.Column("pinned_offer_id", sa.Integer(), nullable=True),
        sa.Column("barred_offers", base.Json, nullable=False),
        sa.Column("joined_id", sa.Integer(), nullable=True),
        sa.Column("travels", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("draft", "pending", "returned", "published", "matched", "expired", "withdrawn", name="poststatus", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("review", base.Json, nullable=False),
        sa.Column("submitted_at", base.Utc(), nullable=False),
        sa.Column("published_at", base.Utc(), nullable=True),
        sa.Column("expires_at", base.Utc(), nullable=True),
        sa.ForeignKeyConstraint(["entered_by_id"], ["people.id"], name=op.f("fk_needs_entered_by_id")),
        sa.ForeignKeyConstraint(["joined_id"], ["needs.id"], name=op.f("fk_needs_joined_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_needs_person_id")),
        sa.ForeignKeyConstraint(["pinned_offer_id"], ["offers.id"], name=op.f("fk_needs_pinned_offer_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_needs_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_needs")),
    )
    with op.batch_alter_table("needs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_needs_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index("ix_needs_status", ["status", "submitted_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_needs_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "offer_hints",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("need_ids", base.Json, nullable=False),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_offer_hints_offer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_hints")),
        sa.UniqueConstraint("offer_id", "kind", "code", name=op.f("uq_offer_hints_offer_id_kind_code")),
    )
    op.create_table(
        "class_seats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=True),
        sa.Column("offer_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("coming", sa.Boolean(), nullable=True),
        sa.Column("answered_at", base.Utc(), nullable=True),
        sa.ForeignKeyConstraint(["class_id"], ["group_classes.id"], name=op.f("fk_class_seats_class_id")),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name=op.f("fk_class_seats_need_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_class_seats_offer_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_class_seats_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_class_seats_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_seats")),
        sa.UniqueConstraint("class_id", "unit_id", name=op.f("uq_class_seats_class_id_unit_id")),
    )
    with op.batch_alter_table("class_seats", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_class_seats_class_id"), ["class_id"], unique=False)

    op.create_table(
        "plan_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=True),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(length=20), nullable=True),
        sa.Column("taken_by", base.Json, nullable=False),
        sa.Column("outcome", sa.String(length=30), nullable=True),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name=op.f("fk_plan_lines_need_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_plan_lines_offer_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_plan_lines_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_lines")),
        sa.UniqueConstraint("plan_id", "need_id", name=op.f("uq_plan_lines_plan_id_need_id")),
    )
    with op.batch_alter_table("plan_lines", schema=None) as batch_op:
        batch_op.create_index("ix_plan_lines_outcome", ["outcome"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_lines_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "queued", "pending", "asked", "accepted", "declined", "expired", "withdrawn", "released", name="requeststatus", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("match", base.Json, nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("shares_contact", sa.Boolean(), nullable=False),
        sa.Column("asked_at", base.Utc(), nullable=False),
        sa.Column("due_at", base.Utc(), nullable=True),
        sa.Column("answered_at", base.Utc(), nullable=True),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name=op.f("fk_requests_need_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_requests_offer_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_requests_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
    )
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.create_index("ix_requests_due", ["status", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_requests_need_id"), ["need_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_requests_offer_id"), ["offer_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_requests_offer_id"))
        batch_op.drop_index(batch_op.f("ix_requests_need_id"))
        batch_op.drop_index("ix_requests_due")

    op.drop_table("requests")
    with op.batch_alter_table("plan_lines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_lines_plan_id"))
        batch_op.drop_index("ix_plan_lines_outcome")

    op.drop_table("plan_lines")
    with op.batch_alter_table("class_seats", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_class_seats_class_id"))

    op.drop_table("class_seats")
    op.drop_table("offer_hints")
    with op.batch_alter_table("needs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_needs_unit_id"))
        batch_op.drop_index("ix_needs_status")
        batch_op.drop_index(batch_op.f("ix_needs_expires_at"))

    op.drop_table("needs")
    with op.batch_alter_table("rivalries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rivalries_unit_id"))
        batch_op.drop_index(batch_op.f("ix_rivalries_other_id"))

    op.drop_table("rivalries")
    with op.batch_alter_table("plans", schema=None) as batch_op:
        batch_op.drop_index("ix_plans_status")
        batch_op.drop_index(batch_op.f("ix_plans_officer_id"))

    op.drop_table("plans")
    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offers_unit_id"))
        batch_op.drop_index("ix_offers_status")
        batch_op.drop_index(batch_op.f("ix_offers_stamp"))
        batch_op.drop_index(batch_op.f("ix_offers_expires_at"))

    op.drop_table("offers")
    with op.batch_alter_table("group_classes", schema=None) as batch_op:
        batch_op.drop_index("ix_group_classes_status")
        batch_op.drop_index("ix_group_classes_kind")

    op.drop_table("group_classes")
    with op.batch_alter_table("follows", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follows_person_id"))

    op.drop_table("follows")
    with op.batch_alter_table("post_versions", schema=None) as batch_op:
        batch_op.drop_index("ix_post_versions_subject")

    op.drop_table("post_versions")
