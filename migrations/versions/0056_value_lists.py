"""The lists of values that accompagnements are described with; those that every instance begins with are planted, not written here."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
#: everybody's, but the tags of a network: its members', and those who edit the lists
READ = f"(network_id is null and {rls.SIGNED_IN}) or {rls.MY_NETWORK} or {rls.ADMINISTRATORS}"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "list_value",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("list_code", sa.String(40), nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("definition", sa.Text, nullable=False, server_default=""),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("network_id", sa.Integer),
        sa.Column("created_at", MOMENT, nullable=False, server_default=sa.text("now()")),
        sa.Column("archived_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_list_value"),
        sa.UniqueConstraint("list_code", "code", name="uq_list_value_list_code_code"),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name="fk_list_value_network_id_network"
        ),
        sa.CheckConstraint(
            "list_code in ('filiere', 'difficulte', 'action', 'instance', 'reorientation', 'etiquette', 'dispositif')",
            name=op.f("ck_list_value_list_code_known"),
        ),
        sa.CheckConstraint(
            "(list_code = 'etiquette') = (network_id is not null)",
            name=op.f("ck_list_value_tag_of_a_network"),
        ),
    )
    op.create_index(
        "uq_list_value_label",
        "list_value",
        ["list_code", sa.text("coalesce(network_id, 0)"), sa.text("lower(label)")],
        unique=True,
    )
    rls.protect("list_value", read=READ, insert=rls.ADMINISTRATORS, update=rls.ADMINISTRATORS)
    rls.update_only("list_value", "label", "definition", "position", "archived_at")


def downgrade() -> None:
    """Drop it: an instance plants it again."""
    op.drop_table("list_value")
