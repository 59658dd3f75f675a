"""What is kept for an agent alone: drafts of forms, e-mails, announcements."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")


def upgrade() -> None:
    """Create the tables, each with its policies."""
    _create_draft()
    _create_email()
    _create_announcement()


def downgrade() -> None:
    """Drop them."""
    for table in ("announcement", "email", "draft"):
        op.drop_table(table)


def _create_draft() -> None:
    """The fields of one form of one agent."""
    op.create_table(
        "draft",
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("form_path", sa.Text, nullable=False),
        sa.Column("fields", postgresql.JSONB, nullable=False),
        sa.Column("saved_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("agent_id", "form_path", name="pk_draft"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_draft_agent_id_agent"),
    )
    rls.protect("draft", read=rls.MINE, insert=rls.MINE, update=rls.MINE, delete=rls.MINE)


def _create_email() -> None:
    """A message to one agent. Its subject never names a firm."""
    op.create_table(
        "email",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("dedup_key", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("body_text", sa.Text, nullable=False),
        sa.Column("body_html", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("sent_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_email"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_email_agent_id_agent"),
        sa.UniqueConstraint("dedup_key", name="uq_email_dedup_key"),
    )
    rls.protect("email", read=rls.MINE)


def _create_announcement() -> None:
    """What the bell tells an agent when it concerns no firm; it leads to a page."""
    op.create_table(
        "announcement",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("dedup_key", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("read_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_announcement"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_announcement_agent_id_agent"),
        sa.UniqueConstraint("agent_id", "dedup_key", name="uq_announcement_agent_id_dedup_key"),
    )
    rls.protect("announcement", read=rls.MINE, update=rls.MINE)
    # What was said is never rewritten.
    rls.update_only("announcement", "read_at")
    rls.revoke("announcement", "delete")
