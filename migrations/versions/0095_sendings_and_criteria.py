"""Needs sent from an accompagnement: in the feed, before controllers; criteria of some subjects; versions of entries."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0095"
down_revision = "0093"
branch_labels = None
depends_on = None

AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
AS_NOBODY = "select set_config('vigie.system', '', true)"
KINDS = ("referrals:need:sent", "referrals:need:answered", "referrals:need:withdrawn")
KNOWN_KINDS = r"""
select (regexp_matches(pg_get_constraintdef(oid), '''([^'']+)''', 'g'))[1] from pg_constraint where conname = 'ck_feed_event_kind_known'
"""
ENTRIES = ("antenne", "expert")
#: those that were sent without the consent of the firm
OVERRIDDEN = f"consent_how = 'passe_outre' and {rls.has_role('controleur')}"


def upgrade() -> None:
    """Entries know how many times they were changed, and to which subjects their criteria are limited."""
    for table in ENTRIES:
        op.add_column(table, sa.Column("version", sa.Integer, server_default="0", nullable=False))
        op.add_column(
            table,
            sa.Column(
                "criteria_subjects",
                postgresql.ARRAY(sa.Integer),
                server_default="{}",
                nullable=False,
            ),
        )
        op.execute(f"grant update (criteria_subjects, version) on {table} to {rls.app_role()}")
    _hold_kinds([*_kinds(), *KINDS])
    rls.create_policy("solicitation", "overridden", f"for select using ({OVERRIDDEN})")
    op.create_index(
        "ix_solicitation_overridden", "solicitation", ["id"],
        postgresql_where=sa.text("consent_how = 'passe_outre'"),
    )  # fmt: skip


def downgrade() -> None:
    """The former version holds criteria for every subject: those that are limited go, rather than leave out firms for all of them."""
    op.drop_index("ix_solicitation_overridden", "solicitation")
    rls.drop_policy("solicitation", "overridden")
    listed = ", ".join(f"'{kind}'" for kind in KINDS)
    op.execute(AS_SYSTEM)
    op.execute(
        f"delete from notification n using feed_event f where f.id = n.event_id and f.kind in ({listed})"
    )
    op.execute(f"delete from feed_event where kind in ({listed})")
    for table in ENTRIES:
        op.execute(f"update {table} set criteria = '{{}}' where criteria_subjects <> '{{}}'")
    op.execute(AS_NOBODY)
    _hold_kinds([kind for kind in _kinds() if kind not in KINDS])
    for table in ENTRIES:
        op.drop_column(table, "criteria_subjects")
        op.drop_column(table, "version")


def _kinds() -> list[str]:
    """The kinds of events that the feed holds, as the constraint says them."""
    return list(op.get_bind().scalars(sa.text(KNOWN_KINDS)))


def _hold_kinds(kinds: list[str]) -> None:
    op.drop_constraint(op.f("ck_feed_event_kind_known"), "feed_event")
    known = ", ".join(map(repr, kinds))
    op.create_check_constraint(op.f("ck_feed_event_kind_known"), "feed_event", f"kind in ({known})")
