"""Accompagnements: their members, states and outcomes."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")

VISIBLE_CASE = "exists (select from support_case c where c.id = case_id)"


def upgrade() -> None:
    """Create the tables, each with its policies."""
    _create_support_case()
    _create_case_member()
    _create_case_state_change()
    _create_case_outcome()


def downgrade() -> None:
    """Drop them."""
    for table in ("case_outcome", "case_state_change", "case_member", "support_case"):
        op.drop_table(table)


def _create_support_case() -> None:
    """An accompagnement on one establishment."""
    op.create_table(
        "support_case",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("siret", sa.String(14), nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("criticality", sa.String(40), server_default="none", nullable=False),
        sa.Column("context", sa.Text, server_default="", nullable=False),
        sa.Column("opened_on", sa.Date, nullable=False),
        sa.Column("opened_by", sa.Integer, nullable=False),
        sa.Column("closed_on", sa.Date),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("updated_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_support_case"),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["agent.id"], name="fk_support_case_opened_by_agent"
        ),
        sa.ForeignKeyConstraint(["siren"], ["company.siren"], name="fk_support_case_siren_company"),
        sa.ForeignKeyConstraint(
            ["siret"], ["establishment.siret"], name="fk_support_case_siret_establishment"
        ),
        sa.CheckConstraint(
            "closed_on >= opened_on", name=op.f("ck_support_case_closed_after_opened")
        ),
        sa.CheckConstraint(
            "(state = 'termine') = (closed_on is not null)",
            name=op.f("ck_support_case_closed_when_done"),
        ),
        sa.CheckConstraint(
            "criticality in ('elevee', 'moderee', 'none')",
            name=op.f("ck_support_case_criticality_known"),
        ),
        sa.CheckConstraint(
            "state in ('en_cours', 'sous_surveillance', 'termine')",
            name=op.f("ck_support_case_state_known"),
        ),
    )
    op.create_index("ix_support_case_department_state", "support_case", ["department", "state"])
    op.create_index("ix_support_case_siren", "support_case", ["siren"])
    op.create_index(
        "uq_support_case_open_siret",
        "support_case",
        ["siret"],
        unique=True,
        postgresql_where=sa.text("state <> 'termine'"),
    )
    contributed = f"({rls.MY_DEPARTMENT} or id = any ((select vigie_cases())::integer[]))"
    rls.protect(
        "support_case",
        read=contributed,
        insert=f"opened_by = {rls.ME} and {rls.MY_DEPARTMENT}",
        update=contributed,
    )


def _create_case_member() -> None:
    """An agent's part in an accompagnement, from when to when."""
    op.create_table(
        "case_member",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("case_id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("joined_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("left_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_case_member"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_case_member_agent_id_agent"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name="fk_case_member_case_id_support_case"
        ),
        sa.CheckConstraint(
            "role in ('referent', 'participant')", name=op.f("ck_case_member_role_known")
        ),
    )
    op.create_index("ix_case_member_agent_id", "case_member", ["agent_id"])
    op.create_index(
        "uq_case_member_active",
        "case_member",
        ["case_id", "agent_id"],
        unique=True,
        postgresql_where=sa.text("left_at is null"),
    )
    rls.protect(
        "case_member",
        read=f"({rls.MINE} or {VISIBLE_CASE})",
        insert=VISIBLE_CASE,
        update=VISIBLE_CASE,
    )


def _create_case_state_change() -> None:
    """One change of state: who, when, why. Never rewritten."""
    op.create_table(
        "case_state_change",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("case_id", sa.Integer, nullable=False),
        sa.Column("from_state", sa.String(40)),
        sa.Column("to_state", sa.String(40), nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, server_default="", nullable=False),
        sa.Column("changed_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_state_change"),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name="fk_case_state_change_agent_id_agent"
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name="fk_case_state_change_case_id_support_case"
        ),
    )
    op.create_index("ix_case_state_change_case_id", "case_state_change", ["case_id"])
    rls.protect("case_state_change", read=VISIBLE_CASE, insert=f"{rls.MINE} and {VISIBLE_CASE}")


def _create_case_outcome() -> None:
    """An outcome recorded at closing; a revision is a new row, the last one counts."""
    op.create_table(
        "case_outcome",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("case_id", sa.Integer, nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("occurred_on", sa.Date, nullable=False),
        sa.Column("jobs_at_stake", sa.Integer),
        sa.Column("jobs_kept", sa.Integer),
        sa.Column("comment", sa.Text, server_default="", nullable=False),
        sa.Column("recorded_by", sa.Integer, nullable=False),
        sa.Column("recorded_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_outcome"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name="fk_case_outcome_case_id_support_case"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["agent.id"], name="fk_case_outcome_recorded_by_agent"
        ),
        sa.CheckConstraint(
            "jobs_at_stake >= 0 and jobs_kept >= 0 and jobs_kept <= jobs_at_stake",
            name=op.f("ck_case_outcome_jobs"),
        ),
        sa.CheckConstraint(
            "outcome in ('stabilisee', 'restructuree', 'reprise', 'procedure_amiable',"
            " 'procedure_collective', 'cessation', 'refus_accompagnement', 'sans_objet', 'perdue_de_vue')",
            name=op.f("ck_case_outcome_outcome_known"),
        ),
    )
    op.create_index("ix_case_outcome_case_id", "case_outcome", ["case_id"])
    rls.protect(
        "case_outcome", read=VISIBLE_CASE, insert=f"recorded_by = {rls.ME} and {VISIBLE_CASE}"
    )
