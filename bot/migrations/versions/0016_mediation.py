"""Until which day a pair goes on that an office has mediated."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("concerns", sa.Column("until", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("concerns", "until")
