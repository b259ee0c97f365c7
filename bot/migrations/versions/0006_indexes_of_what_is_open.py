"""Indexes of what is open, and of what the sweeps look for; pairs of characters in units' names."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "name_pairs",
        sa.Column("pair", sa.String(length=2), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_name_pairs_unit_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("pair", "unit_id", name=op.f("pk_name_pairs")),
    )
    with op.batch_alter_table("name_pairs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_name_pairs_unit_id"), ["unit_id"], unique=False)

    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(
            "ix_audit_guesses",
            ["person_id", "at"],
            unique=False,
            sqlite_where=sa.text("action = 'invitation_wrong'"),
            postgresql_where=sa.text("action = 'invitation_wrong'"),
        )

    with op.batch_alter_table("duties", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duties_city"))
        batch_op.create_index(
            "ix_duties_city",
            ["city", "due_at", "since_at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_duties_due"))
        batch_op.create_index(
            "ix_duties_due",
            ["due_at", "since_at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_duties_remind"))
        batch_op.create_index(
            "ix_duties_remind",
            ["remind_at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )
        batch_op.create_index(
            "ix_duties_kind",
            ["kind", "unit_id"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )
        batch_op.create_index(
            "ix_duties_office",
            ["office", "city", "due_at", "since_at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )

    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index(
            "ix_invitations_unused",
            ["made_at"],
            unique=False,
            sqlite_where=sa.text("used_at IS NULL"),
            postgresql_where=sa.text("used_at IS NULL"),
        )

    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.create_index(
            "ix_letters_fleeting",
            ["template"],
            unique=False,
            sqlite_where=sa.text("template IN ('invitation_link', 'mydata_file') AND body != ''"),
            postgresql_where=sa.text("template IN ('invitation_link', 'mydata_file') AND body != ''"),
        )
        batch_op.create_index(
            "ix_letters_old",
            ["created_at"],
            unique=False,
            sqlite_where=sa.text("once IS NULL OR body != ''"),
            postgresql_where=sa.text("once IS NULL OR body != ''"),
        )
        batch_op.create_index(
            "ix_letters_words",
            ["created_at"],
            unique=False,
            sqlite_where=sa.text("template = 'consent_words'"),
            postgresql_where=sa.text("template = 'consent_words'"),
        )

    with op.batch_alter_table("needs", schema=None) as batch_op:
        batch_op.create_index("ix_needs_public", ["status", "published_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_needs_published_at"), ["published_at"], unique=False)

    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.create_index("ix_offers_public", ["status", "published_at"], unique=False)

    with op.batch_alter_table("pairs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pairs_status"))
        batch_op.create_index(batch_op.f("ix_pairs_formed_at"), ["formed_at"], unique=False)
        batch_op.create_index("ix_pairs_started", ["status", "started_on"], unique=False)

    with op.batch_alter_table("pauses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pauses_until"))
        batch_op.create_index(
            "ix_pauses_going",
            ["until"],
            unique=False,
            sqlite_where=sa.text("resumed_at IS NULL"),
            postgresql_where=sa.text("resumed_at IS NULL"),
        )

    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.create_index(
            "ix_people_strangers",
            ["created_at"],
            unique=False,
            sqlite_where=sa.text("consent_version IS NULL"),
            postgresql_where=sa.text("consent_version IS NULL"),
        )

    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tickets_closed_at"), ["closed_at"], unique=False)
        batch_op.create_index(
            "ix_tickets_open",
            ["city"],
            unique=False,
            sqlite_where=sa.text("status != 'closed'"),
            postgresql_where=sa.text("status != 'closed'"),
        )

    _pair_names()


def _pair_names() -> None:
    """The names of the units that are there already, two neighbouring characters at a time."""
    units, pairs = sa.table("units", sa.column("id"), sa.column("key")), sa.table("name_pairs", sa.column("pair"), sa.column("unit_id"))
    bind = op.get_bind()
    for unit, key in bind.execute(sa.select(units.c.id, units.c.key)).all():
        rows = [{"pair": pair, "unit_id": unit} for pair in sorted({key[at : at + 2] for at in range(len(key) - 1)})]
        if rows:
            bind.execute(sa.insert(pairs), rows)


def downgrade() -> None:
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_tickets_open",
            sqlite_where=sa.text("status != 'closed'"),
            postgresql_where=sa.text("status != 'closed'"),
        )
        batch_op.drop_index(batch_op.f("ix_tickets_closed_at"))

    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_people_strangers",
            sqlite_where=sa.text("consent_version IS NULL"),
            postgresql_where=sa.text("consent_version IS NULL"),
        )

    with op.batch_alter_table("pauses", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_pauses_going",
            sqlite_where=sa.text("resumed_at IS NULL"),
            postgresql_where=sa.text("resumed_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_pauses_until"), ["until"], unique=False)

    with op.batch_alter_table("pairs", schema=None) as batch_op:
        batch_op.drop_index("ix_pairs_started")
        batch_op.drop_index(batch_op.f("ix_pairs_formed_at"))
        batch_op.create_index(batch_op.f("ix_pairs_status"), ["status"], unique=False)

    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.drop_index("ix_offers_public")

    with op.batch_alter_table("needs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_needs_published_at"))
        batch_op.drop_index("ix_needs_public")

    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_letters_words",
            sqlite_where=sa.text("template = 'consent_words'"),
            postgresql_where=sa.text("template = 'consent_words'"),
        )
        batch_op.drop_index(
            "ix_letters_old",
            sqlite_where=sa.text("once IS NULL OR body != ''"),
            postgresql_where=sa.text("once IS NULL OR body != ''"),
        )
        batch_op.drop_index(
            "ix_letters_fleeting",
            sqlite_where=sa.text("template IN ('invitation_link', 'mydata_file') AND body != ''"),
            postgresql_where=sa.text("template IN ('invitation_link', 'mydata_file') AND body != ''"),
        )

    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_invitations_unused",
            sqlite_where=sa.text("used_at IS NULL"),
            postgresql_where=sa.text("used_at IS NULL"),
        )

    with op.batch_alter_table("duties", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_duties_office", sqlite_where=sa.text("done_at IS NULL"), postgresql_where=sa.text("done_at IS NULL")
        )
        batch_op.drop_index(
            "ix_duties_kind", sqlite_where=sa.text("done_at IS NULL"), postgresql_where=sa.text("done_at IS NULL")
        )
        batch_op.drop_index(
            "ix_duties_remind", sqlite_where=sa.text("done_at IS NULL"), postgresql_where=sa.text("done_at IS NULL")
        )
        batch_op.create_index(batch_op.f("ix_duties_remind"), ["done_at", "remind_at"], unique=False)
        batch_op.drop_index(
            "ix_duties_due", sqlite_where=sa.text("done_at IS NULL"), postgresql_where=sa.text("done_at IS NULL")
        )
        batch_op.create_index(batch_op.f("ix_duties_due"), ["done_at", "due_at"], unique=False)
        batch_op.drop_index(
            "ix_duties_city", sqlite_where=sa.text("done_at IS NULL"), postgresql_where=sa.text("done_at IS NULL")
        )
        batch_op.create_index(batch_op.f("ix_duties_city"), ["city"], unique=False)

    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_audit_guesses",
            sqlite_where=sa.text("action = 'invitation_wrong'"),
            postgresql_where=sa.text("action = 'invitation_wrong'"),
        )

    with op.batch_alter_table("name_pairs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_name_pairs_unit_id"))

    op.drop_table("name_pairs")
