"""What firms ask about the algorithm, with the day an answer is due; who has learnt to read an alert."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0100"
down_revision = "0099"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
KINDS = "kind in ('savoir', 'corriger', 'contester')"
OUTCOMES = "outcome in ('releve', 'corrigee', 'explication', 'refus', 'sans_suite')"
#: administrators keep every demand; heads of networks, those of the firms of their zone
KEEPERS = f"({rls.ADMINISTRATORS} or ({rls.has_role('manager')} and {rls.IN_ZONE}))"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "demand",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("asked_as", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("received_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("author_id", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False, server_default=NOW),
        sa.Column("outcome", sa.String(40)),
        sa.Column("answer", sa.Text),
        sa.Column("answered_on", sa.Date),
        sa.Column("answered_by", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_demand"),
        _agent("demand", "author_id"),
        _agent("demand", "answered_by"),
        sa.CheckConstraint(KINDS, name=op.f("ck_demand_kind_known")),
        sa.CheckConstraint(OUTCOMES, name=op.f("ck_demand_outcome_known")),
        sa.CheckConstraint("due_on > received_on", name=op.f("ck_demand_due_after")),
        sa.CheckConstraint(
            "num_nonnulls(outcome, answer, answered_on, answered_by) in (0, 4)",
            name=op.f("ck_demand_answered_whole"),
        ),
        sa.CheckConstraint("answered_on >= received_on", name=op.f("ck_demand_answered_after")),
        *_lengths("demand", asked_as="between 1 and 120", body="between 1 and 10000", answer="between 1 and 10000"),
    )  # fmt: skip
    op.create_index("ix_demand_due_on", "demand", ["due_on", "id"])
    rls.protect(
        "demand",
        read=KEEPERS,
        insert=f"{KEEPERS} and author_id = {rls.ME} and outcome is null",
        update=(f"{KEEPERS} and outcome is null", f"{KEEPERS} and answered_by = {rls.ME}"),
    )
    rls.update_only("demand", "outcome", "answer", "answered_on", "answered_by")
    rls.revoke("demand", "delete")
    op.create_table(
        "lesson_record",
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.Column("hushed_at", MOMENT),
        sa.PrimaryKeyConstraint("agent_id", "version", name="pk_lesson_record"),
        _agent("lesson_record", "agent_id"),
    )
    rls.protect("lesson_record", read=rls.MINE, insert=rls.MINE, update=rls.MINE)
    rls.update_only("lesson_record", "finished_at", "hushed_at")
    rls.revoke("lesson_record", "delete")


def downgrade() -> None:
    """Drop them: the former version has no register and no lesson."""
    op.drop_table("lesson_record")
    op.drop_table("demand")


def _agent(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["agent.id"], name=f"fk_{table}_{column}_agent")


def _lengths(table: str, **bounds: str) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(f"char_length({column}) {bound}", name=op.f(f"ck_{table}_{column}_length"))
        for column, bound in bounds.items()
    ]  # fmt: skip
