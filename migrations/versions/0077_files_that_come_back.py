"""Files of accompagnements that come back, kept as they were sent."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """A file is read by whoever sent it, never rewritten, applied once."""
    op.create_table(
        "case_import",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False, server_default=sa.text("now()")),
        sa.Column("applied_at", MOMENT),
        sa.Column("outcome", postgresql.JSONB, nullable=False, server_default="{}"),
        sa.PrimaryKeyConstraint("id", name="pk_case_import"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_case_import_agent_id_agent"),
        sa.CheckConstraint("char_length(name) <= 120", name=op.f("ck_case_import_name_length")),
    )
    op.create_index("ix_case_import_agent_id", "case_import", ["agent_id", "id"])
    rls.protect("case_import", read=rls.MINE, insert=rls.MINE, update=rls.MINE)
    rls.update_only("case_import", "applied_at", "outcome")
    rls.revoke("case_import", "delete")


def downgrade() -> None:
    """Drop it."""
    op.drop_table("case_import")
