"""A published list is withdrawn, or put back, by two people: one asks with a reason, another decides."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0101"
down_revision = "0100"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")


def upgrade() -> None:
    """Create the table; what a list holds is hidden by its policies as soon as it is no longer published."""
    op.create_table(
        "list_withdrawal",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("list_id", sa.Integer, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("is_return", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("asked_by", sa.Integer, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False, server_default=NOW),
        sa.Column("decided_by", sa.Integer),
        sa.Column("decided_at", MOMENT),
        sa.Column("is_accepted", sa.Boolean),
        sa.Column("published_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_list_withdrawal"),
        sa.ForeignKeyConstraint(
            ["list_id"], ["detection_list.id"], name="fk_list_withdrawal_list_id_detection_list"
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["agent.id"], name="fk_list_withdrawal_asked_by_agent"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["agent.id"], name="fk_list_withdrawal_decided_by_agent"
        ),
        sa.CheckConstraint(
            "num_nonnulls(decided_by, decided_at, is_accepted) in (0, 3)",
            name=op.f("ck_list_withdrawal_decided_whole"),
        ),
        sa.CheckConstraint("decided_by <> asked_by", name=op.f("ck_list_withdrawal_two_people")),
        sa.CheckConstraint(
            "char_length(reason) between 1 and 10000", name=op.f("ck_list_withdrawal_reason_length")
        ),
    )
    op.create_index(
        "uq_list_withdrawal_pending", "list_withdrawal", ["list_id"], unique=True,
        postgresql_where=sa.text("decided_at is null"),
    )  # fmt: skip
    rls.protect(
        "list_withdrawal",
        read=f"({rls.HABILITATED} or {rls.RUNNERS})",
        insert=f"{rls.RUNNERS} and asked_by = {rls.ME} and decided_at is null",
        update=(
            f"{rls.RUNNERS} and decided_at is null",
            f"{rls.RUNNERS} and decided_by = {rls.ME}",
        ),
    )
    rls.update_only("list_withdrawal", "decided_by", "decided_at", "is_accepted", "published_at")
    rls.revoke("list_withdrawal", "delete")


def downgrade() -> None:
    """The former version shows every list that was published: those withdrawn stay hidden, without a way back."""
    op.drop_table("list_withdrawal")
