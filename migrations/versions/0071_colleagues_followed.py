"""An agent follows the accompagnements of a colleague, who is told of it."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None

AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
AS_NOBODY = "select set_config('vigie.system', '', true)"
BEFORE = (
    "mentioned", "concerned", "member", "followed", "oversees", "in_zone", "subscribed", "reads_lists", "decides",
    "asked", "account", "models", "administers",
)  # fmt: skip
ADDED = ("colleague", "watched")
NOW = sa.text("now()")


def upgrade() -> None:
    """Create the follows, and the reasons that they give."""
    op.create_table(
        "colleague_follow",
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("followed_id", sa.Integer, nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("agent_id", "followed_id", name="pk_colleague_follow"),
        *(
            sa.ForeignKeyConstraint(
                [column], ["agent.id"], name=f"fk_colleague_follow_{column}_agent"
            )
            for column in ("agent_id", "followed_id")
        ),
        sa.CheckConstraint(
            "level in ('all', 'nothing')", name=op.f("ck_colleague_follow_level_known")
        ),
        sa.CheckConstraint("agent_id <> followed_id", name=op.f("ck_colleague_follow_of_another")),
    )
    op.create_index("ix_colleague_follow_followed_id", "colleague_follow", ["followed_id"])
    # Whoever is followed reads who follows them, and changes nothing of it.
    rls.protect(
        "colleague_follow",
        read=f"({rls.MINE} or followed_id = {rls.ME})",
        insert=rls.MINE,
        update=rls.MINE,
        delete=rls.MINE,
    )
    rls.update_only("colleague_follow", "level")
    _know(BEFORE + ADDED)


def downgrade() -> None:
    """Drop them; what they told stays, for the nearest reason."""
    op.drop_table("colleague_follow")
    op.execute(AS_SYSTEM)
    op.execute("update notification set reason = 'followed' where reason = 'colleague'")
    op.execute("update announcement set reason = 'account' where reason = 'watched'")
    op.execute(AS_NOBODY)
    _know(BEFORE)


def _know(reasons: tuple[str, ...]) -> None:
    for table in ("notification", "announcement"):
        name = op.f(f"ck_{table}_reason_known")
        op.drop_constraint(name, table)
        op.create_check_constraint(name, table, f"reason in ({', '.join(map(repr, reasons))})")
