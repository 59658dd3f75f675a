"""Open accompagnements are read from the one that nobody touched for longest."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

OPEN = sa.text("state <> 'termine'")


def upgrade() -> None:
    """Create the indexes."""
    there = ["department", "updated_at", "id"]
    op.create_index("ix_support_case_open_there", "support_case", there, postgresql_where=OPEN)
    op.create_index("ix_support_case_open", "support_case", there[1:], postgresql_where=OPEN)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_support_case_open", "support_case")
    op.drop_index("ix_support_case_open_there", "support_case")
