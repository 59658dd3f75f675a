"""An accompagnement changes hands: the feed tells it."""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

KIND = "cases:case:handed_over"
KNOWN = r"""
select (regexp_matches(pg_get_constraintdef(oid), '''([^'']+)''', 'g'))[1] from pg_constraint where conname = 'ck_feed_event_kind_known'
"""


def upgrade() -> None:
    """Let the feed hold it."""
    _hold_kinds([*_kinds(), KIND])


def downgrade() -> None:
    """Take it off the feed: the journal and the history of each accompagnement keep it."""
    op.execute("select set_config('vigie.system', 'on', true)")
    op.execute(
        f"delete from notification n using feed_event f where f.id = n.event_id and f.kind = '{KIND}'"
    )
    op.execute(f"delete from feed_event where kind = '{KIND}'")
    op.execute("select set_config('vigie.system', '', true)")
    _hold_kinds([kind for kind in _kinds() if kind != KIND])


def _kinds() -> list[str]:
    """The kinds of events that the feed holds, as the constraint says them."""
    return list(op.get_bind().scalars(sa.text(KNOWN)))


def _hold_kinds(kinds: list[str]) -> None:
    op.drop_constraint(op.f("ck_feed_event_kind_known"), "feed_event")
    op.create_check_constraint(
        op.f("ck_feed_event_kind_known"),
        "feed_event",
        f"kind in ({', '.join(map(repr, kinds))})",
    )
