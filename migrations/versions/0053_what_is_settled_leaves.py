"""The system takes announcements of what is settled away; nobody else deletes one: no policy lets them."""

from alembic import op

from migrations import rls

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Grant it."""
    op.execute(f"grant delete on announcement to {rls.app_role()}")


def downgrade() -> None:
    """Take it back."""
    rls.revoke("announcement", "delete")
