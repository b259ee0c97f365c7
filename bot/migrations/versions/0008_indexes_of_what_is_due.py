"""Indexes of what is due and of what is read first, so that however much there is, little is read."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PARTIAL = {
    "ix_duties_queue": ("duties", ["office", "due_at", "since_at"], "done_at IS NULL"),
    "ix_duties_climbed": ("duties", ["due_at", "since_at"], "done_at IS NULL AND escalated > 0"),
    "ix_memberships_left": ("memberships", ["unit_id"], "left_at IS NOT NULL"),
    "ix_pairs_warned": ("pairs", ["status"], "warning != 'green'"),
}
WHOLE = {
    "ix_needs_ending": ("needs", ["status", "expires_at"]),
    "ix_needs_trade": ("needs", ["status", "industry", "published_at"]),
    "ix_offers_ending": ("offers", ["status", "expires_at"]),
    "ix_pairs_sessions": ("pairs", ["status", "last_session_on"]),
}
SERVED_BY_OTHERS = {"ix_needs_expires_at": ("needs", ["expires_at"]), "ix_offers_expires_at": ("offers", ["expires_at"])}


def upgrade() -> None:
    for name, (table, columns, where) in PARTIAL.items():
        op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    for name, (table, columns) in WHOLE.items():
        op.create_index(name, table, columns)
    for name, (table, _) in SERVED_BY_OTHERS.items():
        op.drop_index(name, table)


def downgrade() -> None:
    for name, (table, columns) in SERVED_BY_OTHERS.items():
        op.create_index(name, table, columns)
    for name, (table, _) in WHOLE.items():
        op.drop_index(name, table)
    for name, (table, _, where) in PARTIAL.items():
        op.drop_index(name, table, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
