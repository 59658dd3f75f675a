"""Files of experts that are sent, kept as they were."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0089"
down_revision = "0088"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """A file is read by whoever sent it, never rewritten, applied once."""
    op.create_table(
        "directory_file",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("is_complete", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("sent_at", MOMENT, nullable=False, server_default=sa.text("now()")),
        sa.Column("applied_at", MOMENT),
        sa.Column("outcome", postgresql.JSONB, nullable=False, server_default="{}"),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name="fk_directory_file_agent_id_agent"
        ),
        sa.CheckConstraint("char_length(name) <= 120", name=op.f("ck_directory_file_name_length")),
    )
    op.create_index("ix_directory_file_agent_id", "directory_file", ["agent_id", "id"])
    rls.protect("directory_file", read=rls.MINE, insert=rls.MINE, update=rls.MINE)
    rls.update_only("directory_file", "applied_at", "outcome")
    rls.revoke("directory_file", "delete")


def downgrade() -> None:
    """Drop it."""
    op.drop_table("directory_file")
