"""An alert is answered in three ways, to be read by whoever reads the alert; the opinions of before stay their author's alone."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
AS_NOBODY = "select set_config('vigie.system', '', true)"
#: an answer is read as the entry that it is about (0029)
OF_SCORE = (
    f"(departments && {rls.zone('score')}"
    f" or ({rls.MY_CASE_FIRM} and vigie_invited(siren, 'score')))"
)
SAME_ENTRY = (
    "exists (select from detection_entry e where e.id = entry_id"
    " and e.siren = detection_answer.siren and e.departments = detection_answer.departments)"
)
VISIBLE_ENTRY = "exists (select from detection_entry e where e.id = entry_id)"
KINDS = ("inexacte", "traitee", "surveillance", "utile", "inutile")
FORMER_EVENTS = (
    "detections:entry:alerted", "cases:case:opened", "cases:case:closed", "cases:member:changed", "cases:state:changed",
    "cases:outcome:revised", "network:comment:written", "detections:signal:written", "unlocks:unlock:opened",
    "visits:visit:logged", "visits:visit:corrected",
)  # fmt: skip
EVENTS = ("detections:entry:feedback", "detections:entry:returned")
# Useless because there is no difficulty is what « inexacte » says; useless for another reason is no statement on the alert.
KEPT = """
insert into detection_answer (entry_id, agent_id, siren, departments, kind, reasons, comment, answered_at, is_shared)
select f.entry_id, f.agent_id, e.siren, e.departments,
    case when f.is_useful then 'utile'
        when f.reasons && '{unexplained,no_difficulty,firm_denies}' then 'inexacte' else 'inutile' end,
    f.reasons, f.comment, f.updated_at, false
from detection_feedback f join detection_entry e on e.id = f.entry_id
"""
# The former version knew one opinion, and five reasons of finding an alert useless.
GIVEN_BACK = """
insert into detection_feedback (entry_id, agent_id, is_useful, reasons, comment, updated_at)
select entry_id, agent_id, kind not in ('inexacte', 'inutile'),
    case when kind in ('inexacte', 'inutile') then reasons else '{}' end, comment, answered_at
from detection_answer
"""


def upgrade() -> None:
    """Create the table, move what was answered into it, and let the feed tell of answers."""
    op.create_table(
        "detection_answer",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("entry_id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("reasons", postgresql.ARRAY(sa.Text), server_default="{}", nullable=False),
        sa.Column("comment", sa.Text, server_default="", nullable=False),
        sa.Column("returns_on", sa.Date),
        sa.Column("answered_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("is_shared", sa.Boolean, server_default=sa.true(), nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_detection_answer"),
        sa.UniqueConstraint("entry_id", "agent_id", name="uq_detection_answer_entry_id_agent_id"),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["detection_entry.id"],
            name="fk_detection_answer_entry_id_detection_entry",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name="fk_detection_answer_agent_id_agent"
        ),
        sa.CheckConstraint(_in("kind", KINDS), name=op.f("ck_detection_answer_kind_known")),
        sa.CheckConstraint(
            "(kind = 'surveillance') = (returns_on is not null)",
            name=op.f("ck_detection_answer_day_of_return"),
        ),
    )
    op.create_index("ix_detection_answer_siren", "detection_answer", ["siren"])
    op.create_index(
        "ix_detection_answer_in_force",
        "detection_answer",
        ["siren", "kind"],
        postgresql_where=sa.text("ended_at is null"),
    )
    rls.protect(
        "detection_answer",
        read=f"{rls.MINE} or (is_shared and {OF_SCORE})",
        insert=f"{rls.MINE} and {SAME_ENTRY}",
        update=rls.MINE,
    )
    rls.update_only(
        "detection_answer",
        *("kind", "reasons", "comment", "returns_on", "answered_at", "is_shared", "ended_at"),
    )
    _as_system(KEPT)
    op.drop_table("detection_feedback")
    _hold_events(FORMER_EVENTS + EVENTS)


def downgrade() -> None:
    """Give the opinions back; the feed forgets what the former version could not tell."""
    op.create_table(
        "detection_feedback",
        sa.Column("entry_id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("is_useful", sa.Boolean, nullable=False),
        sa.Column("reasons", postgresql.ARRAY(sa.Text), server_default="{}", nullable=False),
        sa.Column("comment", sa.Text, server_default="", nullable=False),
        sa.Column("updated_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "agent_id", name="pk_detection_feedback"),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name="fk_detection_feedback_agent_id_agent"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["detection_entry.id"],
            name="fk_detection_feedback_entry_id_detection_entry",
            ondelete="CASCADE",
        ),
    )
    rls.protect(
        "detection_feedback",
        read=rls.MINE,
        insert=f"{rls.MINE} and {VISIBLE_ENTRY}",
        update=rls.MINE,
    )
    _as_system(
        GIVEN_BACK,
        f"delete from notification n using feed_event f where f.id = n.event_id and {_in('f.kind', EVENTS)}",
        f"delete from feed_event where {_in('kind', EVENTS)}",
    )
    op.drop_table("detection_answer")
    _hold_events(FORMER_EVENTS)


def _as_system(*statements: str) -> None:
    op.execute(AS_SYSTEM)
    for statement in statements:
        op.execute(statement)
    op.execute(AS_NOBODY)


def _hold_events(kinds: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_feed_event_kind_known"), "feed_event")
    op.create_check_constraint(op.f("ck_feed_event_kind_known"), "feed_event", _in("kind", kinds))


def _in(column: str, codes: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(map(repr, codes))})"
