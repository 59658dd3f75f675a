"""A need put again to the same expert is reminded of again: a reminder says what the referral was."""

import sqlalchemy as sa
from alembic import op

revision = "0114"
down_revision = "0111"
branch_labels = None
depends_on = None

AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
NAME, TABLE = "uq_referral_reminder_kind", "referral_reminder"


def upgrade() -> None:
    """What was told was told of each referral as it is today."""
    op.add_column(TABLE, sa.Column("version", sa.Integer, nullable=True))
    op.execute(AS_SYSTEM)
    op.execute("update referral_reminder set version = r.version from referral r where r.id = referral_id")  # fmt: skip
    op.alter_column(TABLE, "version", nullable=False)
    op.drop_index(NAME, TABLE)
    op.create_index(NAME, TABLE, ["referral_id", "version", "kind"], unique=True)


def downgrade() -> None:
    """Each thing once a referral: the first time it was told."""
    op.execute(AS_SYSTEM)
    op.execute("""
        delete from referral_reminder later using referral_reminder first
        where first.referral_id = later.referral_id and first.kind = later.kind and first.id < later.id
    """)
    op.drop_index(NAME, TABLE)
    op.drop_column(TABLE, "version")
    op.create_index(NAME, TABLE, ["referral_id", "kind"], unique=True)
