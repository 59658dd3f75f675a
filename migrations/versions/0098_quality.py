"""What the team finds of what comes in; who receives no weekly e-mail; the figures of the orientation, frozen by year."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0098"
down_revision = "0097"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
TEAM = rls.has_role("orienteur")
VERDICTS = ("conforme", "hors_champ", "doublon", "abus", "particulier")
LETTERS = ("hors_champ", "particulier", "deja_transmis")


def upgrade() -> None:
    """Create the three tables."""
    op.create_table(
        "solicitation_decision",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("solicitation_id", sa.Integer, nullable=False),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text, server_default="", nullable=False),
        sa.Column("letter", sa.String(40)),
        sa.Column("decided_by", sa.Integer, nullable=False),
        sa.Column("decided_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("undone_at", MOMENT),
        sa.Column("undone_by", sa.Integer),
        sa.Column("letter_at", MOMENT),
        _known("verdict", VERDICTS),
        _known("letter", LETTERS),
        _check("reason_length", "char_length(reason) <= 500"),
        _check("reason_unless_right", "verdict = 'conforme' or reason <> ''"),
        _check("undone_by_one", "(undone_at is null) = (undone_by is null)"),
        *_keys("solicitation_decision", solicitation_id="solicitation", decided_by="agent", undone_by="agent"),
    )  # fmt: skip
    op.create_index(
        "uq_solicitation_decision_current", "solicitation_decision", ["solicitation_id"], unique=True,
        postgresql_where=sa.text("undone_at is null"),
    )  # fmt: skip
    op.create_index("ix_solicitation_decision_decided_at", "solicitation_decision", ["decided_at", "id"])  # fmt: skip
    op.create_table(
        "antenne_silence",
        sa.Column("agent_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("since", MOMENT, server_default=NOW, nullable=False),
        *_keys("antenne_silence", agent_id="agent"),
    )
    op.create_table(
        "orientation_figures",
        sa.Column("period", sa.Text, primary_key=True),
        sa.Column("content", postgresql.JSONB, nullable=False),
        sa.Column("frozen_at", MOMENT, server_default=NOW, nullable=False),
    )
    rls.protect(
        "solicitation_decision", read=TEAM, insert=f"decided_by = {rls.ME} and {TEAM}",
        update=(TEAM, f"({TEAM} and undone_by = {rls.ME})"),
    )  # fmt: skip
    rls.update_only("solicitation_decision", "undone_at", "undone_by", "letter_at")
    rls.revoke("solicitation_decision", "delete")
    rls.protect("antenne_silence", read=rls.MINE, insert=rls.MINE, delete=rls.MINE)
    rls.revoke("antenne_silence", "update")
    rls.protect("orientation_figures", read=rls.ADMINISTRATORS)
    rls.revoke("orientation_figures", "update", "delete")


def downgrade() -> None:
    """The former version checks nothing."""
    for table in ("orientation_figures", "antenne_silence", "solicitation_decision"):
        op.drop_table(table)


def _known(column: str, codes: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{code}'" for code in codes)
    return _check(f"{column}_known", f"{column} in ({listed})")


def _check(name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_solicitation_decision_{name}"))


def _keys(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")
        for column, other in columns.items()
    ]
