"""What the bell tells has a kind and a reason, and is read in the order in which it was told."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
AS_NOBODY = "select set_config('vigie.system', '', true)"
KINDS = (
    "mention", "echeance", "commentaire", "visite", "accompagnement", "alerte", "deverrouillage", "liste", "suivi",
    "annonce",
)  # fmt: skip
REASONS = (
    "mentioned", "concerned", "member", "followed", "oversees", "in_zone", "subscribed", "reads_lists", "decides",
    "asked", "account", "models", "administers",
)  # fmt: skip
TYPE_NOTIFICATIONS = """
update notification n set kind = case
    when n.reason = 'mentioned' then 'mention'
    when e.kind like 'deadlines:%' then 'echeance'
    when e.kind like 'network:%' then 'commentaire'
    when e.kind like 'visits:%' then 'visite'
    when e.kind like 'cases:%' then 'accompagnement'
    when e.kind like 'unlocks:%' then 'deverrouillage'
    else 'alerte' end
from feed_event e where e.id = n.event_id
"""
TYPE_ANNOUNCEMENTS = """
update announcement set
    kind = case when dedup_key like 'list-news:%' then 'liste' when dedup_key like 'subscription:%' then 'suivi'
        else 'annonce' end,
    reason = case when dedup_key like 'list-news:%' then 'reads_lists' when dedup_key like 'subscription:%' then 'subscribed'
        when dedup_key like 'mail:%' then 'administers' when dedup_key like 'role-request:%decided' then 'asked'
        when dedup_key like 'role-request:%' then 'decides' else 'models' end
"""
OLD_INDEXES = {"ix_notification_agent_id_id": None, "ix_notification_unread": "read_at is null"}


def upgrade() -> None:
    """Add the kinds and the reasons, and the indexes of the pages that show them."""
    for table in ("notification", "announcement"):
        op.add_column(table, sa.Column("kind", sa.String(40)))
    op.add_column("announcement", sa.Column("reason", sa.String(40)))
    op.execute(AS_SYSTEM)
    op.execute(TYPE_NOTIFICATIONS)
    op.execute(TYPE_ANNOUNCEMENTS)
    op.execute(AS_NOBODY)
    op.alter_column("notification", "reason", type_=sa.String(40))
    for table in ("notification", "announcement"):
        op.alter_column(table, "kind", nullable=False)
        op.alter_column(table, "reason", nullable=False)
        _check(table, "kind", KINDS)
        _check(table, "reason", REASONS)
        op.create_index(f"ix_{table}_latest", table, ["agent_id", "created_at", "id"])
        op.create_index(f"ix_{table}_kind", table, ["agent_id", "kind", "created_at", "id"])
    for name in OLD_INDEXES:
        op.drop_index(name, "notification")
    unread = sa.text("read_at is null")
    op.create_index(
        "ix_notification_unread",
        "notification",
        ["agent_id", "created_at", "id"],
        postgresql_where=unread,
    )
    op.create_index("ix_feed_event_subject", "feed_event", ["subject_kind", "subject_id"])
    # A text that is corrected names somebody who was told of it otherwise.
    op.execute(f"grant update (kind) on notification to {rls.app_role()}")


def downgrade() -> None:
    """Remove them."""
    op.drop_index("ix_feed_event_subject", "feed_event")
    op.drop_index("ix_notification_unread", "notification")
    for table in ("notification", "announcement"):
        op.drop_index(f"ix_{table}_latest", table)
        op.drop_index(f"ix_{table}_kind", table)
        op.drop_constraint(op.f(f"ck_{table}_reason_known"), table)
        op.drop_column(table, "kind")
    op.alter_column("notification", "reason", type_=sa.Text)
    op.drop_column("announcement", "reason")
    for name, where in OLD_INDEXES.items():
        condition = sa.text(where) if where else None
        op.create_index(name, "notification", ["agent_id", "id"], postgresql_where=condition)


def _check(table: str, column: str, codes: tuple[str, ...]) -> None:
    known = f"{column} in ({', '.join(map(repr, codes))})"
    op.create_check_constraint(op.f(f"ck_{table}_{column}_known"), table, known)
