"""Registration."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from models import base

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=True),
        sa.Column("city", sa.String(length=4), nullable=True),
        sa.Column("county", sa.String(length=20), nullable=True),
        sa.Column("industry", sa.String(length=6), nullable=True),
        sa.Column("as_incubator", sa.Enum("none", "pending", "returned", "active", "frozen", name="standing", native_enum=False, length=40), nullable=False),
        sa.Column("as_incubatee", sa.Enum("none", "pending", "returned", "active", "frozen", name="standing", native_enum=False, length=40), nullable=False),
        sa.Column("relation", sa.Enum("chain", "industry", "other", name="relation", native_enum=False, length=40), nullable=True),
        sa.Column("relation_unit_id", sa.Integer(), nullable=True),
        sa.Column("relation_confirmed_at", base.Utc(), nullable=True),
        sa.Column("review", base.Json, nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", base.Utc(), nullable=False),
        sa.ForeignKeyConstraint(["relation_unit_id"], ["units.id"], name=op.f("fk_units_relation_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("credit_code", name=op.f("uq_units_credit_code")),
    )
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_units_as_incubatee"), ["as_incubatee"], unique=False)
        batch_op.create_index(batch_op.f("ix_units_as_incubator"), ["as_incubator"], unique=False)
        batch_op.create_index(batch_op.f("ix_units_city"), ["city"], unique=False)
        batch_op.create_index(batch_op.f("ix_units_key"), ["key"], unique=False)
        batch_op.create_index(batch_op.f("ix_units_name"), ["name"], unique=False)

    op.create_table(
        "awards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("award", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("document", sa.String(length=120), nullable=True),
        sa.Column("proof", base.Json, nullable=True),
        sa.Column("grade", sa.String(length=80), nullable=False),
        sa.Column("claimed_at", base.Utc(), nullable=False),
        sa.Column("checked_at", base.Utc(), nullable=True),
        sa.Column("recheck_at", base.Utc(), nullable=True),
        sa.Column("revoked_at", base.Utc(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_awards_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_awards")),
    )
    with op.batch_alter_table("awards", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_awards_recheck_at"), ["recheck_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_awards_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "former_names",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("until_at", base.Utc(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_former_names_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_names")),
    )
    with op.batch_alter_table("former_names", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_former_names_key"), ["key"], unique=False)
        batch_op.create_index(batch_op.f("ix_former_names_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("post", sa.Enum("contact", "backup", "mentor", "responsible", "leader", "team", name="post", native_enum=False, length=40), nullable=True),
        sa.Column(
            "role",
            sa.Enum("incubator", "incubatee", "mentor", "member", "city", "association", "province", "expert", name="role", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("city", sa.String(length=4), nullable=True),
        sa.Column("inviter_id", sa.Integer(), nullable=True),
        sa.Column("made_at", base.Utc(), nullable=False),
        sa.Column("expires_at", base.Utc(), nullable=False),
        sa.Column("used_at", base.Utc(), nullable=True),
        sa.Column("used_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["inviter_id"], ["people.id"], name=op.f("fk_invitations_inviter_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_invitations_unit_id")),
        sa.ForeignKeyConstraint(["used_by_id"], ["people.id"], name=op.f("fk_invitations_used_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_invitations_secret_hash")),
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitations_inviter_id"), ["inviter_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitations_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "joinings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.Enum("asked", "confirmed", "denied", name="joiningstatus", native_enum=False, length=40), nullable=False),
        sa.Column("asked_at", base.Utc(), nullable=False),
        sa.Column("answered_at", base.Utc(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["answered_by_id"], ["people.id"], name=op.f("fk_joinings_answered_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_joinings_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_joinings_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joinings")),
    )
    with op.batch_alter_table("joinings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_joinings_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_joinings_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("post", sa.Enum("contact", "backup", "mentor", "responsible", "leader", "team", name="post", native_enum=False, length=40), nullable=False),
        sa.Column("skills", base.Json, nullable=False),
        sa.Column("left_at", base.Utc(), nullable=True),
        sa.Column("created_at", base.Utc(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_memberships_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_memberships_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("person_id", "unit_id", "post", name=op.f("uq_memberships_person_id_unit_id_post")),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memberships_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_memberships_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "officers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("incubator", "incubatee", "mentor", "member", "city", "association", "province", "expert", name="role", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("city", sa.String(length=4), nullable=True),
        sa.Column("left_at", base.Utc(), nullable=True),
        sa.Column("created_at", base.Utc(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_officers_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officers")),
    )
    with op.batch_alter_table("officers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_officers_city"), ["city"], unique=False)
        batch_op.create_index(batch_op.f("ix_officers_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_officers_role"), ["role"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("officers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_officers_role"))
        batch_op.drop_index(batch_op.f("ix_officers_person_id"))
        batch_op.drop_index(batch_op.f("ix_officers_city"))

    op.drop_table("officers")
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_memberships_unit_id"))
        batch_op.drop_index(batch_op.f("ix_memberships_person_id"))

    op.drop_table("memberships")
    with op.batch_alter_table("joinings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_joinings_unit_id"))
        batch_op.drop_index(batch_op.f("ix_joinings_person_id"))

    op.drop_table("joinings")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitations_unit_id"))
        batch_op.drop_index(batch_op.f("ix_invitations_inviter_id"))

    op.drop_table("invitations")
    with op.batch_alter_table("former_names", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_former_names_unit_id"))
        batch_op.drop_index(batch_op.f("ix_former_names_key"))

    op.drop_table("former_names")
    with op.batch_alter_table("awards", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_awards_unit_id"))
        batch_op.drop_index(batch_op.f("ix_awards_recheck_at"))

    op.drop_table("awards")
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_units_name"))
        batch_op.drop_index(batch_op.f("ix_units_key"))
        batch_op.drop_index(batch_op.f("ix_units_city"))
        batch_op.drop_index(batch_op.f("ix_units_as_incubator"))
        batch_op.drop_index(batch_op.f("ix_units_as_incubatee"))

    op.drop_table("units")
