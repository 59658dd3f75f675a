"""An event of the feed is of a kind that has a sentence"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KINDS = (
    "detections:entry:alerted",
    "cases:case:opened",
    "cases:case:closed",
    "cases:member:changed",
    "cases:state:changed",
    "cases:outcome:revised",
    "network:comment:written",
    "detections:signal:written",
    "unlocks:unlock:opened",
    "visits:visit:logged",
    "visits:visit:corrected",
)


def upgrade() -> None:
    """Hold the column to the kinds that are known."""
    op.alter_column("feed_event", "kind", type_=sa.String(40), existing_nullable=False)
    op.create_check_constraint(
        op.f("ck_feed_event_kind_known"),
        "feed_event",
        f"kind in ({', '.join(map(repr, KINDS))})",
    )


def downgrade() -> None:
    """Take any text again."""
    op.drop_constraint(op.f("ck_feed_event_kind_known"), "feed_event")
    op.alter_column("feed_event", "kind", type_=sa.Text, existing_nullable=False)
