"""Tokens by which an agent's own tool reads Vigie."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0078"
down_revision = "0077"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
SCOPES = "array['accompagnements', 'echeances', 'visites', 'commentaires', 'changements']"


def upgrade() -> None:
    """A token is read by its agent, who revokes it; what it opens is never rewritten."""
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False, server_default=sa.text("now()")),
        sa.Column("expires_on", sa.Date, nullable=False),
        sa.Column("last_used_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_api_token"),
        sa.UniqueConstraint("digest", name="uq_api_token_digest"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_api_token_agent_id_agent"),
        sa.CheckConstraint(
            "char_length(name) between 1 and 80", name=op.f("ck_api_token_name_length")
        ),
        sa.CheckConstraint(
            f"scopes <@ {SCOPES}::text[] and cardinality(scopes) > 0",
            name=op.f("ck_api_token_scopes_known"),
        ),
        sa.CheckConstraint(
            "expires_on <= created_at::date + 366", name=op.f("ck_api_token_a_year")
        ),
    )
    op.create_index("ix_api_token_agent_id", "api_token", ["agent_id", "id"])
    rls.protect("api_token", read=rls.MINE, insert=rls.MINE, update=rls.MINE)
    rls.update_only("api_token", "last_used_at", "revoked_at")
    rls.revoke("api_token", "delete")


def downgrade() -> None:
    """Drop it."""
    op.drop_table("api_token")
