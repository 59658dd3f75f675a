"""The horizon that each line of a why explains"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was told so far explains 24 months."""
    op.add_column(
        "detection_reason", sa.Column("horizon", sa.Integer, server_default="24", nullable=False)
    )


def downgrade() -> None:
    """Forget what explains 18 months."""
    op.execute("delete from detection_reason where horizon <> 24 or theme = 'base'")
    op.drop_column("detection_reason", "horizon")
