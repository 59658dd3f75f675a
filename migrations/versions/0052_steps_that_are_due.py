"""The next steps that an agent planned are read from the one that was due first."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the index."""
    op.create_index(
        "ix_visit_note_due",
        "visit_note",
        ["author_id", "next_step_on"],
        postgresql_where=sa.text("next_step_on is not null"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_visit_note_due", "visit_note")
