"""The questions and answers that a later question of the same request takes the place of."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from models import base

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.add_column(sa.Column("earlier", base.Json, nullable=False, server_default=sa.text("'[]'")))
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.alter_column("earlier", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.drop_column("earlier")
