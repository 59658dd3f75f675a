"""Acts on many firms of a list, and firms given to a colleague."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
AS_NOBODY = "select set_config('vigie.system', '', true)"
FORMER_EVENTS = (
    "detections:entry:alerted", "cases:case:opened", "cases:case:closed", "cases:member:changed", "cases:state:changed",
    "cases:outcome:revised", "network:comment:written", "detections:signal:written", "unlocks:unlock:opened",
    "visits:visit:logged", "visits:visit:corrected", "detections:entry:feedback", "detections:entry:returned",
)  # fmt: skip
EVENTS = ("cases:firm:assigned",)
#: where a firm works is what Vigie knows, whatever is told
ITS_PLACES = (
    "exists (select from company c where c.siren = firm_assignment.siren"
    " and c.departments = firm_assignment.departments)"
)


def upgrade() -> None:
    """Create the tables, and let the feed tell of firms that are given."""
    op.create_table(
        "bulk_act",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("list_id", sa.Integer),
        sa.Column("sirens", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("choice", sa.Text),
        sa.Column("done_sirens", postgresql.ARRAY(sa.Text), server_default="{}", nullable=False),
        sa.Column("undo", postgresql.JSONB, server_default="{}", nullable=False),
        sa.Column("prepared_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("done_at", MOMENT),
        sa.Column("undone_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_bulk_act"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_bulk_act_agent_id_agent"),
        sa.ForeignKeyConstraint(
            ["list_id"], ["detection_list.id"], name="fk_bulk_act_list_id_detection_list"
        ),
    )
    op.create_index("ix_bulk_act_agent_id", "bulk_act", ["agent_id", "id"])
    rls.protect("bulk_act", read=rls.MINE, insert=rls.MINE, update=rls.MINE)
    rls.update_only("bulk_act", "choice", "done_sirens", "undo", "done_at", "undone_at")
    op.create_table(
        "firm_assignment",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("assigned_by", sa.Integer, nullable=False),
        sa.Column("assigned_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_firm_assignment"),
        sa.ForeignKeyConstraint(
            ["siren"],
            ["company.siren"],
            name="fk_firm_assignment_siren_company",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name="fk_firm_assignment_agent_id_agent"
        ),
        sa.ForeignKeyConstraint(
            ["assigned_by"], ["agent.id"], name="fk_firm_assignment_assigned_by_agent"
        ),
    )
    in_force = sa.text("ended_at is null")
    op.create_index(
        "uq_firm_assignment_in_force",
        "firm_assignment",
        ["siren"],
        unique=True,
        postgresql_where=in_force,
    )
    op.create_index(
        "ix_firm_assignment_agent_id",
        "firm_assignment",
        ["agent_id", "siren"],
        postgresql_where=in_force,
    )
    rls.protect(
        "firm_assignment",
        read=rls.IN_REACH,
        insert=f"assigned_by = {rls.ME} and {rls.IN_REACH} and {ITS_PLACES}",
        update=f"assigned_by = {rls.ME} or {rls.MINE}",
    )
    rls.update_only("firm_assignment", "ended_at")
    _hold_events(FORMER_EVENTS + EVENTS)


def downgrade() -> None:
    """Drop them; the feed forgets what the former version could not tell."""
    op.execute(AS_SYSTEM)
    op.execute(
        f"delete from notification n using feed_event f where f.id = n.event_id and {_in('f.kind', EVENTS)}"
    )
    op.execute(f"delete from feed_event where {_in('kind', EVENTS)}")
    op.execute(AS_NOBODY)
    op.drop_table("firm_assignment")
    op.drop_table("bulk_act")
    _hold_events(FORMER_EVENTS)


def _hold_events(kinds: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_feed_event_kind_known"), "feed_event")
    op.create_check_constraint(op.f("ck_feed_event_kind_known"), "feed_event", _in("kind", kinds))


def _in(column: str, codes: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(map(repr, codes))})"
