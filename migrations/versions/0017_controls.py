"""What watches the model at each run: drift, and the challenger in the shadow."""

import runpy
from pathlib import Path

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

RIGHTS = runpy.run_path(str(Path(__file__).with_name("0009_rights.py")))
FORMER_STEPS = ("freshness", "features", "score", "rules", "explain", "list", "alerts")
STEPS = ("freshness", "features", "score", "drift", "rules", "explain", "list", "alerts", "shadow")
VERDICTS = "('green', 'orange', 'red')"
SCIENTISTS = RIGHTS["has_role"]("data_scientist")

#: (who reads, who inserts, who updates, who deletes)
POLICIES = {
    "drift_report": (RIGHTS["RUNNERS"], None, SCIENTISTS, None),
    "shadow_run": (RIGHTS["RUNNERS"], None, None, None),
}


def upgrade() -> None:
    """Add the tables, and the steps to the runs that are not over."""
    _create_tables()
    _name_steps(STEPS)
    op.execute("update run_step set position = position + 1 where position >= 3")
    for position, name in ((3, "drift"), (8, "shadow")):
        op.execute(
            "insert into run_step (run_id, position, name, state, counts)"
            f" select id, {position}, '{name}', 'waiting', '{{}}' from detection_run where state <> 'done'"
        )
    for table, policy in POLICIES.items():
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(
            f"create policy {table}_system on {table}"
            f" using ({RIGHTS['SYSTEM']}) with check ({RIGHTS['SYSTEM']})"
        )
        RIGHTS["_create"](table, policy)
    # What was found is never rewritten: only that somebody passed over it is added.
    app_role = context.get_context().opts["app_role"]
    for table in POLICIES:
        op.execute(f'revoke update on {table} from "{app_role}"')
    op.execute(f'grant update (allowed_by, allowed_at, allowed_reason) on drift_report to "{app_role}"')


def downgrade() -> None:
    """Forget what was watched."""
    op.execute("delete from run_step where name in ('drift', 'shadow')")
    op.execute("update run_step set position = position - 1 where position > 3")
    _name_steps(FORMER_STEPS)
    op.drop_table("shadow_run")
    op.drop_table("drift_report")


def _name_steps(names: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_run_step_name_known"), "run_step")
    op.create_check_constraint(op.f("ck_run_step_name_known"), "run_step", f"name in {names}")


def _create_tables() -> None:
    op.create_table(
        "drift_report",
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("model_id", sa.Integer, nullable=False),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("findings", postgresql.JSONB, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("allowed_by", sa.Integer),
        sa.Column("allowed_at", sa.DateTime(timezone=True)),
        sa.Column("allowed_reason", sa.Text),
        sa.CheckConstraint(f"verdict in {VERDICTS}", name=op.f("ck_drift_report_verdict_known")),
        sa.CheckConstraint("(allowed_at is null) = (allowed_reason is null)", name=op.f("ck_drift_report_allowed_with_a_reason")),
        sa.ForeignKeyConstraint(["run_id"], ["detection_run.id"], name=op.f("fk_drift_report_run_id_detection_run")),
        sa.ForeignKeyConstraint(["model_id"], ["model_version.id"], name=op.f("fk_drift_report_model_id_model_version")),
        sa.ForeignKeyConstraint(["allowed_by"], ["agent.id"], name=op.f("fk_drift_report_allowed_by_agent")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_drift_report")),
    )  # fmt: skip
    op.create_table(
        "shadow_run",
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("model_id", sa.Integer, nullable=False),
        sa.Column("champion_id", sa.Integer, nullable=False),
        sa.Column("counts", postgresql.JSONB, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["detection_run.id"], name=op.f("fk_shadow_run_run_id_detection_run")),
        sa.ForeignKeyConstraint(["model_id"], ["model_version.id"], name=op.f("fk_shadow_run_model_id_model_version")),
        sa.ForeignKeyConstraint(["champion_id"], ["model_version.id"], name=op.f("fk_shadow_run_champion_id_model_version")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_shadow_run")),
    )  # fmt: skip
