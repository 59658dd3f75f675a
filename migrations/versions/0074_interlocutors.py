"""Interlocutors: the people of a firm, known to whoever works where it does until they are archived."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0074"
down_revision = "0073"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
#: what agents write of a firm is for those who have somebody to write to
WRITES = "cardinality((select vigie_networks())::integer[]) > 0"
READ = f"archived_at is null and {WRITES} and {rls.IN_REACH}"
#: where a firm works is what Vigie knows, whatever is told
ITS_PLACES = "exists (select from company k where k.siren = interlocutor.siren and k.departments = interlocutor.departments)"
LONGEST = {"name": 120, "function": 120, "given_by": 200, "telephone": 20, "email": 254}


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "interlocutor",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("function", sa.Text, nullable=False, server_default=""),
        sa.Column("telephone", sa.Text, nullable=False, server_default=""),
        sa.Column("email", sa.Text, nullable=False, server_default=""),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("given_by", sa.Text, nullable=False, server_default=""),
        sa.Column("given_on", sa.Date, nullable=False),
        sa.Column("author_id", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False, server_default=NOW),
        sa.Column("version", sa.Integer, nullable=False, server_default="0"),
        sa.Column("archived_at", MOMENT),
        sa.Column("archived_by", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_interlocutor"),
        sa.ForeignKeyConstraint(
            ["siren"],
            ["company.siren"],
            name="fk_interlocutor_siren_company",
            deferrable=True,
            initially="DEFERRED",
        ),
        *(
            sa.ForeignKeyConstraint([column], ["agent.id"], name=f"fk_interlocutor_{column}_agent")
            for column in ("author_id", "archived_by")
        ),
        sa.CheckConstraint(
            "source in ('entreprise', 'partenaire', 'public')",
            name=op.f("ck_interlocutor_source_known"),
        ),
        *(_length(column, most) for column, most in LONGEST.items()),
        sa.CheckConstraint(
            "(archived_at is null) = (archived_by is null)",
            name=op.f("ck_interlocutor_archived_by_one"),
        ),
    )
    op.create_index(
        "ix_interlocutor_siren",
        "interlocutor",
        ["siren"],
        postgresql_where=sa.text("archived_at is null"),
    )
    rls.protect(
        "interlocutor",
        read=READ,
        insert=f"author_id = {rls.ME} and {READ} and {ITS_PLACES}",
        update=READ,
    )
    rls.update_only(
        "interlocutor", *LONGEST, "source", "given_on", "version", "archived_at", "archived_by"
    )
    rls.revoke("interlocutor", "delete")


def downgrade() -> None:
    """Drop it: nobody knows any more whom to talk to."""
    op.drop_table("interlocutor")


def _length(column: str, most: int) -> sa.CheckConstraint:
    least = "between 1 and" if column == "name" else "<="
    return sa.CheckConstraint(
        f"char_length({column}) {least} {most}", name=op.f(f"ck_interlocutor_{column}_length")
    )
