"""How each watched thing of the service stands, and an index of the tasks that failed."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0105"
down_revision = "0102"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the table and the index: tasks that were done are millions, those that failed a few."""
    op.create_table(
        "watched_thing",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("standing", sa.String(40), nullable=False),
        sa.Column("since", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("looked_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint(
            "standing in ('en_ordre', 'non_regle', 'a_prevoir', 'en_retard', 'en_echec')",
            name="standing_known",
        ),
        sa.PrimaryKeyConstraint("code", name="pk_watched_thing"),
    )
    rls.protect("watched_thing", read=rls.ADMINISTRATORS)
    rls.revoke("watched_thing", "delete")
    op.execute(
        "create index ix_procrastinate_jobs_failed on procrastinate_jobs (id) where status = 'failed'"
    )


def downgrade() -> None:
    """The former version watches backups alone."""
    op.execute("drop index ix_procrastinate_jobs_failed")
    op.drop_table("watched_thing")
