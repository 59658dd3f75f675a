"""Models: their versions, the decisions of people on them, the trainings asked for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")


def upgrade() -> None:
    """Create the tables, each with its policies."""
    _create_model_version()
    _create_model_decision()
    _create_training_run()


def downgrade() -> None:
    """Drop them."""
    for table in ("training_run", "model_decision", "model_version"):
        op.drop_table(table)


def _create_model_version() -> None:
    """A trained model. Its directory is immutable and named by its digest."""
    op.create_table(
        "model_version",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("directory", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("trained_as_of", sa.Date, nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("state", sa.String(40), server_default="candidate", nullable=False),
        sa.Column("metrics", postgresql.JSONB, nullable=False),
        sa.Column("gate", postgresql.JSONB),
        sa.PrimaryKeyConstraint("id", name="pk_model_version"),
        sa.UniqueConstraint("sha256", name="uq_model_version_sha256"),
        sa.CheckConstraint(
            "state in ('candidate', 'challenger', 'champion', 'retired')",
            name=op.f("ck_model_version_state_known"),
        ),
    )
    op.create_index(
        "uq_model_version_on_duty",
        "model_version",
        ["state"],
        unique=True,
        postgresql_where=sa.text("state in ('challenger', 'champion')"),
    )
    rls.protect("model_version", read=rls.RUNNERS, insert=rls.RUNNERS, update=rls.SCIENTISTS)
    # What was measured is never rewritten; which model is on duty is a data scientist's to say.
    rls.update_only("model_version", "state", "gate")


def _create_model_decision() -> None:
    """Somebody's decision on a model, with the reason; never rewritten."""
    op.create_table(
        "model_decision",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("model_id", sa.Integer, nullable=False),
        sa.Column("former_id", sa.Integer),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("decided_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_model_decision"),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name="fk_model_decision_agent_id_agent"
        ),
        sa.ForeignKeyConstraint(
            ["former_id"], ["model_version.id"], name="fk_model_decision_former_id_model_version"
        ),
        sa.ForeignKeyConstraint(
            ["model_id"], ["model_version.id"], name="fk_model_decision_model_id_model_version"
        ),
        sa.CheckConstraint(
            "kind in ('challenge', 'promote', 'rollback')",
            name=op.f("ck_model_decision_kind_known"),
        ),
    )
    op.create_index("ix_model_decision_model_id", "model_decision", ["model_id"])
    rls.protect("model_decision", read=rls.RUNNERS, insert=f"{rls.MINE} and {rls.SCIENTISTS}")
    rls.revoke("model_decision", "update", "delete")


def _create_training_run() -> None:
    """A training asked for, by the calendar or by somebody, and how far it is."""
    op.create_table(
        "training_run",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("trigger", sa.Text, nullable=False),
        sa.Column("started_by", sa.Integer),
        sa.Column("model_id", sa.Integer),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("started_at", MOMENT),
        sa.Column("finished_at", MOMENT),
        sa.Column("error", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_training_run"),
        sa.ForeignKeyConstraint(
            ["model_id"], ["model_version.id"], name="fk_training_run_model_id_model_version"
        ),
        sa.ForeignKeyConstraint(
            ["started_by"], ["agent.id"], name="fk_training_run_started_by_agent"
        ),
        sa.CheckConstraint(
            "state in ('waiting', 'running', 'done', 'failed')",
            name=op.f("ck_training_run_state_known"),
        ),
        sa.CheckConstraint(
            "step in ('learn', 'register', 'judge')", name=op.f("ck_training_run_step_known")
        ),
    )
    rls.protect(
        "training_run",
        read=rls.RUNNERS,
        insert=f"started_by = {rls.ME} and {rls.SCIENTISTS}",
        update=rls.SCIENTISTS,
    )
    # What was asked is never rewritten: only how far it is.
    rls.update_only(
        "training_run", "state", "step", "model_id", "started_at", "finished_at", "error"
    )
    rls.revoke("training_run", "delete")
