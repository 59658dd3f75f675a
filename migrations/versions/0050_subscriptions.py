"""Subscriptions to a view or to a département: how often, and up to when their agent was told."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
AS_NOBODY = "select set_config('vigie.system', '', true)"
# Whoever was told by the bell, each morning, goes on being told so, and by the bell alone: they asked for no e-mail.
KEPT = """
insert into subscription (agent_id, view_id, pace, by_mail, told_list_id)
select agent_id, id, 'quotidien', false, told_list_id from saved_view where is_watched
"""
GIVEN_BACK = """
update saved_view v set is_watched = true, told_list_id = s.told_list_id
from subscription s where s.view_id = v.id and s.agent_id = v.agent_id
"""


def upgrade() -> None:
    """Create the table, and move the views that were watched into it."""
    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("view_id", sa.Integer),
        sa.Column("department", sa.Text),
        sa.Column("pace", sa.String(40), nullable=False),
        sa.Column("by_mail", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("told_list_id", sa.Integer),
        sa.Column("told_until", MOMENT, nullable=False, server_default=NOW),
        sa.Column("created_at", MOMENT, nullable=False, server_default=NOW),
        sa.PrimaryKeyConstraint("id", name="pk_subscription"),
        sa.UniqueConstraint("agent_id", "view_id", name="uq_subscription_agent_id_view_id"),
        sa.UniqueConstraint("agent_id", "department", name="uq_subscription_agent_id_department"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_subscription_agent_id_agent"),
        sa.ForeignKeyConstraint(
            ["view_id"],
            ["saved_view.id"],
            name="fk_subscription_view_id_saved_view",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["told_list_id"],
            ["detection_list.id"],
            name="fk_subscription_told_list_id_detection_list",
        ),
        sa.CheckConstraint(
            "pace in ('aussitot', 'quotidien', 'hebdomadaire')",
            name=op.f("ck_subscription_pace_known"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(view_id, department) = 1", name=op.f("ck_subscription_of_one_thing")
        ),
    )
    op.create_index("ix_subscription_view_id", "subscription", ["view_id"])
    # Row-level security gives, of the views, those that whoever asks reads.
    of_view = "view_id is null or exists (select from saved_view v where v.id = view_id)"
    of_place = "department is null or department = any ((select vigie_departments())::text[])"
    rls.protect(
        "subscription",
        read=rls.MINE,
        insert=f"{rls.MINE} and ({of_view}) and ({of_place})",
        update=rls.MINE,
        delete=rls.MINE,
    )
    rls.update_only("subscription", "pace", "by_mail", "told_list_id", "told_until")
    _as_system(KEPT)
    op.drop_column("saved_view", "is_watched")
    op.drop_column("saved_view", "told_list_id")


def downgrade() -> None:
    """Write on each view whether its author is told; what else was subscribed to is lost."""
    op.add_column(
        "saved_view",
        sa.Column("is_watched", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.add_column("saved_view", sa.Column("told_list_id", sa.Integer))
    op.create_foreign_key(
        "fk_saved_view_told_list_id_detection_list",
        "saved_view",
        "detection_list",
        ["told_list_id"],
        ["id"],
    )
    _as_system(GIVEN_BACK)
    op.drop_table("subscription")


def _as_system(statement: str) -> None:
    op.execute(AS_SYSTEM)
    op.execute(statement)
    op.execute(AS_NOBODY)
