"""The synthèse of an accompagnement, one per network, with each text that it had; the context of an accompagnement becomes one."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
AS_NOBODY = "select set_config('vigie.system', '', true)"
HEADINGS = ("context", "difficulties", "actions")
KIND = "cases:summary:written"
KNOWN = r"""
select (regexp_matches(pg_get_constraintdef(oid), '''([^'']+)''', 'g'))[1] from pg_constraint where conname = 'ck_feed_event_kind_known'
"""
#: row-level security gives, of the accompagnements, those that whoever asks reads
READS = f"{rls.MY_NETWORK} and exists (select from support_case c where c.id = case_id)"
CONTRIBUTES = (
    "exists (select from case_member m join support_case c on c.id = m.case_id"
    f" where m.case_id = case_summary.case_id and m.agent_id = {rls.ME} and m.left_at is null and c.state <> 'termine')"
)
WRITES = f"edited_by = {rls.ME} and {rls.MY_NETWORK} and {CONTRIBUTES}"
READS_SUMMARY = "exists (select from case_summary s where s.id = summary_id)"
# What was read by the zone is read by CODEFI, the network of all partners there: no wider, and nobody was said to have written it.
MOVED = """
with written as (
    insert into case_summary (case_id, network_id, context, version, edited_at)
    select c.id, n.id, c.context, 1, c.updated_at
    from support_case c cross join (select id from network where is_codefi order by id limit 1) n where c.context <> ''
    returning id, context, edited_at
)
insert into case_summary_version (summary_id, version, context, difficulties, actions, edited_at)
select id, 1, context, '', '', edited_at from written
"""
LEFT_OUT = "select count(*) from support_case c where context <> '' and not exists (select from case_summary s where s.case_id = c.id)"
GIVEN_BACK = r"""
update support_case c set context = concat_ws(E'\n\n', nullif(s.context, ''), nullif(s.difficulties, ''), nullif(s.actions, ''))
from case_summary s join network n on n.id = s.network_id and n.is_codefi where s.case_id = c.id
"""


def upgrade() -> None:
    """Create the tables, and move there what accompagnements said."""
    _create_summary()
    _create_version()
    op.execute(AS_SYSTEM)
    op.execute(MOVED)
    if op.get_bind().scalar(sa.text(LEFT_OUT)):
        raise RuntimeError("no network of all partners to read the context of accompagnements")
    op.execute(AS_NOBODY)
    op.drop_column("support_case", "context")
    _hold_kinds([*_kinds(), KIND])


def downgrade() -> None:
    """Give accompagnements back what CODEFI reads; the texts of other networks, and former ones, are lost."""
    op.execute(AS_SYSTEM)
    op.execute(
        f"delete from notification n using feed_event f where f.id = n.event_id and f.kind = '{KIND}'"
    )
    op.execute(f"delete from feed_event where kind = '{KIND}'")
    op.add_column("support_case", sa.Column("context", sa.Text, server_default="", nullable=False))
    op.execute(GIVEN_BACK)
    op.execute(AS_NOBODY)
    op.drop_table("case_summary_version")
    op.drop_table("case_summary")
    op.execute(f"grant update (context) on support_case to {rls.app_role()}")
    _hold_kinds([kind for kind in _kinds() if kind != KIND])


def _create_summary() -> None:
    """What a network knows of an accompagnement: written by those of its members who take part in it."""
    op.create_table(
        "case_summary",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("case_id", sa.Integer, nullable=False),
        sa.Column("network_id", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, server_default="", nullable=False) for name in HEADINGS),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("edited_by", sa.Integer),
        sa.Column("edited_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_summary"),
        sa.UniqueConstraint("case_id", "network_id", name="uq_case_summary_case_id_network_id"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name="fk_case_summary_case_id_support_case"
        ),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name="fk_case_summary_network_id_network"
        ),
        sa.ForeignKeyConstraint(
            ["edited_by"], ["agent.id"], name="fk_case_summary_edited_by_agent"
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_case_summary_version_counted")),
    )
    rls.protect("case_summary", read=READS, insert=WRITES, update=(READS, WRITES))
    rls.update_only("case_summary", *HEADINGS, "version", "edited_by", "edited_at")
    rls.revoke("case_summary", "delete")


def _create_version() -> None:
    """Each text that a synthèse had, kept by whoever wrote it."""
    op.create_table(
        "case_summary_version",
        sa.Column("summary_id", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in HEADINGS),
        sa.Column("edited_by", sa.Integer),
        sa.Column("edited_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("summary_id", "version", name="pk_case_summary_version"),
        sa.ForeignKeyConstraint(
            ["summary_id"],
            ["case_summary.id"],
            name="fk_case_summary_version_summary_id_case_summary",
        ),
        sa.ForeignKeyConstraint(
            ["edited_by"], ["agent.id"], name="fk_case_summary_version_edited_by_agent"
        ),
    )
    kept = "exists (select from case_summary s where s.id = summary_id and s.edited_by = {0} and s.version = case_summary_version.version)"
    rls.protect(
        "case_summary_version",
        read=READS_SUMMARY,
        insert=f"edited_by = {rls.ME} and {kept.format(rls.ME)}",
    )
    rls.revoke("case_summary_version", "update", "delete")


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
