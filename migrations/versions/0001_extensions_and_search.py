"""Extensions and the French text search configuration"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create extension if not exists pg_trgm")
    op.execute("create extension if not exists unaccent")
    # The stock configuration keeps accents: « tresorerie » would not find « trésorerie ».
    op.execute("create text search configuration fr (copy = french)")
    op.execute(
        "alter text search configuration fr alter mapping for hword, hword_part, word with unaccent, french_stem"
    )


def downgrade() -> None:
    op.execute("drop text search configuration fr")
    op.execute("drop extension unaccent")
    op.execute("drop extension pg_trgm")
