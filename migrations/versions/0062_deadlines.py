"""Échéances, which the next steps of visits become, and the private address of a calendar."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
AS_NOBODY = "select set_config('vigie.system', '', true)"
KINDS = (
    "deadlines:deadline:assigned",
    "deadlines:deadline:due",
    "deadlines:deadline:settled",
)
OURS = f"({', '.join(map(repr, KINDS))})"
KNOWN = r"""
select (regexp_matches(pg_get_constraintdef(oid), '''([^'']+)''', 'g'))[1] from pg_constraint where conname = 'ck_feed_event_kind_known'
"""
MY_CASE = "case_id = any ((select vigie_cases())::integer[])"
READS = f"{rls.MY_NETWORK} and ({rls.IN_REACH} or coalesce({MY_CASE}, false))"
CHANGES = (
    f"(author_id = {rls.ME} or assignee_id = {rls.ME} or coalesce({MY_CASE}, false)) and {READS}"
)
MINE_TO_SAY = f"(settled_by is null or settled_by = {rls.ME})"
# A contact made since answered a step, as pages said until now; a day that is over was told on the home page.
KEPT = """
insert into deadline (
    siren, departments, case_id, visit_id, network_id, author_id, assignee_id, what, due_on, state, settled_by, settled_at,
    reminded_at, created_at
)
select n.siren, n.departments, v.case_id, v.id, n.network_id, n.author_id, n.author_id,
    coalesce(nullif(n.next_step, ''), 'Prochaine étape de la visite'), n.next_step_on,
    case when later.id is null then 'a_faire' else 'faite' end, later.author_id, later.created_at,
    case when n.next_step_on <= current_date then now() end, v.created_at
from visit_note n join visit v on v.id = n.visit_id
left join lateral (
    select l.id, l.author_id, l.created_at from visit l where l.siren = v.siren and l.id > v.id order by l.id limit 1
) later on true
where n.next_step_on is not null
"""


def upgrade() -> None:
    """Create the tables, and make an échéance of each next step that has a day."""
    _create_deadline()
    op.execute(AS_SYSTEM)
    op.execute(KEPT)
    op.execute(AS_NOBODY)
    op.drop_index("ix_visit_note_due", "visit_note")
    op.create_table(
        "calendar_address",
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False, server_default=NOW),
        sa.PrimaryKeyConstraint("agent_id", name="pk_calendar_address"),
        sa.UniqueConstraint("digest", name="uq_calendar_address_digest"),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name="fk_calendar_address_agent_id_agent"
        ),
    )
    mine = rls.MINE
    rls.protect("calendar_address", read=mine, insert=mine, update=mine, delete=mine)
    rls.update_only("calendar_address", "digest", "created_at")
    _hold_kinds([*_kinds(), *KINDS])


def downgrade() -> None:
    """Drop them: the next steps stand in the notes of visits, what became of them is lost."""
    op.execute(AS_SYSTEM)
    op.execute(
        f"delete from notification n using feed_event f where f.id = n.event_id and f.kind in {OURS}"
    )
    op.execute(f"delete from feed_event where kind in {OURS}")
    op.execute(AS_NOBODY)
    op.drop_table("calendar_address")
    op.drop_table("deadline")
    op.create_index(
        "ix_visit_note_due",
        "visit_note",
        ["author_id", "next_step_on"],
        postgresql_where=sa.text("next_step_on is not null"),
    )
    _hold_kinds([kind for kind in _kinds() if kind not in KINDS])


def _create_deadline() -> None:
    """Read by its network within reach; changed by whoever planned it, has it to do, or takes part in its accompagnement."""
    op.create_table(
        "deadline",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("case_id", sa.Integer),
        sa.Column("visit_id", sa.Integer),
        sa.Column("network_id", sa.Integer, nullable=False),
        sa.Column("author_id", sa.Integer, nullable=False),
        sa.Column("assignee_id", sa.Integer, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("state", sa.String(40), nullable=False, server_default="a_faire"),
        sa.Column("settled_by", sa.Integer),
        sa.Column("settled_at", MOMENT),
        sa.Column("reminded_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False, server_default=NOW),
        sa.PrimaryKeyConstraint("id", name="pk_deadline"),
        sa.ForeignKeyConstraint(
            ["siren"],
            ["company.siren"],
            name="fk_deadline_siren_company",
            deferrable=True,
            initially="DEFERRED",
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=f"fk_deadline_{column}_{table}")
            for column, table in (
                ("case_id", "support_case"),
                ("visit_id", "visit"),
                ("network_id", "network"),
                ("author_id", "agent"),
                ("assignee_id", "agent"),
                ("settled_by", "agent"),
            )
        ),
        sa.CheckConstraint(
            "state in ('a_faire', 'faite', 'annulee')", name=op.f("ck_deadline_state_known")
        ),
        sa.CheckConstraint(
            "char_length(what) between 1 and 10000", name=op.f("ck_deadline_what_length")
        ),
        sa.CheckConstraint(
            "(state = 'a_faire') = (settled_at is null)", name=op.f("ck_deadline_settled_when_done")
        ),
    )
    _create_indexes()
    rls.protect(
        "deadline",
        read=READS,
        insert=f"author_id = {rls.ME} and settled_by is null and {READS}",
        update=(CHANGES, f"{READS} and {MINE_TO_SAY}"),
    )
    rls.update_only(
        "deadline",
        "what",
        "due_on",
        "assignee_id",
        "state",
        "settled_by",
        "settled_at",
        "reminded_at",
    )
    rls.revoke("deadline", "delete")


def _create_indexes() -> None:
    to_do = sa.text("state = 'a_faire'")
    for name, column in (("of_agent", "assignee_id"), ("of_firm", "siren")):
        op.create_index(
            f"ix_deadline_{name}", "deadline", [column, "due_on", "id"], postgresql_where=to_do
        )
    op.create_index(
        "ix_deadline_case_id",
        "deadline",
        ["case_id"],
        postgresql_where=sa.text("case_id is not null"),
    )
    op.create_index(
        "uq_deadline_visit_id",
        "deadline",
        ["visit_id"],
        unique=True,
        postgresql_where=sa.text("visit_id is not null"),
    )
    op.create_index(
        "ix_deadline_to_tell",
        "deadline",
        ["due_on", "id"],
        postgresql_where=sa.text("state = 'a_faire' and reminded_at is null"),
    )


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
