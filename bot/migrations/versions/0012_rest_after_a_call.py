"""Until when a late duty stands on no office's list, after somebody was called or visited about it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from models import base

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("duties", sa.Column("rests_until", base.Utc(), nullable=True))


def downgrade() -> None:
    op.drop_column("duties", "rests_until")
