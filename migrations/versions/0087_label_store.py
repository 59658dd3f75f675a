"""The label store: what a model learns of each firm, and the verdicts of visits; derived, built again at will."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0087"
down_revision = "0086"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
STATES = "'waiting', 'running', 'done', 'failed'"
USES = "'learnt', 'chosen', 'unlisted', 'undetermined', 'refusal', 'unreachable'"
COUNTS = ("firms", "snapshots", "intervals", "events", "halves", "drawn")


def upgrade() -> None:
    """Create the tables, each with its policies."""
    _create_label_build()
    _create_label_interval()
    _create_label_count()
    _create_verdict_label()


def downgrade() -> None:
    """Drop them: nothing was written there that cannot be derived."""
    for table in ("verdict_label", "label_count", "label_interval", "label_build"):
        op.drop_table(table)


def _create_label_build() -> None:
    """A building of the store at a date of knowledge, asked for by a data scientist or by what was published."""
    op.create_table(
        "label_build",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("known_on", sa.Date, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("trigger", sa.Text, nullable=False),
        sa.Column("asked_by", sa.Integer),
        sa.Column("created_at", MOMENT, nullable=False, server_default=sa.text("now()")),
        sa.Column("finished_at", MOMENT),
        sa.Column("error", sa.Text),
        sa.Column("facts", postgresql.JSONB),
        sa.PrimaryKeyConstraint("id", name="pk_label_build"),
        sa.ForeignKeyConstraint(["asked_by"], ["agent.id"], name="fk_label_build_asked_by_agent"),
        sa.CheckConstraint(f"state in ({STATES})", name=op.f("ck_label_build_state_known")),
        sa.CheckConstraint(
            "(state = 'done') = (facts is not null)", name=op.f("ck_label_build_told_once_done")
        ),
    )
    op.create_index("ix_label_build_known_on", "label_build", ["known_on", "id"])
    mine = f"{rls.SCIENTISTS} and asked_by = {rls.ME} and state = 'waiting'"
    rls.protect("label_build", read=rls.RUNNERS, insert=mine)


def _create_label_interval() -> None:
    """What is learnt of a firm: a letter a quarter, how many interval rows, and which of them are drawn.

    Derived from what Urssaf told among others: read where that nature is, once something opened the firm.
    """
    op.create_table(
        "label_interval",
        sa.Column("build_id", sa.Integer, nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("fold", sa.SmallInteger, nullable=False),
        sa.Column("fates", sa.Text, nullable=False),
        sa.Column("counts", sa.Text, nullable=False),
        sa.Column("drawn", sa.Text, nullable=False),
        sa.Column("opened_on", postgresql.ARRAY(sa.Date), nullable=False),
        sa.Column("supported_on", sa.Date),
        sa.Column("closed_on", sa.Date),
        sa.PrimaryKeyConstraint("build_id", "siren", name="pk_label_interval"),
        sa.ForeignKeyConstraint(
            ["build_id"],
            ["label_build.id"],
            name="fk_label_interval_build_id_label_build",
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "length(counts) = length(fates) and length(drawn) = 2 * length(fates)",
            name=op.f("ck_label_interval_a_letter_a_quarter"),
        ),
    )
    rls.protect("label_interval", read=f"{rls.SCIENTISTS} and vigie_reads(siren, 'urssaf')")


def _create_label_count() -> None:
    """What is learnt of the country, by year and region, and why the rest is not; names no firm."""
    op.create_table(
        "label_count",
        sa.Column("build_id", sa.Integer, nullable=False),
        sa.Column("year", sa.SmallInteger, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("fate", sa.Text, nullable=False),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in COUNTS),
        sa.PrimaryKeyConstraint("build_id", "region", "year", "fate", name="pk_label_count"),
        sa.ForeignKeyConstraint(
            ["build_id"],
            ["label_build.id"],
            name="fk_label_count_build_id_label_build",
            ondelete="CASCADE",
        ),
    )
    rls.protect("label_count", read=rls.RUNNERS)


def _create_verdict_label() -> None:
    """What a visit found, from the day it was known until the day it was corrected, and how the firm came to be visited."""
    op.create_table(
        "verdict_label",
        sa.Column("visit_id", sa.Integer, nullable=False),
        sa.Column("known_on", sa.Date, nullable=False),
        sa.Column("until", sa.Date),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("visited_on", sa.Date, nullable=False),
        sa.Column("verdict", sa.Text),
        sa.Column("use", sa.String(40), nullable=False),
        sa.Column("entry_id", sa.Integer),
        sa.Column("arm", sa.Text),
        sa.Column("p_select", sa.Double),
        sa.PrimaryKeyConstraint("visit_id", "known_on", name="pk_verdict_label"),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name="fk_verdict_label_visit_id_visit", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["detection_entry.id"],
            name="fk_verdict_label_entry_id_detection_entry",
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(f"use in ({USES})", name=op.f("ck_verdict_label_use_known")),
        sa.CheckConstraint(
            "use <> 'learnt' or (arm = 'random' and verdict is not null and p_select > 0 and p_select <= 1)",
            name=op.f("ck_verdict_label_drawn"),
        ),
        sa.CheckConstraint("until > known_on", name=op.f("ck_verdict_label_in_order")),
    )
    op.create_index("ix_verdict_label_siren", "verdict_label", ["siren"])
    op.create_index("ix_verdict_label_entry_id", "verdict_label", ["entry_id"])
    rls.protect("verdict_label", read=f"{rls.SCIENTISTS} and departments && {rls.zone('score')}")
