"""Trainings asked for, and what the bell says that is about no firm."""

import runpy
from pathlib import Path

import sqlalchemy as sa
from alembic import context, op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

RIGHTS = runpy.run_path(str(Path(__file__).with_name("0009_rights.py")))
STATES = "('waiting', 'running', 'done', 'failed')"
STEPS = "('learn', 'register', 'judge')"
SCIENTISTS = RIGHTS["has_role"]("data_scientist")
MINE = f"agent_id = {RIGHTS['ME']}"

#: (who reads, who inserts, who updates, who deletes)
POLICIES = {
    "training_run": (RIGHTS["RUNNERS"], f"started_by = {RIGHTS['ME']} and {SCIENTISTS}", SCIENTISTS, None),
    "announcement": (MINE, None, MINE, None),
}


def upgrade() -> None:
    """Add both tables."""
    _create_tables()
    for table, policy in POLICIES.items():
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(
            f"create policy {table}_system on {table}"
            f" using ({RIGHTS['SYSTEM']}) with check ({RIGHTS['SYSTEM']})"
        )
        RIGHTS["_create"](table, policy)
    # What was asked, and what was said, is never rewritten.
    app_role = context.get_context().opts["app_role"]
    for table in POLICIES:
        op.execute(f'revoke update, delete on {table} from "{app_role}"')
    op.execute(
        f'grant update (state, step, model_id, started_at, finished_at, error) on training_run to "{app_role}"'
    )
    op.execute(f'grant update (read_at) on announcement to "{app_role}"')


def downgrade() -> None:
    """Forget both."""
    op.drop_table("announcement")
    op.drop_table("training_run")


def _create_tables() -> None:
    op.create_table(
        "training_run",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("trigger", sa.Text, nullable=False),
        sa.Column("started_by", sa.Integer),
        sa.Column("model_id", sa.Integer),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("error", sa.Text),
        sa.CheckConstraint(f"state in {STATES}", name=op.f("ck_training_run_state_known")),
        sa.CheckConstraint(f"step in {STEPS}", name=op.f("ck_training_run_step_known")),
        sa.ForeignKeyConstraint(["started_by"], ["agent.id"], name=op.f("fk_training_run_started_by_agent")),
        sa.ForeignKeyConstraint(["model_id"], ["model_version.id"], name=op.f("fk_training_run_model_id_model_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_run")),
    )  # fmt: skip
    op.create_table(
        "announcement",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("dedup_key", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_announcement_agent_id_agent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
        sa.UniqueConstraint("agent_id", "dedup_key", name=op.f("uq_announcement_agent_id_dedup_key")),
    )  # fmt: skip
