"""Expert rules: their versions, the step that applies them, what they moved and why."""

import runpy
from pathlib import Path

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

RIGHTS = runpy.run_path(str(Path(__file__).with_name("0009_rights.py")))
FORMER_STEPS = ("freshness", "features", "score", "explain", "list", "alerts")
STEPS = ("freshness", "features", "score", "rules", "explain", "list", "alerts")
LEVELS = "('elevee', 'moderee', 'none')"
OF_NATURE_N = RIGHTS["of_nature"]("n.nature", RIGHTS["zone_of"]("n.nature"))

#: (who reads, who inserts, who updates, who deletes)
POLICIES = {
    "expert_rule_set": (
        RIGHTS["RUNNERS"],
        f"author_id = {RIGHTS['ME']} and {RIGHTS['has_role']('data_scientist')}",
        None,
        None,
    ),
    # The reason of a rule says what its features hold: every one of their natures is needed.
    "detection_rule_effect": (
        f"{RIGHTS['VISIBLE_ENTRY']} and not exists"
        f" (select from unnest(natures) as n(nature) where not coalesce({OF_NATURE_N}, false))",
        None,
        None,
        None,
    ),
}


def upgrade() -> None:
    """Add the tables, and the step to the runs that are not over."""
    _create_tables()
    op.add_column("detection_run", sa.Column("rule_set_id", sa.Integer))
    op.create_foreign_key(
        op.f("fk_detection_run_rule_set_id_expert_rule_set"), "detection_run", "expert_rule_set", ["rule_set_id"], ["id"]
    )  # fmt: skip
    op.add_column("detection_entry", sa.Column("model_level", sa.String(40)))
    op.add_column(
        "detection_entry", sa.Column("rules_count", sa.Integer, server_default="0", nullable=False)
    )
    op.create_check_constraint(
        op.f("ck_detection_entry_model_level_known"), "detection_entry", f"model_level in {LEVELS}"
    )
    _name_steps(STEPS)
    op.execute("update run_step set position = position + 1 where position >= 3")
    op.execute(
        "insert into run_step (run_id, position, name, state, counts)"
        " select id, 3, 'rules', 'waiting', '{}' from detection_run where state <> 'done'"
    )
    app_role = context.get_context().opts["app_role"]
    for table, policy in POLICIES.items():
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(
            f"create policy {table}_system on {table}"
            f" using ({RIGHTS['SYSTEM']}) with check ({RIGHTS['SYSTEM']})"
        )
        RIGHTS["_create"](table, policy)
    op.execute(f'revoke update, delete on expert_rule_set from "{app_role}"')


def downgrade() -> None:
    """Forget the rules and what they moved."""
    op.execute("delete from run_step where name = 'rules'")
    op.execute("update run_step set position = position - 1 where position > 3")
    _name_steps(FORMER_STEPS)
    op.drop_column("detection_entry", "rules_count")
    op.drop_column("detection_entry", "model_level")
    op.drop_column("detection_run", "rule_set_id")
    op.drop_table("detection_rule_effect")
    op.drop_table("expert_rule_set")


def _name_steps(names: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_run_step_name_known"), "run_step")
    op.create_check_constraint(op.f("ck_run_step_name_known"), "run_step", f"name in {names}")


def _create_tables() -> None:
    op.create_table(
        "expert_rule_set",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("author_id", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("in_force_from", sa.Date, nullable=False),
        sa.CheckConstraint("length(trim(note)) > 0", name=op.f("ck_expert_rule_set_explained")),
        sa.ForeignKeyConstraint(["author_id"], ["agent.id"], name=op.f("fk_expert_rule_set_author_id_agent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_rule_set")),
    )  # fmt: skip
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
        sa.ForeignKeyConstraint(["entry_id"], ["detection_entry.id"], name=op.f("fk_detection_rule_effect_entry_id_detection_entry"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_detection_rule_effect")),
    )  # fmt: skip
    op.create_index(
        op.f("ix_detection_rule_effect_entry_id"), "detection_rule_effect", ["entry_id"]
    )
