"""The unit of the monthly series that partners declare."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A source that is a series says its unit."""
    op.execute("alter table source_freshness add column unit varchar(20)")


def downgrade() -> None:
    """Forget it."""
    op.execute("alter table source_freshness drop column unit")
