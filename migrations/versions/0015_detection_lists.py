"""Lists of the detection: entries, why each is there, what agents make of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")

PUBLISHED = "list_id in (select id from detection_list where published_at is not null)"
VISIBLE_ENTRY = "exists (select from detection_entry e where e.id = entry_id)"


def upgrade() -> None:
    """Create the tables, each with its policies."""
    _create_detection_list()
    _create_detection_entry()
    _create_detection_reason()
    _create_detection_rule_effect()
    _create_detection_feedback()
    _create_human_signal()


def downgrade() -> None:
    """Drop them."""
    for table in (
        "human_signal",
        "detection_feedback",
        "detection_rule_effect",
        "detection_reason",
        "detection_entry",
        "detection_list",
    ):
        op.drop_table(table)


def _create_detection_list() -> None:
    """The list of a run. Readers see it from the transaction that writes `published_at`."""
    op.create_table(
        "detection_list",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("parameters", postgresql.JSONB, nullable=False),
        sa.Column("published_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_detection_list"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["detection_run.id"], name="fk_detection_list_run_id_detection_run"
        ),
        sa.UniqueConstraint("run_id", name="uq_detection_list_run_id"),
    )
    op.create_index("ix_detection_list_as_of", "detection_list", ["as_of"])
    rls.protect("detection_list", read=f"{rls.HABILITATED} and published_at is not null")


def _create_detection_entry() -> None:
    """One firm of a list: its probabilities, its level, and how it was chosen. Confidential: nature `score`."""
    op.create_table(
        "detection_entry",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("list_id", sa.Integer, nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("department", sa.Text),
        sa.Column("departments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("p12", sa.Double, nullable=False),
        sa.Column("p18", sa.Double, nullable=False),
        sa.Column("p24", sa.Double, nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("model_level", sa.String(40)),
        sa.Column("rules_count", sa.Integer, server_default="0", nullable=False),
        sa.Column("novelty", sa.String(40), nullable=False),
        sa.Column("arm", sa.Text, nullable=False),
        sa.Column("p_select", sa.Double, nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_detection_entry"),
        sa.ForeignKeyConstraint(
            ["list_id"], ["detection_list.id"], name="fk_detection_entry_list_id_detection_list"
        ),
        sa.UniqueConstraint("list_id", "siren", name="uq_detection_entry_list_id_siren"),
        sa.CheckConstraint(
            "level in ('elevee', 'moderee', 'none')", name=op.f("ck_detection_entry_level_known")
        ),
        sa.CheckConstraint(
            "model_level in ('elevee', 'moderee', 'none')",
            name=op.f("ck_detection_entry_model_level_known"),
        ),
        sa.CheckConstraint(
            "novelty in ('first_alert', 'aggravation', 're_alert', 'none')",
            name=op.f("ck_detection_entry_novelty_known"),
        ),
        sa.CheckConstraint(
            "0 <= p12 and p12 <= p18 and p18 <= p24 and p24 <= 1",
            name=op.f("ck_detection_entry_ordered_probabilities"),
        ),
        sa.CheckConstraint(
            "0 < p_select and p_select <= 1",
            name=op.f("ck_detection_entry_p_select_is_a_probability"),
        ),
    )
    op.create_index("ix_detection_entry_list_rank", "detection_entry", ["list_id", "rank"])
    op.create_index("ix_detection_entry_siren", "detection_entry", ["siren"])
    of_score = rls.of_nature("'score'", rls.zone("score"))
    rls.protect("detection_entry", read=f"{PUBLISHED} and {of_score}")


def _create_detection_reason() -> None:
    """One line of the explanation of an entry: a theme (``base``: where every firm starts) without `variable`, else one variable."""
    op.create_table(
        "detection_reason",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("entry_id", sa.Integer, nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("nature", sa.Text),
        sa.Column("theme", sa.Text, nullable=False),
        sa.Column("variable", sa.Text),
        sa.Column("horizon", sa.Integer, server_default="24", nullable=False),
        sa.Column("contribution", sa.Double),
        sa.Column("sentence", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_detection_reason"),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["detection_entry.id"],
            name="fk_detection_reason_entry_id_detection_entry",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_detection_reason_entry_id", "detection_reason", ["entry_id"])
    of_its_nature = rls.of_nature("nature", rls.zone_of("nature"))
    rls.protect("detection_reason", read=f"{VISIBLE_ENTRY} and (nature is null or {of_its_nature})")


def _create_detection_rule_effect() -> None:
    """An expert rule that applied to an entry. Readable with every nature its features need."""
    op.create_table(
        "detection_rule_effect",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("entry_id", sa.Integer, nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("natures", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("effect", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_detection_rule_effect"),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["detection_entry.id"],
            name="fk_detection_rule_effect_entry_id_detection_entry",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_detection_rule_effect_entry_id", "detection_rule_effect", ["entry_id"])
    # The reason of a rule says what its features hold: every one of their natures is needed.
    of_nature = rls.of_nature("n.nature", rls.zone_of("n.nature"))
    rls.protect(
        "detection_rule_effect",
        read=f"{VISIBLE_ENTRY} and not exists"
        f" (select from unnest(natures) as n(nature) where not coalesce({of_nature}, false))",
    )


def _create_detection_feedback() -> None:
    """An agent's opinion of a detection; it may be revised."""
    op.create_table(
        "detection_feedback",
        sa.Column("entry_id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("is_useful", sa.Boolean, nullable=False),
        sa.Column("reasons", postgresql.ARRAY(sa.Text), server_default="{}", nullable=False),
        sa.Column("comment", sa.Text, server_default="", nullable=False),
        sa.Column("updated_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "agent_id", name="pk_detection_feedback"),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name="fk_detection_feedback_agent_id_agent"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["detection_entry.id"],
            name="fk_detection_feedback_entry_id_detection_entry",
            ondelete="CASCADE",
        ),
    )
    rls.protect(
        "detection_feedback",
        read=rls.MINE,
        insert=f"{rls.MINE} and {VISIBLE_ENTRY}",
        update=rls.MINE,
    )


def _create_human_signal() -> None:
    """A firm that an agent flags and the algorithm did not; it takes its place in the lists, marked as human."""
    op.create_table(
        "human_signal",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("author_id", sa.Integer, nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_human_signal"),
        sa.ForeignKeyConstraint(
            ["author_id"], ["agent.id"], name="fk_human_signal_author_id_agent"
        ),
        sa.ForeignKeyConstraint(
            ["siren"],
            ["company.siren"],
            name="fk_human_signal_siren_company",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.CheckConstraint(
            "source in ('interne', 'externe', 'presse', 'dirigeant')",
            name=op.f("ck_human_signal_source_known"),
        ),
    )
    op.create_index("ix_human_signal_siren", "human_signal", ["siren"])
    rls.protect("human_signal", read=rls.IN_REACH, insert=f"author_id = {rls.ME} and {rls.IN_ZONE}")
