"""Models: their state, what the gate says of them, and the decisions of people."""

import runpy
from pathlib import Path

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

RIGHTS = runpy.run_path(str(Path(__file__).with_name("0009_rights.py")))
STATES = "('candidate', 'challenger', 'champion', 'retired')"
KINDS = "('challenge', 'promote', 'rollback')"
SCIENTISTS = RIGHTS["has_role"]("data_scientist")
POLICY = (RIGHTS["RUNNERS"], f"agent_id = {RIGHTS['ME']} and {SCIENTISTS}", None, None)
FORMER_MODEL = RIGHTS["ADDED"]["model_version"]


def upgrade() -> None:
    """The state takes the place of the flag."""
    op.add_column("model_version", sa.Column("state", sa.String(40), server_default="candidate", nullable=False))
    op.add_column("model_version", sa.Column("gate", postgresql.JSONB))
    op.execute("update model_version set state = 'champion' where is_champion")
    op.drop_index("uq_model_version_champion", "model_version")
    op.drop_column("model_version", "is_champion")
    op.create_check_constraint(op.f("ck_model_version_state_known"), "model_version", f"state in {STATES}")
    op.create_index(
        "uq_model_version_on_duty", "model_version", ["state"],
        unique=True, postgresql_where=sa.text("state in ('challenger', 'champion')"),
    )  # fmt: skip
    op.create_table(
        "model_decision",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("model_id", sa.Integer, nullable=False),
        sa.Column("former_id", sa.Integer),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(f"kind in {KINDS}", name=op.f("ck_model_decision_kind_known")),
        sa.ForeignKeyConstraint(["model_id"], ["model_version.id"], name=op.f("fk_model_decision_model_id_model_version")),
        sa.ForeignKeyConstraint(["former_id"], ["model_version.id"], name=op.f("fk_model_decision_former_id_model_version")),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_model_decision_agent_id_agent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_decision")),
    )  # fmt: skip
    op.create_index(op.f("ix_model_decision_model_id"), "model_decision", ["model_id"])
    op.execute("alter table model_decision enable row level security")
    op.execute("alter table model_decision force row level security")
    op.execute(
        "create policy model_decision_system on model_decision"
        f" using ({RIGHTS['SYSTEM']}) with check ({RIGHTS['SYSTEM']})"
    )
    RIGHTS["_create"]("model_decision", POLICY)
    # What was measured is never rewritten; which model is on duty is a data scientist's to say.
    app_role = context.get_context().opts["app_role"]
    op.execute(f'revoke update, delete on model_decision from "{app_role}"')
    op.execute(f'revoke update on model_version from "{app_role}"')
    op.execute(f'grant update (state, gate) on model_version to "{app_role}"')
    op.execute("drop policy model_version_update on model_version")
    op.execute(
        f"create policy model_version_update on model_version for update using ({SCIENTISTS}) with check ({SCIENTISTS})"
    )


def downgrade() -> None:
    """The flag takes the place of the state."""
    app_role = context.get_context().opts["app_role"]
    op.execute("drop policy model_version_update on model_version")
    op.execute(
        "create policy model_version_update on model_version for update"
        f" using ({FORMER_MODEL[2]}) with check ({FORMER_MODEL[2]})"
    )
    op.execute(f'revoke update (state, gate) on model_version from "{app_role}"')
    op.execute(f'grant update on model_version to "{app_role}"')
    op.drop_table("model_decision")
    op.drop_index("uq_model_version_on_duty", "model_version")
    op.add_column("model_version", sa.Column("is_champion", sa.Boolean, server_default=sa.text("false"), nullable=False))
    op.execute("update model_version set is_champion = state = 'champion'")
    op.create_index(
        "uq_model_version_champion", "model_version", ["is_champion"],
        unique=True, postgresql_where=sa.text("is_champion"),
    )  # fmt: skip
    op.drop_column("model_version", "gate")
    op.drop_column("model_version", "state")
