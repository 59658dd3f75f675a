"""Reviews of habilitations: campaigns, and the decision on each right."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables, each with its policies."""
    _create_review_campaign()
    _create_review_item()


def downgrade() -> None:
    """Drop them."""
    for table in ("review_item", "review_campaign"):
        op.drop_table(table)


def _create_review_campaign() -> None:
    """Every habilitation in force is looked at again before a date; what is not decided by then is withdrawn."""
    op.create_table(
        "review_campaign",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("opened_by", sa.Integer, nullable=False),
        sa.Column("opened_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("closed_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_review_campaign"),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["agent.id"], name="fk_review_campaign_opened_by_agent"
        ),
        sa.CheckConstraint("due_on > opened_on", name=op.f("ck_review_campaign_time_to_decide")),
    )
    op.create_index(
        "uq_review_campaign_open",
        "review_campaign",
        [sa.text("(closed_at is null)")],
        unique=True,
        postgresql_where=sa.text("closed_at is null"),
    )
    rls.protect(
        "review_campaign",
        read=f"({rls.ADMINISTRATORS} or {rls.has_role('correspondant')})",
        insert=f"({rls.ADMINISTRATORS} and opened_by = {rls.ME})",
    )


def _create_review_item() -> None:
    """A habilitation under review."""
    op.create_table(
        "review_item",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("campaign_id", sa.Integer, nullable=False),
        sa.Column("habilitation_id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("decision", sa.String(40)),
        sa.Column("decided_by", sa.Integer),
        sa.Column("decided_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_review_item"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_review_item_agent_id_agent"),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["review_campaign.id"],
            name="fk_review_item_campaign_id_review_campaign",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["agent.id"], name="fk_review_item_decided_by_agent"
        ),
        sa.ForeignKeyConstraint(
            ["habilitation_id"],
            ["habilitation.id"],
            name="fk_review_item_habilitation_id_habilitation",
        ),
        sa.CheckConstraint(
            "(decision is null) = (decided_at is null)", name=op.f("ck_review_item_decided_once")
        ),
        sa.CheckConstraint(
            "decision in ('maintenir', 'modifier', 'retirer')",
            name=op.f("ck_review_item_decision_known"),
        ),
        sa.CheckConstraint("agent_id <> decided_by", name=op.f("ck_review_item_not_for_oneself")),
    )
    op.create_index("ix_review_item_campaign_id", "review_item", ["campaign_id"])
    op.create_index(
        "uq_review_item_habilitation",
        "review_item",
        ["campaign_id", "habilitation_id"],
        unique=True,
    )
    rls.protect(
        "review_item",
        read=rls.IN_CHARGE,
        insert=f"({rls.ADMINISTRATORS} and decision is null)",
        update=(
            f"({rls.IN_CHARGE_OF_ANOTHER} and decision is null)",
            f"({rls.IN_CHARGE_OF_ANOTHER} and decided_by = {rls.ME})",
        ),
    )
    op.execute(
        "create trigger review_item_keep before update on review_item for each row"
        " execute function vigie_keep('decision', 'decided_by', 'decided_at')"
    )
