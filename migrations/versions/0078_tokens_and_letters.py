"""Tokens by which an agent's own tool reads Vigie; standard letters that administrators edit."""

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
    """Create the tables."""
    _create_tokens()
    _create_letters()


def downgrade() -> None:
    """Drop them: campaigns keep the text that they began with."""
    for table in ("standard_letter_version", "standard_letter", "api_token"):
        op.drop_table(table)


def _create_tokens() -> None:
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


def _create_letters() -> None:
    """Read by every agent, written by administrators; what a letter said is never rewritten."""
    op.create_table(
        "standard_letter",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False, server_default=sa.text("now()")),
        sa.Column("archived_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_standard_letter"),
        sa.CheckConstraint(
            "char_length(label) between 1 and 80", name=op.f("ck_standard_letter_label_length")
        ),
    )
    op.create_index(
        "uq_standard_letter_label", "standard_letter", [sa.text("lower(label)")], unique=True
    )
    writers = rls.ADMINISTRATORS
    rls.protect("standard_letter", read=rls.SIGNED_IN, insert=writers, update=writers)
    rls.update_only("standard_letter", "label", "archived_at")
    rls.revoke("standard_letter", "delete")
    op.create_table(
        "standard_letter_version",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("letter_id", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("author_id", sa.Integer),
        sa.Column("written_at", MOMENT, nullable=False, server_default=sa.text("now()")),
        sa.PrimaryKeyConstraint("id", name="pk_standard_letter_version"),
        sa.ForeignKeyConstraint(
            ["letter_id"],
            ["standard_letter.id"],
            name="fk_standard_letter_version_letter_id_standard_letter",
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["agent.id"], name="fk_standard_letter_version_author_id_agent"
        ),
        sa.CheckConstraint(
            "char_length(body) between 1 and 10000",
            name=op.f("ck_standard_letter_version_body_length"),
        ),
    )
    op.create_index(
        "ix_standard_letter_version_letter_id", "standard_letter_version", ["letter_id"]
    )
    rls.protect(
        "standard_letter_version",
        read=rls.SIGNED_IN,
        insert=f"{writers} and author_id = {rls.ME}",
    )
    rls.revoke("standard_letter_version", "update", "delete")
