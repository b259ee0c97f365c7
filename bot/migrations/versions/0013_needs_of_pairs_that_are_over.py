"""A need whose pair is over is not matched any more: it is served, or its unit may have it looked after again."""

from collections.abc import Sequence

from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

OVER = "SELECT need_id FROM pairs WHERE status IN ('graduated', 'ended', 'lapsed')"
SERVED = "SELECT need_id FROM pairs WHERE status = 'graduated' OR end_reason = 'goals_reached'"


def upgrade() -> None:
    for status, pairs in (("served", SERVED), ("unserved", OVER)):
        op.execute(f"UPDATE needs SET status = '{status}' WHERE status = 'matched' AND id IN ({pairs})")


def downgrade() -> None:
    op.execute("UPDATE needs SET status = 'matched' WHERE status IN ('served', 'unserved')")
