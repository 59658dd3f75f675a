"""Annual accounts: what firms filed, the confidential ones under their nature."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

#: euros, then percent, then days
FIGURES = (
    "revenue", "ebitda", "ebit", "net_income",
    "ebitda_margin", "financial_autonomy", "debt_ratio", "liquidity_ratio",
    "customer_days", "supplier_days",
)  # fmt: skip


def upgrade() -> None:
    """Create the table; the next publication fills it."""
    op.create_table(
        "annual_accounts",
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("closed_on", sa.Date, nullable=False),
        sa.Column("filed_on", sa.Date),
        sa.Column("nature", sa.Text),
        *(sa.Column(name, sa.Double) for name in FIGURES),
        sa.PrimaryKeyConstraint("siren", "closed_on", name="pk_annual_accounts"),
    )
    closed = "nature is not null and vigie_reads(siren, nature)"
    rls.protect("annual_accounts", read=f"(nature is null and {rls.HABILITATED}) or ({closed})")


def downgrade() -> None:
    """Drop it: the lake keeps what was filed."""
    op.drop_table("annual_accounts")
