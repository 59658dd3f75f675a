"""The account of a file tells its duplicates and what was remarked on it"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Files read before had neither counted."""
    op.add_column(
        "batch_file", sa.Column("duplicates", sa.BigInteger, server_default="0", nullable=False)
    )
    op.add_column(
        "batch_file",
        sa.Column("warnings", postgresql.JSONB, server_default="{}", nullable=False),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_column("batch_file", "warnings")
    op.drop_column("batch_file", "duplicates")
