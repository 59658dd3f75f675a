"""What was done for firms that were supported is told by blocks of eleven of them or more, written once."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0084"
down_revision = "0083"
branch_labels = None
depends_on = None

DEBTS = ("aucune", "legere", "lourde")
FAMILIES = ("issue", "duree", "premier", "dispositif", "partenaire")
TABLES = ("alike_member", "alike_figure", "alike_debt", "alike_block")


def upgrade() -> None:
    """Create the tables; the system alone writes them, and nobody rewrites them."""
    op.create_table(
        "alike_block",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("over_on", sa.Date, nullable=False),
        sa.Column("firms", sa.Integer, nullable=False),
        sa.Column("section", sa.Text),
        sa.Column("size", sa.Text),
        sa.Column("difficulty", sa.Text),
        sa.Column("division", sa.Text),
        sa.Column("trend", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_alike_block"),
        sa.CheckConstraint("firms >= 11", name=op.f("ck_alike_block_enough_firms")),
    )
    op.create_index(
        "ix_alike_block_path",
        "alike_block",
        ["section", "size", "difficulty", "division", "trend"],
    )
    op.create_table(
        "alike_debt",
        sa.Column("block_id", sa.Integer, nullable=False),
        sa.Column("debt", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("block_id", name="pk_alike_debt"),
        _of_block("alike_debt"),
        sa.CheckConstraint(_in("debt", DEBTS), name=op.f("ck_alike_debt_debt_known")),
    )
    op.create_table(
        "alike_figure",
        sa.Column("block_id", sa.Integer, nullable=False),
        sa.Column("family", sa.String(40), nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("low", sa.Integer, nullable=False),
        sa.Column("high", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("block_id", "family", "code", name="pk_alike_figure"),
        _of_block("alike_figure"),
        sa.CheckConstraint(_in("family", FAMILIES), name=op.f("ck_alike_figure_family_known")),
        sa.CheckConstraint("0 < low and low <= high", name=op.f("ck_alike_figure_bounds")),
    )
    op.create_table(
        "alike_member",
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("block_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("siren", name="pk_alike_member"),
        _of_block("alike_member"),
    )
    # A debt that eleven firms have in common is still of its nature; which firms they are is read by nobody.
    rls.protect("alike_block", read=rls.HABILITATED)
    rls.protect("alike_figure", read=rls.HABILITATED)
    rls.protect("alike_debt", read=rls.holds("'urssaf'"))
    rls.protect("alike_member", read="false")
    for table in TABLES:
        rls.revoke(table, "update", "delete")


def downgrade() -> None:
    """The former version tells nothing of them."""
    for table in TABLES:
        op.drop_table(table)


def _of_block(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_block_id_alike_block"
    return sa.ForeignKeyConstraint(["block_id"], ["alike_block.id"], name=name, ondelete="CASCADE")


def _in(column: str, codes: tuple[str, ...]) -> str:
    known = ", ".join(f"'{code}'" for code in codes)
    return f"{column} in ({known})"
