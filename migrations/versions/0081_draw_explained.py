"""Lists are drawn without exploration where a manager says so; agents say why they leave a drawn firm aside."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
AS_NOBODY = "select set_config('vigie.system', '', true)"
#: read as the entry is (0029)
OF_SCORE = (
    f"(departments && {rls.zone('score')}"
    f" or ({rls.MY_CASE_FIRM} and vigie_invited(siren, 'score')))"
)
DRAWN_ENTRY = (
    "exists (select from detection_entry e where e.id = entry_id and e.arm = 'random'"
    " and e.siren = draw_override.siren and e.departments = draw_override.departments)"
)
WHERE_HELD = f"department = any ({rls.zone('score')})"
REASONS = ("autre_avant", "deja_suivie", "connue", "refus", "moyens", "hors_champ", "autre")
MARK = """
update detection_place p set is_drawn = true
from detection_entry e where e.list_id = p.list_id and e.siren = p.siren and e.arm = 'random'
"""


def upgrade() -> None:
    """Create both tables; a place says whether its firm was drawn."""
    op.create_check_constraint(
        op.f("ck_detection_entry_arm_known"), "detection_entry", "arm in ('algorithm', 'random')"
    )
    op.create_index(
        "ix_detection_entry_drawn",
        "detection_entry",
        ["list_id", "department"],
        postgresql_where=sa.text("arm = 'random'"),
    )
    op.add_column(
        "detection_place",
        sa.Column("is_drawn", sa.Boolean, server_default=sa.false(), nullable=False),
    )
    for statement in (AS_SYSTEM, MARK, AS_NOBODY):
        op.execute(statement)
    _create_exploration_choice()
    _create_draw_override()


def downgrade() -> None:
    """The former version draws everywhere."""
    op.drop_table("draw_override")
    op.drop_table("exploration_choice")
    op.drop_column("detection_place", "is_drawn")
    op.drop_index("ix_detection_entry_drawn", "detection_entry")
    op.drop_constraint(op.f("ck_detection_entry_arm_known"), "detection_entry")


def _create_exploration_choice() -> None:
    op.create_table(
        "exploration_choice",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("is_on", sa.Boolean, nullable=False),
        sa.Column("motive", sa.Text, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("decided_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_exploration_choice"),
        sa.ForeignKeyConstraint(
            ["department"],
            ["department.code"],
            name="fk_exploration_choice_department_department",
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name="fk_exploration_choice_agent_id_agent"
        ),
        sa.CheckConstraint(
            "char_length(motive) between 1 and 1000",
            name=op.f("ck_exploration_choice_motive_length"),
        ),
    )
    op.create_index("ix_exploration_choice_department", "exploration_choice", ["department", "id"])
    rls.protect(
        "exploration_choice",
        read=WHERE_HELD,
        insert=f"{rls.MINE} and {rls.has_role('manager')} and {WHERE_HELD}",
    )
    rls.revoke("exploration_choice", "update", "delete")


def _create_draw_override() -> None:
    known = ", ".join(f"'{reason}'" for reason in REASONS)
    op.create_table(
        "draw_override",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("entry_id", sa.Integer, nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("comment", sa.Text, server_default="", nullable=False),
        sa.Column("recorded_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("withdrawn_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_draw_override"),
        sa.UniqueConstraint("entry_id", "agent_id", name="uq_draw_override_entry_id_agent_id"),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["detection_entry.id"],
            name="fk_draw_override_entry_id_detection_entry",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_draw_override_agent_id_agent"),
        sa.CheckConstraint(f"reason in ({known})", name=op.f("ck_draw_override_reason_known")),
        sa.CheckConstraint(
            "char_length(comment) <= 500", name=op.f("ck_draw_override_comment_length")
        ),
    )
    rls.protect(
        "draw_override",
        read=OF_SCORE,
        insert=f"{rls.MINE} and {DRAWN_ENTRY}",
        update=(f"{rls.MINE} and {OF_SCORE}", rls.MINE),
    )
    rls.update_only("draw_override", "reason", "comment", "recorded_at", "withdrawn_at")
    rls.revoke("draw_override", "delete")
