"""People and letters."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from models import base

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=60), nullable=False),
        sa.Column("until", base.Utc(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("consent_version", sa.String(length=20), nullable=True),
        sa.Column("consented_at", base.Utc(), nullable=True),
        sa.Column("hat_id", sa.Integer(), nullable=True),
        sa.Column("left_at", base.Utc(), nullable=True),
        sa.Column("active_at", base.Utc(), nullable=True),
        sa.Column("created_at", base.Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )
    op.create_table(
        "seen",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("seen_at", base.Utc(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "event_id", name=op.f("pk_seen")),
    )
    with op.batch_alter_table("seen", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seen_seen_at"), ["seen_at"], unique=False)

    op.create_table(
        "walked",
        sa.Column("job", sa.String(length=60), nullable=False),
        sa.Column("until", base.Utc(), nullable=False),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_walked")),
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("external_id", sa.String(length=64), nullable=False),
        sa.Column("chat", sa.String(length=64), nullable=False),
        sa.Column("dead", sa.String(length=40), nullable=True),
        sa.Column("created_at", base.Utc(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_accounts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("channel", "external_id", name=op.f("uq_accounts_channel_external_id")),
    )
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accounts_person_id"), ["person_id"], unique=False)

    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=True),
        sa.Column("detail", base.Json, nullable=False),
        sa.Column("at", base.Utc(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_audit_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_subject", ["subject", "id"], unique=False)

    op.create_table(
        "dialogs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=60), nullable=False),
        sa.Column("draft", sa.Boolean(), nullable=False),
        sa.Column("answers", base.Json, nullable=False),
        sa.Column("notes", base.Json, nullable=False),
        sa.Column("stamp", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("started_at", base.Utc(), nullable=False),
        sa.Column("touched_at", base.Utc(), nullable=False),
        sa.Column("reminded_at", base.Utc(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_dialogs_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dialogs")),
    )
    with op.batch_alter_table("dialogs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dialogs_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_dialogs_touched_at"), ["touched_at"], unique=False)
        batch_op.create_index("uq_dialogs_live", ["person_id"], unique=True, sqlite_where=sa.text("draft = 0"), postgresql_where=sa.text("draft = false"))

    op.create_table(
        "letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.Enum("reply", "answer", "call", "digest", "alarm", name="kind", native_enum=False, length=40), nullable=False),
        sa.Column(
            "status", sa.Enum("queued", "held", "sent", "merged", "dropped", "dead", "unknown", name="post", native_enum=False, length=40), nullable=False
        ),
        sa.Column("once", sa.String(length=120), nullable=True),
        sa.Column("subject", sa.String(length=60), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("buttons", base.Json, nullable=False),
        sa.Column("extra", base.Json, nullable=False),
        sa.Column("token", sa.String(length=16), nullable=False),
        sa.Column("due_at", base.Utc(), nullable=False),
        sa.Column("claimed_by", sa.String(length=40), nullable=True),
        sa.Column("claimed_until", base.Utc(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.String(length=64), nullable=True),
        sa.Column("sent_at", base.Utc(), nullable=True),
        sa.Column("created_at", base.Utc(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_letters_account_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_letters_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("once", name=op.f("uq_letters_once")),
        sa.UniqueConstraint("token", name=op.f("uq_letters_token")),
    )
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.create_index(
            "ix_letters_due", ["due_at"], unique=False, sqlite_where=sa.text("status = 'queued'"), postgresql_where=sa.text("status = 'queued'")
        )
        batch_op.create_index(
            "ix_letters_held", ["person_id"], unique=False, sqlite_where=sa.text("status = 'held'"), postgresql_where=sa.text("status = 'held'")
        )
        batch_op.create_index("ix_letters_person_kind", ["person_id", "kind", "created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_letters_subject"), ["subject"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letters_subject"))
        batch_op.drop_index("ix_letters_person_kind")
        batch_op.drop_index("ix_letters_held", sqlite_where=sa.text("status = 'held'"), postgresql_where=sa.text("status = 'held'"))
        batch_op.drop_index("ix_letters_due", sqlite_where=sa.text("status = 'queued'"), postgresql_where=sa.text("status = 'queued'"))

    op.drop_table("letters")
    with op.batch_alter_table("dialogs", schema=None) as batch_op:
        batch_op.drop_index("uq_dialogs_live", sqlite_where=sa.text("draft = 0"), postgresql_where=sa.text("draft = false"))
        batch_op.drop_index(batch_op.f("ix_dialogs_touched_at"))
        batch_op.drop_index(batch_op.f("ix_dialogs_person_id"))

    op.drop_table("dialogs")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_subject")

    op.drop_table("audit")
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_accounts_person_id"))

    op.drop_table("accounts")
    op.drop_table("walked")
    with op.batch_alter_table("seen", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seen_seen_at"))

    op.drop_table("seen")
    op.drop_table("people")
    op.drop_table("leases")
