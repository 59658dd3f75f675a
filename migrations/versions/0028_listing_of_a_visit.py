"""That a firm was on the list when an agent visited it is read with the score, not with the visit"""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
AS_NOBODY = "select set_config('vigie.system', '', true)"


def upgrade() -> None:
    """Move the entry apart, under the policy of the entries."""
    op.create_table(
        "visit_listing",
        sa.Column("visit_id", sa.Integer, nullable=False),
        sa.Column("entry_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("visit_id", name="pk_visit_listing"),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="fk_visit_listing_visit_id_visit"),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["detection_entry.id"], name="fk_visit_listing_entry_id_detection_entry"
        ),
    )
    rls.protect(
        "visit_listing",
        read="exists (select from detection_entry e where e.id = entry_id)",
        insert=f"exists (select from visit v where v.id = visit_id and v.author_id = {rls.ME})",
    )
    rls.revoke("visit_listing", "update", "delete")
    op.execute(AS_SYSTEM)
    op.execute(
        "insert into visit_listing select id, entry_id from visit where entry_id is not null"
    )
    op.execute(AS_NOBODY)
    op.drop_column("visit", "entry_id")


def downgrade() -> None:
    """Write it back on the visit."""
    op.add_column("visit", sa.Column("entry_id", sa.Integer))
    op.create_foreign_key(
        "fk_visit_entry_id_detection_entry", "visit", "detection_entry", ["entry_id"], ["id"]
    )
    op.execute(AS_SYSTEM)
    op.execute(
        "update visit v set entry_id = l.entry_id from visit_listing l where l.visit_id = v.id"
    )
    op.execute(AS_NOBODY)
    op.drop_table("visit_listing")
