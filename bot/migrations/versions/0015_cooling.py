"""From which day on a unit whose pair ended early is matched anew; pairs that are over already keep nobody waiting."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("units", sa.Column("rematch_on", sa.Date(), nullable=True))
    op.create_index("ix_units_rematch_on", "units", ["rematch_on"])


def downgrade() -> None:
    op.drop_index("ix_units_rematch_on", table_name="units")
    op.drop_column("units", "rematch_on")
