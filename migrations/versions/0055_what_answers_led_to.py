"""What the answers to the alerts of a list led to, counted when the next one is announced; not known of the lists before."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

COUNTS = ("answered", "inexact_gone", "watched_back", "confirmed")


def upgrade() -> None:
    """Add the counts beside those of the list, read as they are."""
    for name in COUNTS:
        op.add_column("list_tally", sa.Column(name, sa.Integer))


def downgrade() -> None:
    """Remove them."""
    for name in COUNTS:
        op.drop_column("list_tally", name)
