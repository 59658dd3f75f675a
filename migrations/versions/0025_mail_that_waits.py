"""An e-mail waits, is taken by the server or is given up; a digest counts as sent once it is taken"""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
ADDED = ("trouble", "interruptions", "attempts", "attempted_at", "given_up_at", "due_at")

# What was written lately may still be useful; older, somebody decides.
STATES = """
update email set
    due_at = case when sent_at is null and created_at > now() - interval '3 days' then now() end,
    given_up_at = case when sent_at is null and created_at <= now() - interval '3 days' then now() end,
    trouble = case when sent_at is null then 'Les essais d’une version précédente ont échoué.' end
"""


def upgrade() -> None:
    """Add the state of each e-mail, and the digest of each notification."""
    op.add_column("email", sa.Column("due_at", MOMENT, server_default=NOW))
    op.add_column("email", sa.Column("given_up_at", MOMENT))
    op.add_column("email", sa.Column("attempted_at", MOMENT))
    for count in ("attempts", "interruptions"):
        op.add_column("email", sa.Column(count, sa.Integer, server_default="0", nullable=False))
    op.add_column("email", sa.Column("trouble", sa.Text))
    op.execute(AS_SYSTEM)
    op.execute(STATES)
    op.create_check_constraint(
        op.f("ck_email_in_one_state"), "email", "num_nonnulls(due_at, sent_at, given_up_at) = 1"
    )
    op.create_check_constraint(
        op.f("ck_email_attempted_when_due"), "email", "attempted_at is null or due_at is not null"
    )
    op.create_index(
        "ix_email_not_sent", "email", ["id"], postgresql_where=sa.text("sent_at is null")
    )
    op.add_column("notification", sa.Column("email_id", sa.Integer))
    op.create_foreign_key(
        "fk_notification_email_id_email", "notification", "email", ["email_id"], ["id"]
    )
    op.create_index("ix_notification_email_id", "notification", ["email_id"])
    rls.update_only("notification", "read_at", "emailed_at", "email_id")


def downgrade() -> None:
    """Forget the attempts; what was not taken stays unsent."""
    rls.update_only("notification", "read_at", "emailed_at")
    op.drop_column("notification", "email_id")
    op.drop_index("ix_email_not_sent", "email")
    for name in ("ck_email_attempted_when_due", "ck_email_in_one_state"):
        op.drop_constraint(op.f(name), "email")
    for column in ADDED:
        op.drop_column("email", column)
