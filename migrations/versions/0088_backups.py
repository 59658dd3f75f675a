"""Backups, and the drills that restore them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0088"
down_revision = "0087"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
KEEPERS = rls.has_role("administrateur", "controleur")


def upgrade() -> None:
    """Create the two tables."""
    _create_backup()
    _create_drill()


def downgrade() -> None:
    """The former version makes no backup."""
    op.drop_table("backup_drill")
    op.drop_table("backup")


def _create_backup() -> None:
    op.create_table(
        "backup",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("started_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("made_at", MOMENT),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("size", sa.BigInteger),
        sa.Column("rows", sa.BigInteger),
        sa.Column("files", sa.Integer),
        sa.Column("trouble", sa.Text),
        sa.CheckConstraint("state in ('gardee', 'retiree', 'echec')", name="state_known"),
        sa.CheckConstraint("(state = 'echec') = (name is null)", name="named_unless_failed"),
        sa.PrimaryKeyConstraint("id", name="pk_backup"),
        sa.UniqueConstraint("name", name="uq_backup_name"),
    )
    op.create_index("ix_backup_started_at", "backup", ["started_at"])
    rls.protect("backup", read=KEEPERS)
    rls.update_only("backup", "state")
    rls.revoke("backup", "delete")


def _create_drill() -> None:
    op.create_table(
        "backup_drill",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("asked_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("asked_by", sa.Integer),
        sa.Column("started_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("backup_name", sa.Text),
        sa.Column("made_at", MOMENT),
        sa.Column("seconds", sa.Float),
        sa.Column("trials", postgresql.JSONB, server_default=sa.text("'[]'"), nullable=False),
        sa.Column("trouble", sa.Text),
        sa.CheckConstraint(
            "state in ('en_attente', 'en_cours', 'reussi', 'echec')",
            name="state_known",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_backup_drill"),
        sa.ForeignKeyConstraint(["asked_by"], ["agent.id"], name="fk_backup_drill_asked_by_agent"),
    )
    op.create_index(
        "uq_backup_drill_in_progress",
        "backup_drill",
        [sa.text("(true)")],
        unique=True,
        postgresql_where=sa.text("state in ('en_attente', 'en_cours')"),
    )
    asked = (
        f"{rls.ADMINISTRATORS} and asked_by = {rls.ME} and state = 'en_attente' and trials = '[]'"
    )
    rls.protect("backup_drill", read=KEEPERS, insert=asked)
    rls.update_only(
        "backup_drill",
        "state", "started_at", "ended_at", "backup_name", "made_at", "seconds", "trials", "trouble",
    )  # fmt: skip
    rls.revoke("backup_drill", "delete")
