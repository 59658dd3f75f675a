"""Alerts that an agent followed or put aside from their home page."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "handled_alert",
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("list_id", sa.Integer, nullable=False),
        sa.Column("until", sa.Date),
        sa.Column("former_until", sa.Date),
        sa.Column("made_follow", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column(
            "handled_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
        ),
        sa.PrimaryKeyConstraint("agent_id", "siren", name="pk_handled_alert"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_handled_alert_agent_id_agent"),
        sa.ForeignKeyConstraint(
            ["siren"], ["company.siren"], name="fk_handled_alert_siren_company"
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["detection_list.id"], name="fk_handled_alert_list_id_detection_list"
        ),
    )
    op.create_index("ix_handled_alert_agent_id_until", "handled_alert", ["agent_id", "until"])
    rls.protect("handled_alert", read=rls.MINE, insert=rls.MINE, update=rls.MINE, delete=rls.MINE)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("handled_alert")
