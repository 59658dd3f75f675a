"""Labels: what agents recorded of a firm, for training."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")


def upgrade() -> None:
    """Create the tables, each with its policies."""
    _create_label()


def downgrade() -> None:
    """Drop them."""
    op.drop_table("label")


def _create_label() -> None:
    """One recorded fact on a firm. A correction is a new row, known later: nothing is rewritten."""
    op.create_table(
        "label",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("occurred_on", sa.Date, nullable=False),
        sa.Column("known_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("value", sa.Text, server_default="", nullable=False),
        sa.Column("p_select", sa.Double),
        sa.Column("subject_kind", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_label"),
        sa.ForeignKeyConstraint(["siren"], ["company.siren"], name="fk_label_siren_company"),
        sa.UniqueConstraint(
            "subject_kind",
            "subject_id",
            "kind",
            "known_at",
            name="uq_label_subject_kind_subject_id_kind_known_at",
        ),
        sa.CheckConstraint(
            "kind in ('support_opened', 'support_closed', 'verdict', 'outcome', 'refusal', 'unreachable')",
            name=op.f("ck_label_kind_known"),
        ),
        sa.CheckConstraint(
            "p_select > 0 and p_select <= 1", name=op.f("ck_label_p_select_is_a_probability")
        ),
    )
    op.create_index("ix_label_siren", "label", ["siren"])
    rls.protect("label", read=rls.SCIENTISTS, insert=rls.SIGNED_IN)
