"""Which side asked for mediation."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    side = sa.Enum("incubator", "incubatee", name="side", native_enum=False, length=40)
    op.add_column("concerns", sa.Column("side", side, nullable=True))


def downgrade() -> None:
    op.drop_column("concerns", "side")
