"""What firms of a sector have in common, and the sixteen ratios of the accounts."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

#: those that the portal did not hold
RATIOS = (
    "gross_margin_share", "net_margin", "pretax_income_share", "cash_flow_share", "repayment_capacity", "interest_coverage",
    "obsolescence_ratio", "working_capital_share", "working_capital_days", "inventory_days",
)  # fmt: skip


def upgrade() -> None:
    """Create the tables and the columns; the next publication fills them."""
    op.create_table(
        "sector_median",
        sa.Column("sector", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("nature", sa.Text),
        sa.Column("first_month", sa.Date, nullable=False),
        sa.Column("values", sa.ARRAY(sa.Double), nullable=False),
        sa.CheckConstraint(
            "extract(day from first_month) = 1", name="ck_sector_median_first_of_month"
        ),
        sa.PrimaryKeyConstraint("sector", "code", name="pk_sector_median"),
    )
    held = "nature = any ((select vigie_natures())::text[])"
    rls.protect("sector_median", read=f"(nature is null and {rls.HABILITATED}) or {held}")
    op.create_table(
        "sector_ratio",
        sa.Column("sector", sa.Text, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("ratio", sa.Text, nullable=False),
        sa.Column("firms", sa.Integer, nullable=False),
        sa.Column("quantiles", sa.ARRAY(sa.Double), nullable=False),
        sa.PrimaryKeyConstraint("sector", "year", "ratio", name="pk_sector_ratio"),
    )
    rls.protect("sector_ratio", read=rls.HABILITATED)
    for name in RATIOS:
        op.add_column("annual_accounts", sa.Column(name, sa.Double))


def downgrade() -> None:
    """Drop them: the lake keeps what they are made of."""
    for name in RATIOS:
        op.drop_column("annual_accounts", name)
    op.drop_table("sector_ratio")
    op.drop_table("sector_median")
