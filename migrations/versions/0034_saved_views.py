"""Saved views of the lists: an agent's filters under a name, for them or for a network, and what they were told of."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("network_id", sa.Integer),
        sa.Column("is_default", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("is_watched", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("told_list_id", sa.Integer),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
        ),
        sa.PrimaryKeyConstraint("id", name="pk_saved_view"),
        sa.UniqueConstraint("agent_id", "name", name="uq_saved_view_agent_id_name"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_saved_view_agent_id_agent"),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name="fk_saved_view_network_id_network"
        ),
        sa.ForeignKeyConstraint(
            ["told_list_id"],
            ["detection_list.id"],
            name="fk_saved_view_told_list_id_detection_list",
        ),
    )
    op.create_index("ix_saved_view_network_id", "saved_view", ["network_id"])
    op.create_index(
        "uq_saved_view_default",
        "saved_view",
        ["agent_id"],
        unique=True,
        postgresql_where=sa.text("is_default"),
    )
    shared = f"(network_id is not null and {rls.MY_NETWORK})"
    rls.protect(
        "saved_view",
        read=f"{rls.MINE} or {shared}",
        insert=rls.MINE,
        update=rls.MINE,
        delete=rls.MINE,
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("saved_view")
