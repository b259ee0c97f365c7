"""Which methods of a need were proposed by what its words tell, and only confirmed; of older needs nobody knows."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from models import base

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("needs", sa.Column("inferred", base.Json, nullable=False, server_default=sa.text("'[]'")))


def downgrade() -> None:
    op.drop_column("needs", "inferred")
