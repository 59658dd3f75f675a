"""A reason keeps what its variable is worth, as a number with its unit or as a category."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

UNITS = (
    "euros",
    "contribution_months",
    "months",
    "employees",
    "share",
    "points",
    "years",
    "flag",
    "text",
    "per_month",
    "days",
    "count",
)
#: constraint -> its condition
CHECKS = {
    "ck_detection_reason_unit_known": f"unit in ({', '.join(map(repr, UNITS))})",
    "ck_detection_reason_number_with_its_unit": "value is null or unit <> 'text'",
    "ck_detection_reason_category_is_a_text": "category is null or unit = 'text'",
}


def upgrade() -> None:
    """Add the columns, empty: of the lists that are out, only the sentences were kept."""
    op.add_column("detection_reason", sa.Column("value", sa.Double))
    op.add_column("detection_reason", sa.Column("category", sa.Text))
    op.add_column("detection_reason", sa.Column("unit", sa.String(40)))
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(name), "detection_reason", condition)


def downgrade() -> None:
    """Forget the values; sentences still say them."""
    for name in CHECKS:
        op.drop_constraint(op.f(name), "detection_reason")
    for column in ("unit", "category", "value"):
        op.drop_column("detection_reason", column)
