"""Runs of the detection: expert rules, steps, and what watches the model at each run."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")


def upgrade() -> None:
    """Create the tables, each with its policies."""
    _create_expert_rule_set()
    _create_detection_run()
    _create_run_step()
    _create_drift_report()
    _create_shadow_run()


def downgrade() -> None:
    """Drop them."""
    for table in ("shadow_run", "drift_report", "run_step", "detection_run", "expert_rule_set"):
        op.drop_table(table)


def _create_expert_rule_set() -> None:
    """A version of the expert rules: the YAML as it was written. Never updated; another version follows."""
    op.create_table(
        "expert_rule_set",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("author_id", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("in_force_from", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_expert_rule_set"),
        sa.ForeignKeyConstraint(
            ["author_id"], ["agent.id"], name="fk_expert_rule_set_author_id_agent"
        ),
        sa.CheckConstraint("length(trim(note)) > 0", name=op.f("ck_expert_rule_set_explained")),
    )
    rls.protect(
        "expert_rule_set",
        read=rls.RUNNERS,
        insert=f"author_id = {rls.ME} and {rls.SCIENTISTS}",
    )
    rls.revoke("expert_rule_set", "update", "delete")


def _create_detection_run() -> None:
    """One execution of the detection at an as-of date."""
    op.create_table(
        "detection_run",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("trigger", sa.Text, nullable=False),
        sa.Column("started_by", sa.Integer),
        sa.Column("model_id", sa.Integer),
        sa.Column("rule_set_id", sa.Integer),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.Column("error", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_detection_run"),
        sa.ForeignKeyConstraint(
            ["model_id"], ["model_version.id"], name="fk_detection_run_model_id_model_version"
        ),
        sa.ForeignKeyConstraint(
            ["rule_set_id"],
            ["expert_rule_set.id"],
            name="fk_detection_run_rule_set_id_expert_rule_set",
        ),
        sa.ForeignKeyConstraint(
            ["started_by"], ["agent.id"], name="fk_detection_run_started_by_agent"
        ),
        sa.CheckConstraint(
            "state in ('waiting', 'running', 'done', 'failed')",
            name=op.f("ck_detection_run_state_known"),
        ),
    )
    rls.protect("detection_run", read=rls.RUNNERS, insert=rls.RUNNERS, update=rls.RUNNERS)


def _create_run_step() -> None:
    """One step of a run: when, how long, how many."""
    op.create_table(
        "run_step",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("started_at", MOMENT),
        sa.Column("finished_at", MOMENT),
        sa.Column("counts", postgresql.JSONB, nullable=False),
        sa.Column("error", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_run_step"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["detection_run.id"], name="fk_run_step_run_id_detection_run"
        ),
        sa.UniqueConstraint("run_id", "name", name="uq_run_step_run_id_name"),
        sa.CheckConstraint(
            "name in ('freshness', 'features', 'score', 'drift', 'rules', 'explain', 'list', 'alerts', 'shadow')",
            name=op.f("ck_run_step_name_known"),
        ),
        sa.CheckConstraint(
            "state in ('waiting', 'running', 'done', 'failed')",
            name=op.f("ck_run_step_state_known"),
        ),
    )
    rls.protect("run_step", read=rls.RUNNERS, insert=rls.RUNNERS, update=rls.RUNNERS)


def _create_drift_report() -> None:
    """The drift found by a run. When it is red, the list waits until somebody overrides it, with a reason."""
    op.create_table(
        "drift_report",
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("model_id", sa.Integer, nullable=False),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("findings", postgresql.JSONB, nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("allowed_by", sa.Integer),
        sa.Column("allowed_at", MOMENT),
        sa.Column("allowed_reason", sa.Text),
        sa.PrimaryKeyConstraint("run_id", name="pk_drift_report"),
        sa.ForeignKeyConstraint(
            ["allowed_by"], ["agent.id"], name="fk_drift_report_allowed_by_agent"
        ),
        sa.ForeignKeyConstraint(
            ["model_id"], ["model_version.id"], name="fk_drift_report_model_id_model_version"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["detection_run.id"], name="fk_drift_report_run_id_detection_run"
        ),
        sa.CheckConstraint(
            "(allowed_at is null) = (allowed_reason is null)",
            name=op.f("ck_drift_report_allowed_with_a_reason"),
        ),
        sa.CheckConstraint(
            "verdict in ('green', 'orange', 'red')", name=op.f("ck_drift_report_verdict_known")
        ),
    )
    rls.protect("drift_report", read=rls.RUNNERS, update=rls.SCIENTISTS)
    # What was found is never rewritten: only that somebody overrides it is added.
    rls.update_only("drift_report", "allowed_by", "allowed_at", "allowed_reason")


def _create_shadow_run() -> None:
    """How a challenger scored a run beside the champion. Its scores stay on disk: nobody is shown them."""
    op.create_table(
        "shadow_run",
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("model_id", sa.Integer, nullable=False),
        sa.Column("champion_id", sa.Integer, nullable=False),
        sa.Column("counts", postgresql.JSONB, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("run_id", name="pk_shadow_run"),
        sa.ForeignKeyConstraint(
            ["champion_id"], ["model_version.id"], name="fk_shadow_run_champion_id_model_version"
        ),
        sa.ForeignKeyConstraint(
            ["model_id"], ["model_version.id"], name="fk_shadow_run_model_id_model_version"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["detection_run.id"], name="fk_shadow_run_run_id_detection_run"
        ),
    )
    rls.protect("shadow_run", read=rls.RUNNERS)
    rls.revoke("shadow_run", "update")
