"""A comment may answer another, and an agent knows what came since they last read their feed."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the columns and the table."""
    op.add_column("comment", sa.Column("answers_id", sa.Integer))
    op.add_column("comment", sa.Column("answered_agent_id", sa.Integer))
    op.create_foreign_key(
        "fk_comment_answers_id_comment", "comment", "comment", ["answers_id"], ["id"]
    )
    op.create_foreign_key(
        "fk_comment_answered_agent_id_agent", "comment", "agent", ["answered_agent_id"], ["id"]
    )
    op.create_check_constraint(
        op.f("ck_comment_answers_somebody"),
        "comment",
        "(answers_id is null) = (answered_agent_id is null)",
    )
    op.create_index(
        "ix_comment_answered_agent_id_id",
        "comment",
        ["answered_agent_id", "id"],
        postgresql_where=sa.text("answered_agent_id is not null"),
    )
    op.create_table(
        "feed_seen",
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("agent_id", name="pk_feed_seen"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_feed_seen_agent_id_agent"),
    )
    rls.protect("feed_seen", read=rls.MINE, insert=rls.MINE, update=rls.MINE)
    rls.revoke("feed_seen", "delete")


def downgrade() -> None:
    """Drop them: an answer becomes a comment."""
    op.drop_table("feed_seen")
    op.drop_index("ix_comment_answered_agent_id_id", "comment")
    op.drop_constraint(op.f("ck_comment_answers_somebody"), "comment")
    op.drop_constraint("fk_comment_answered_agent_id_agent", "comment")
    op.drop_constraint("fk_comment_answers_id_comment", "comment")
    op.drop_column("comment", "answered_agent_id")
    op.drop_column("comment", "answers_id")
