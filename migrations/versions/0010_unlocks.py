"""Unlocks: an agent opens a firm's confidential data for thirty days at most, and says why."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")


def upgrade() -> None:
    """Create the tables, each with its policies."""
    _create_unlock()


def downgrade() -> None:
    """Drop them."""
    op.drop_table("unlock")


def _create_unlock() -> None:
    """Who unlocked which firm, why, until when. Once written only its end may change."""
    op.create_table(
        "unlock",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("network_id", sa.Integer, nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("motive", sa.Text, nullable=False),
        sa.Column("opened_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_unlock"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_unlock_agent_id_agent"),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name="fk_unlock_network_id_network"
        ),
        sa.ForeignKeyConstraint(["siren"], ["company.siren"], name="fk_unlock_siren_company"),
        sa.CheckConstraint(
            "expires_at > opened_at and expires_at <= opened_at + interval '30 days'",
            name=op.f("ck_unlock_at_most_thirty_days"),
        ),
        sa.CheckConstraint("ended_at >= opened_at", name=op.f("ck_unlock_ended_after_opened")),
        sa.CheckConstraint(
            "char_length(motive) between 1 and 2000", name=op.f("ck_unlock_motive_length")
        ),
        sa.CheckConstraint(
            "source in ('interne', 'externe', 'autre')", name=op.f("ck_unlock_source_known")
        ),
    )
    op.create_index("ix_unlock_agent_id_expires_at", "unlock", ["agent_id", "expires_at"])
    op.create_index("ix_unlock_network_id_opened_at", "unlock", ["network_id", "opened_at"])
    op.create_index("ix_unlock_siren", "unlock", ["siren"])
    rls.protect(
        "unlock",
        read=f"{rls.MINE} or ({rls.has_role('manager')} and {rls.MY_NETWORK} and {rls.IN_ZONE})",
        insert=f"{rls.MINE} and {rls.MY_NETWORK} and {rls.IN_ZONE}",
        update=rls.MINE,
    )
    # It ends before its time; nothing else of it changes.
    rls.update_only("unlock", "ended_at")
    rls.revoke("unlock", "delete")
