"""The links by which experts without an account answer: nobody but the system reads them, and no secret is kept."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0092"
down_revision = "0091"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the table: what is kept of a secret is its digest."""
    op.create_table(
        "referral_link",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("referral_id", sa.Integer, nullable=False),
        sa.Column("email_id", sa.Integer, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("sent_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("spent_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
        sa.Column("uses", sa.Integer, server_default="0", nullable=False),
        sa.CheckConstraint("octet_length(digest) = 32", name=op.f("ck_referral_link_digest_length")),
        sa.CheckConstraint("expires_at > sent_at", name=op.f("ck_referral_link_expires_later")),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name="fk_referral_link_referral_id_referral"),
        sa.ForeignKeyConstraint(["email_id"], ["email.id"], name="fk_referral_link_email_id_email"),
        sa.UniqueConstraint("digest", name="uq_referral_link_digest"),
        sa.UniqueConstraint("email_id", name="uq_referral_link_email_id"),
    )  # fmt: skip
    op.create_index("ix_referral_link_referral_id", "referral_link", ["referral_id", "sent_at"])
    rls.force("referral_link")
    rls.create_policy("referral_link", "system", f"using ({rls.SYSTEM}) with check ({rls.SYSTEM})")
    rls.update_only("referral_link", "spent_at", "revoked_at", "uses")
    rls.revoke("referral_link", "delete")


def downgrade() -> None:
    """Drop it: the links that were sent open nothing any more."""
    op.drop_table("referral_link")
