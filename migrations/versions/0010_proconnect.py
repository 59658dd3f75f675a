"""Who an agent is at ProConnect"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agent", sa.Column("proconnect_sub", sa.Text(), nullable=True))
    op.create_unique_constraint("uq_agent_proconnect_sub", "agent", ["proconnect_sub"])


def downgrade() -> None:
    op.drop_constraint("uq_agent_proconnect_sub", "agent", type_="unique")
    op.drop_column("agent", "proconnect_sub")
