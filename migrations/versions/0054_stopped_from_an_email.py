"""A subscription that was stopped from its e-mail stays, to be taken up again; an e-mail says the address that stops what it tells."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
AS_NOBODY = "select set_config('vigie.system', '', true)"


def upgrade() -> None:
    """Add the moment, that its agent and the system write, and the address."""
    op.add_column("subscription", sa.Column("stopped_at", sa.DateTime(timezone=True)))
    op.execute(f"grant update (stopped_at) on subscription to {rls.app_role()}")
    op.add_column("email", sa.Column("one_click_url", sa.Text))


def downgrade() -> None:
    """Remove both: what was stopped from an e-mail is stopped for good."""
    op.execute(AS_SYSTEM)
    op.execute("delete from subscription where stopped_at is not null")
    op.execute(AS_NOBODY)
    op.drop_column("subscription", "stopped_at")
    op.drop_column("email", "one_click_url")
