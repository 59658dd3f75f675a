"""${message}."""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
from migrations import rls

revision = "${up_revision}"
down_revision = ${'"%s"' % down_revision if down_revision else None}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Say what it creates or changes."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Say what is lost, and from which rows."""
    ${downgrades if downgrades else "pass"}
