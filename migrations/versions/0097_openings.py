"""Regions that open: each decision of the team, and the test e-mails that they sent before."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0097"
down_revision = "0095"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
TEAM = rls.has_role("orienteur")
READERS = f"({rls.HABILITATED} or {rls.ADMINISTRATORS} or {TEAM})"
REGION = "region ~ '^R[0-9]{2}$'"


def upgrade() -> None:
    """Create both tables: what was decided is never rewritten."""
    op.create_table(
        "referral_region",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("is_open", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("decided_by", sa.Integer, nullable=False),
        sa.Column("decided_at", MOMENT, server_default=NOW, nullable=False),
        _check("referral_region", "region_code", REGION),
        _check("referral_region", "reason_length", "char_length(reason) between 1 and 500"),
        *_keys("referral_region", decided_by="agent"),
    )
    op.create_index("ix_referral_region_region", "referral_region", ["region", "id"])
    op.create_table(
        "region_test",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("email_id", sa.Integer, nullable=False),
        sa.Column("asked_by", sa.Integer, nullable=False),
        sa.Column("asked_at", MOMENT, server_default=NOW, nullable=False),
        _check("region_test", "region_code", REGION),
        *_keys("region_test", email_id="email", asked_by="agent"),
    )
    op.create_index("ix_region_test_region", "region_test", ["region", "id"])
    rls.protect("referral_region", read=READERS, insert=f"decided_by = {rls.ME} and {TEAM}")
    rls.protect("region_test", read=READERS)
    for table in ("referral_region", "region_test"):
        rls.revoke(table, "update", "delete")


def downgrade() -> None:
    """The former version opens no region."""
    op.drop_table("region_test")
    op.drop_table("referral_region")


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _keys(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")
        for column, other in columns.items()
    ]
