"""Agents say when they are away and whom to see meanwhile; so may the head of their house."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None

#: an agent for themselves, the head of a house for those of their administration
DECLARES = f"({rls.MINE} or ({rls.has_role('manager')} and {rls.SAME_ADMINISTRATION}))"


def upgrade() -> None:
    """Create the table: whoever is habilitated reads it."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("delegate_id", sa.Integer),
        sa.Column("declared_by", sa.Integer, nullable=False),
        sa.Column("declared_at", moment, nullable=False, server_default=sa.text("now()")),
        sa.Column("cancelled_at", moment),
        sa.PrimaryKeyConstraint("id", name="pk_absence"),
        *(
            sa.ForeignKeyConstraint([column], ["agent.id"], name=f"fk_absence_{column}_agent")
            for column in ("agent_id", "delegate_id", "declared_by")
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_absence_ends_after_it_starts")),
        sa.CheckConstraint("delegate_id <> agent_id", name=op.f("ck_absence_somebody_else")),
    )
    op.create_index(
        "uq_absence_declared",
        "absence",
        ["agent_id"],
        unique=True,
        postgresql_where=sa.text("cancelled_at is null"),
    )
    rls.protect(
        "absence",
        read=f"({rls.HABILITATED} or {rls.MINE})",
        insert=f"declared_by = {rls.ME} and {DECLARES}",
        update=DECLARES,
    )
    rls.update_only("absence", "cancelled_at")
    rls.revoke("absence", "delete")


def downgrade() -> None:
    """Drop it."""
    op.drop_table("absence")
