"""Acts on many accompagnements, as on many firms."""

import sqlalchemy as sa
from alembic import op

revision = "0076"
down_revision = "0074"
branch_labels = None
depends_on = None

AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
AS_NOBODY = "select set_config('vigie.system', '', true)"


def upgrade() -> None:
    """An act says what it is done to, and keeps the keys of those chosen."""
    op.add_column("bulk_act", sa.Column("subject", sa.Text, nullable=False, server_default="firm"))
    op.alter_column("bulk_act", "sirens", new_column_name="keys")
    op.alter_column("bulk_act", "done_sirens", new_column_name="done_keys")


def downgrade() -> None:
    """The former version knows firms alone."""
    op.execute(AS_SYSTEM)
    op.execute("delete from bulk_act where subject <> 'firm'")
    op.execute(AS_NOBODY)
    op.alter_column("bulk_act", "done_keys", new_column_name="done_sirens")
    op.alter_column("bulk_act", "keys", new_column_name="sirens")
    op.drop_column("bulk_act", "subject")
