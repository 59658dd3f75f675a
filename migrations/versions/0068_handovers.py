"""Accompagnements are proposed to a colleague; whoever handed one over reads it for thirty days more, and writes nothing there."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
FORMER = """
create function vigie_former_cases() returns integer[] language sql stable as
$$ select coalesce(nullif(current_setting('vigie.former_cases', true), ''), '{}')::integer[] $$
"""
#: those that one takes part in, or handed over lately
READ = """
create function vigie_read_cases() returns integer[] language sql stable as
$$ select vigie_cases() || vigie_former_cases() $$
"""
TAKES_PART = "id = any ((select vigie_cases())::integer[])"
READS = "id = any ((select vigie_read_cases())::integer[])"
MY_FORMER = "any ((select vigie_former_cases())::integer[])"
NAMES_ME = f"({rls.ME} in (former_id, taker_id, asked_by))"
VISIBLE = "exists (select from case_handover h where h.id = handover_id)"
ASKED = (
    f"exists (select from case_handover h where h.id = handover_id and h.asked_by = {rls.ME}"
    " and h.state = 'proposee') and exists (select from support_case c where c.id = case_id)"
)
#: a former référent writes no more than a colleague of the département does
WRITES = (
    f"{rls.SYSTEM} or not (case_id = {MY_FORMER})"
    f" or exists (select from support_case c where c.id = case_id and c.{rls.MY_DEPARTMENT})"
)
WRITTEN = ("case_member", "case_state_change", "case_outcome", "case_change")


def upgrade() -> None:
    """Create the tables, and let a former référent read."""
    _create_handover()
    _create_line()
    op.execute(FORMER)
    op.add_column("case_member", sa.Column("reads_until", MOMENT))
    op.create_check_constraint(
        op.f("ck_case_member_reads_a_month"),
        "case_member",
        "reads_until is null or left_at is not null and reads_until <= left_at + interval '31 days'",
    )
    op.execute(f"grant update (reads_until) on case_member to {rls.app_role()}")
    op.execute(READ)
    _read_cases(READS)
    rls.create_policy(
        "comment", "former", f"for select using ({rls.MY_NETWORK} and case_id = {MY_FORMER})"
    )
    for table in WRITTEN:
        rls.create_policy(table, "added", f"as restrictive for insert with check ({WRITES})")
    rls.create_policy("case_member", "changed", f"as restrictive for update using ({WRITES})")


def downgrade() -> None:
    """Drop them: whoever handed an accompagnement over has left it."""
    rls.drop_policy("case_member", "changed")
    for table in WRITTEN:
        rls.drop_policy(table, "added")
    rls.drop_policy("comment", "former")
    _read_cases(TAKES_PART)
    op.execute("drop function vigie_read_cases()")
    op.drop_constraint(op.f("ck_case_member_reads_a_month"), "case_member")
    op.drop_column("case_member", "reads_until")
    op.execute("drop function vigie_former_cases()")
    op.drop_table("case_handover_line")
    op.drop_table("case_handover")


def _read_cases(beyond: str) -> None:
    """An accompagnement is read in its département, and ``beyond`` it."""
    rls.drop_policy("support_case", "read")
    rls.create_policy("support_case", "read", f"for select using ({rls.MY_DEPARTMENT} or {beyond})")


def _create_handover() -> None:
    """Read and answered by those whom it names."""
    people = ("former_id", "taker_id", "asked_by")
    op.create_table(
        "case_handover",
        sa.Column("id", sa.Integer, nullable=False),
        *(sa.Column(column, sa.Integer, nullable=False) for column in people),
        sa.Column("note", sa.Text, nullable=False, server_default=""),
        sa.Column("state", sa.String(40), nullable=False, server_default="proposee"),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.Column("asked_at", MOMENT, nullable=False, server_default=NOW),
        sa.Column("answered_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_case_handover"),
        *(
            sa.ForeignKeyConstraint([column], ["agent.id"], name=f"fk_case_handover_{column}_agent")
            for column in people
        ),
        sa.CheckConstraint(
            "state in ('proposee', 'prise', 'refusee', 'retiree', 'sans_objet')",
            name=op.f("ck_case_handover_state_known"),
        ),
        sa.CheckConstraint("former_id <> taker_id", name=op.f("ck_case_handover_to_somebody_else")),
        sa.CheckConstraint(
            "(state = 'proposee') = (answered_at is null)",
            name=op.f("ck_case_handover_answered_once"),
        ),
    )
    for column in people:
        op.create_index(f"ix_case_handover_{column}", "case_handover", [column, "id"])
    rls.protect(
        "case_handover",
        read=NAMES_ME,
        insert=f"asked_by = {rls.ME} and state = 'proposee'",
        update=(f"{NAMES_ME} and state = 'proposee'", NAMES_ME),
    )
    rls.update_only("case_handover", "state", "reason", "answered_at")
    rls.revoke("case_handover", "delete")


def _create_line() -> None:
    """One accompagnement of a handover."""
    op.create_table(
        "case_handover_line",
        sa.Column("handover_id", sa.Integer, nullable=False),
        sa.Column("case_id", sa.Integer, nullable=False),
        sa.Column("outcome", sa.String(40)),
        sa.PrimaryKeyConstraint("handover_id", "case_id", name="pk_case_handover_line"),
        sa.ForeignKeyConstraint(
            ["handover_id"],
            ["case_handover.id"],
            name="fk_case_handover_line_handover_id_case_handover",
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name="fk_case_handover_line_case_id_support_case"
        ),
        sa.CheckConstraint(
            "outcome in ('pris', 'termine', 'autre_referent', 'hors_portee')",
            name=op.f("ck_case_handover_line_outcome_known"),
        ),
    )
    op.create_index(
        "ix_case_handover_line_case_id",
        "case_handover_line",
        ["case_id"],
        postgresql_where=sa.text("outcome is null"),
    )
    rls.protect("case_handover_line", read=VISIBLE, insert=ASKED, update=VISIBLE)
    rls.update_only("case_handover_line", "outcome")
    rls.revoke("case_handover_line", "delete")
