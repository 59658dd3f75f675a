"""What the rest stands on: extensions, French text search, and the functions that say who asks."""

from alembic import op

from migrations import rls

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them; the number of the migration is read by the application, never written."""
    op.execute("create extension if not exists pg_trgm")
    op.execute("create extension if not exists unaccent")
    # The stock configuration keeps accents: « tresorerie » would not find « trésorerie ».
    op.execute("create text search configuration fr (copy = french)")
    op.execute(
        "alter text search configuration fr alter mapping for hword, hword_part, word with unaccent, french_stem"
    )
    rls.create_context()
    rls.revoke("alembic_version", "insert", "update", "delete")


def downgrade() -> None:
    """Drop them."""
    op.execute(f"grant insert, update, delete on alembic_version to {rls.app_role()}")
    rls.drop_context()
    op.execute("drop text search configuration fr")
    op.execute("drop extension unaccent")
    op.execute("drop extension pg_trgm")
