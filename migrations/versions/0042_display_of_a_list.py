"""What each agent has the list show: its columns, its density."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "list_display",
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("columns", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("density", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("agent_id", name="pk_list_display"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_list_display_agent_id_agent"),
        sa.CheckConstraint(
            "density in ('confortable', 'compacte')", name=op.f("ck_list_display_density_known")
        ),
    )
    rls.protect("list_display", read=rls.MINE, insert=rls.MINE, update=rls.MINE)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("list_display")
