"""A form is sent once: what tells each sending, and where it led."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the table, each agent’s own."""
    op.create_table(
        "sending",
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("location", sa.Text),
        sa.Column("sent_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("agent_id", "digest", name="pk_sending"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_sending_agent_id_agent"),
    )
    rls.protect("sending", read=rls.MINE, insert=rls.MINE, update=rls.MINE, delete=rls.MINE)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("sending")
