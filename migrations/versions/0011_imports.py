"""Imports: batches, their files, checks and decisions, and the months that each source covers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")

OPERATORS = rls.has_role("agent", "manager", "data_scientist", "administrateur")
OF_A_VISIBLE_BATCH = "exists (select from batch b where b.id = batch_id)"


def upgrade() -> None:
    """Create the tables, each with its policies."""
    _create_batch()
    _create_batch_file()
    _create_batch_check()
    _create_batch_decision()
    _create_source_coverage()


def downgrade() -> None:
    """Drop them."""
    for table in ("source_coverage", "batch_decision", "batch_check", "batch_file", "batch"):
        op.drop_table(table)


def _create_batch() -> None:
    """Files received together, published whole or not at all."""
    op.create_table(
        "batch",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("started_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("published_at", MOMENT),
        sa.Column("error", sa.Text),
        sa.Column("started_by", sa.Integer),
        sa.Column("is_held", sa.Boolean, server_default="false", nullable=False),
        sa.Column("replays", sa.Text),
        sa.Column("level", sa.String(40)),
        sa.Column("progress", postgresql.JSONB, server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_batch"),
        sa.ForeignKeyConstraint(["replays"], ["batch.id"], name="fk_batch_replays_batch"),
        sa.ForeignKeyConstraint(["started_by"], ["agent.id"], name="fk_batch_started_by_agent"),
        sa.CheckConstraint(
            "level in ('green', 'orange', 'red')", name=op.f("ck_batch_level_known")
        ),
        sa.CheckConstraint(
            "state in ('loading', 'waiting', 'published', 'failed', 'abandoned', 'withdrawn')",
            name=op.f("ck_batch_state_known"),
        ),
    )
    rls.protect("batch", read=OPERATORS)


def _create_batch_file() -> None:
    """One file of a batch and its account: ``rows = valid + rejected + outside``."""
    op.create_table(
        "batch_file",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("batch_id", sa.Text, nullable=False),
        sa.Column("source", sa.Text),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("valid", sa.BigInteger, nullable=False),
        sa.Column("rejected", sa.BigInteger, nullable=False),
        sa.Column("outside", sa.BigInteger, nullable=False),
        sa.Column("reasons", postgresql.JSONB, nullable=False),
        sa.Column("is_new", sa.Boolean, nullable=False),
        sa.Column("error", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_batch_file"),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_batch_file_batch_id_batch"),
    )
    op.create_index("ix_batch_file_batch_id", "batch_file", ["batch_id"])
    op.create_index("ix_batch_file_sha256", "batch_file", ["sha256"])
    rls.protect("batch_file", read=OF_A_VISIBLE_BATCH)


def _create_batch_check() -> None:
    """A quality check of one source of a batch, with the bounds that judged it: the rule may change, not the past."""
    op.create_table(
        "batch_check",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("batch_id", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("source_label", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("measure", sa.Double, nullable=False),
        sa.Column("orange", sa.Double, nullable=False),
        sa.Column("red", sa.Double, nullable=False),
        sa.Column("before", sa.Double),
        sa.Column("now", sa.Double),
        sa.Column("detail", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_batch_check"),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_batch_check_batch_id_batch"),
        sa.CheckConstraint(
            "level in ('green', 'orange', 'red')", name=op.f("ck_batch_check_level_known")
        ),
    )
    op.create_index("ix_batch_check_batch_id", "batch_check", ["batch_id"])
    rls.protect("batch_check", read=OF_A_VISIBLE_BATCH)


def _create_batch_decision() -> None:
    """Somebody's decision on a batch, with the reason; a worker carries it out."""
    op.create_table(
        "batch_decision",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("batch_id", sa.Text, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("agent_id", sa.Integer),
        sa.Column("asked_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("done_at", MOMENT),
        sa.Column("error", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_batch_decision"),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name="fk_batch_decision_agent_id_agent"
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name="fk_batch_decision_batch_id_batch"
        ),
        sa.CheckConstraint(
            "kind in ('publish', 'abandon', 'replay', 'rollback')",
            name=op.f("ck_batch_decision_kind_known"),
        ),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_batch_decision_reasoned")),
    )
    op.create_index("ix_batch_decision_batch_id", "batch_decision", ["batch_id"])
    op.create_index(
        "uq_batch_decision_open",
        "batch_decision",
        ["batch_id"],
        unique=True,
        postgresql_where=sa.text("done_at is null"),
    )
    rls.protect(
        "batch_decision", read=OF_A_VISIBLE_BATCH, insert=f"{rls.MINE} and {rls.ADMINISTRATORS}"
    )


def _create_source_coverage() -> None:
    """How many published rows of a source cover each of the last months."""
    op.create_table(
        "source_coverage",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("first_month", sa.Date, nullable=False),
        sa.Column("rows", postgresql.ARRAY(sa.BigInteger), nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_source_coverage"),
    )
    rls.protect("source_coverage", read=OPERATORS)
