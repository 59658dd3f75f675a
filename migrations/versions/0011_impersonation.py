"""Whoever was looked at as reads the lines of the journal that say so"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SEEN_AS = "(details -> 'seen_as' ->> 'agent')::integer"


def upgrade() -> None:
    op.execute(
        f"create index ix_journal_seen_as on journal (({SEEN_AS})) where details ? 'seen_as'"
    )
    op.execute(
        "create policy journal_read_seen_as on journal for select"
        f" using (details ? 'seen_as' and {SEEN_AS} = (select vigie_agent()))"
    )


def downgrade() -> None:
    op.execute("drop policy journal_read_seen_as on journal")
    op.execute("drop index ix_journal_seen_as")
