"""The OpenLab: ideas, votes, answers of the team, changes, the sheet of each week and who is told of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0086"
down_revision = "0085"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
AS_NOBODY = "select set_config('vigie.system', '', true)"
STATES = "state in ('proposee', 'etudiee', 'retenue', 'faite', 'ecartee')"
OPENLAB = "openlab"
KNOWN = r"""
select (regexp_matches(pg_get_constraintdef(oid), '''([^'']+)''', 'g'))[1] from pg_constraint where conname = '{}'
"""
#: who works on firms, or on Vigie
READERS = f"({rls.HABILITATED} or {rls.RUNNERS})"
WRITTEN_BY_ME = f"{READERS} and author_id = {rls.ME}"
WRITTEN_BY_THE_TEAM = f"{rls.RUNNERS} and author_id = {rls.ME}"


def upgrade() -> None:
    """Create the tables, and what the bell says of them."""
    _create_idea()
    _create_answer()
    _create_vote()
    _create_change()
    _create_sheet()
    for table in ("notification", "announcement"):
        for column in ("kind", "reason"):
            _know(table, column, [*_known(table, column), OPENLAB])


def downgrade() -> None:
    """Drop them, with what was announced of them."""
    op.execute(AS_SYSTEM)
    op.execute(f"delete from announcement where kind = '{OPENLAB}'")
    op.execute(AS_NOBODY)
    for table in ("notification", "announcement"):
        for column in ("kind", "reason"):
            _know(table, column, [code for code in _known(table, column) if code != OPENLAB])
    for table in (
        "openlab_silence", "openlab_sheet", "openlab_change", "idea_vote", "idea_answer", "idea",
    ):  # fmt: skip
        op.drop_table(table)


def _create_idea() -> None:
    """Proposed in one's own name; the team alone says what it becomes."""
    op.create_table(
        "idea",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("author_id", sa.Integer, nullable=False),
        sa.Column("state", sa.String(40), nullable=False, server_default="proposee"),
        sa.Column("created_at", MOMENT, nullable=False, server_default=NOW),
        sa.PrimaryKeyConstraint("id", name="pk_idea"),
        *_keys("idea", author_id="agent"),
        sa.CheckConstraint(STATES, name=op.f("ck_idea_state_known")),
        *_lengths("idea", title="between 1 and 120", body="<= 10000"),
    )
    rls.protect(
        "idea", read=READERS, insert=f"{WRITTEN_BY_ME} and state = 'proposee'", update=rls.RUNNERS
    )
    rls.update_only("idea", "state")
    rls.revoke("idea", "delete")


def _create_answer() -> None:
    op.create_table(
        "idea_answer",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("idea_id", sa.Integer, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("author_id", sa.Integer, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=False, server_default=NOW),
        sa.PrimaryKeyConstraint("id", name="pk_idea_answer"),
        *_keys("idea_answer", idea_id="idea", author_id="agent"),
        sa.CheckConstraint(STATES, name=op.f("ck_idea_answer_state_known")),
        *_lengths("idea_answer", body="between 1 and 10000"),
    )
    op.create_index("ix_idea_answer_idea_id", "idea_answer", ["idea_id"])
    rls.protect("idea_answer", read=READERS, insert=WRITTEN_BY_THE_TEAM)
    rls.revoke("idea_answer", "update", "delete")


def _create_vote() -> None:
    op.create_table(
        "idea_vote",
        sa.Column("idea_id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("voted_at", MOMENT, nullable=False, server_default=NOW),
        sa.PrimaryKeyConstraint("idea_id", "agent_id", name="pk_idea_vote"),
        *_keys("idea_vote", idea_id="idea", agent_id="agent"),
    )
    mine = f"{READERS} and {rls.MINE}"
    rls.protect("idea_vote", read=READERS, insert=mine, delete=mine)
    rls.revoke("idea_vote", "update")


def _create_change() -> None:
    op.create_table(
        "openlab_change",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False, server_default=""),
        sa.Column("done_on", sa.Date, nullable=False),
        sa.Column("idea_id", sa.Integer),
        sa.Column("author_id", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False, server_default=NOW),
        sa.PrimaryKeyConstraint("id", name="pk_openlab_change"),
        *_keys("openlab_change", idea_id="idea", author_id="agent"),
        *_lengths("openlab_change", title="between 1 and 120", body="<= 10000"),
    )
    op.create_index("ix_openlab_change_idea_id", "openlab_change", ["idea_id"])
    op.create_index("ix_openlab_change_done_on", "openlab_change", ["done_on", "id"])
    rls.protect("openlab_change", read=READERS, insert=WRITTEN_BY_THE_TEAM)
    rls.revoke("openlab_change", "update", "delete")


def _create_sheet() -> None:
    """Counted by the system once; each agent says whether they are told."""
    op.create_table(
        "openlab_sheet",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("week", sa.Date, nullable=False),
        sa.Column("content", postgresql.JSONB, nullable=False),
        sa.Column("built_at", MOMENT, nullable=False, server_default=NOW),
        sa.PrimaryKeyConstraint("id", name="pk_openlab_sheet"),
        sa.UniqueConstraint("week", name="uq_openlab_sheet_week"),
        sa.CheckConstraint(
            "extract(isodow from week) = 1", name=op.f("ck_openlab_sheet_from_monday")
        ),
    )
    rls.protect("openlab_sheet", read=READERS)
    rls.revoke("openlab_sheet", "update", "delete")
    op.create_table(
        "openlab_silence",
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("since", MOMENT, nullable=False, server_default=NOW),
        sa.PrimaryKeyConstraint("agent_id", name="pk_openlab_silence"),
        *_keys("openlab_silence", agent_id="agent"),
    )
    rls.protect("openlab_silence", read=rls.MINE, insert=rls.MINE, delete=rls.MINE)
    rls.revoke("openlab_silence", "update")


def _keys(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}")
        for column, target in targets.items()
    ]


def _lengths(table: str, **bounds: str) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(f"char_length({column}) {bound}", name=op.f(f"ck_{table}_{column}_length"))
        for column, bound in bounds.items()
    ]  # fmt: skip


def _known(table: str, column: str) -> list[str]:
    """The codes that a column may hold, as its constraint says them: others may have been added since."""
    return list(op.get_bind().scalars(sa.text(KNOWN.format(f"ck_{table}_{column}_known"))))


def _know(table: str, column: str, codes: list[str]) -> None:
    name = op.f(f"ck_{table}_{column}_known")
    op.drop_constraint(name, table)
    op.create_check_constraint(name, table, f"{column} in ({', '.join(map(repr, codes))})")
