"""Visits made together: who took part, at which other establishments, and outlines for what is written of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
AS_NOBODY = "select set_config('vigie.system', '', true)"
KIND = "visits:visit:shared"
KNOWN_KINDS = r"""
select (regexp_matches(pg_get_constraintdef(oid), '''([^'']+)''', 'g'))[1] from pg_constraint where conname = 'ck_feed_event_kind_known'
"""
LISTS = ("filiere", "difficulte", "action", "instance", "reorientation", "etiquette", "dispositif")
OUTLINES = "trame"
#: row-level security gives, of the visits, those that whoever asks reads
OF_VISIT = "exists (select from visit v where v.id = visit_id{})"
OWN_VISIT = OF_VISIT.format(f" and v.author_id = {rls.ME}")
#: an establishment is where Vigie knows it to be, whatever is told
ITS_PLACE = (
    "exists (select from establishment e where e.siret = visit_place.siret and e.siren = v.siren)"
)
OF_ONE_PLACE = f"({rls.MY_DEPARTMENT} or {rls.MY_CASE_FIRM})"
OF_SEVERAL = rls.IN_REACH


def upgrade() -> None:
    """Create the tables; a visit is known wherever one of its establishments is."""
    op.add_column("visit", sa.Column("departments", postgresql.ARRAY(sa.Text)))
    op.execute(AS_SYSTEM)
    op.execute("update visit set departments = array[department]")
    op.execute(AS_NOBODY)
    op.alter_column("visit", "departments", nullable=False)
    op.create_check_constraint(
        op.f("ck_visit_department_among"), "visit", "department = any (departments)"
    )
    op.create_index("ix_visit_departments", "visit", ["departments"], postgresql_using="gin")
    op.drop_index("ix_visit_department", "visit")
    _read_where(OF_SEVERAL)
    _create_companions()
    _create_places()
    _hold_lists(*LISTS, OUTLINES)
    _hold_kinds([*_kinds(), KIND])


def downgrade() -> None:
    """Drop them: a visit is again of its first establishment alone, and the outlines are lost."""
    op.execute(AS_SYSTEM)
    op.execute(
        f"delete from notification n using feed_event f where f.id = n.event_id and f.kind = '{KIND}'"
    )
    op.execute(f"delete from feed_event where kind = '{KIND}'")
    op.execute(f"delete from list_value where list_code = '{OUTLINES}'")
    op.execute(AS_NOBODY)
    op.drop_table("visit_place")
    op.drop_table("visit_companion")
    _read_where(OF_ONE_PLACE)
    op.create_index("ix_visit_department", "visit", ["department"])
    op.drop_column("visit", "departments")
    _hold_lists(*LISTS)
    _hold_kinds([kind for kind in _kinds() if kind != KIND])


def _read_where(in_reach: str) -> None:
    mine = f"author_id = {rls.ME} and {in_reach}"
    for name in ("read", "insert", "update"):
        rls.drop_policy("visit", name)
    rls.create_policy("visit", "read", f"for select using ({in_reach})")
    rls.create_policy("visit", "insert", f"for insert with check ({mine})")
    rls.create_policy("visit", "update", f"for update using ({mine}) with check ({mine})")


def _create_companions() -> None:
    """Read with the visit; written, and taken off, by its author."""
    op.create_table(
        "visit_companion",
        sa.Column("visit_id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False, server_default=NOW),
        sa.PrimaryKeyConstraint("visit_id", "agent_id", name="pk_visit_companion"),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name="fk_visit_companion_visit_id_visit"
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name="fk_visit_companion_agent_id_agent"
        ),
    )
    rls.protect("visit_companion", read=OF_VISIT.format(""), insert=OWN_VISIT, delete=OWN_VISIT)
    rls.revoke("visit_companion", "update")


def _create_places() -> None:
    """Read with the visit; written when it is logged."""
    op.create_table(
        "visit_place",
        sa.Column("visit_id", sa.Integer, nullable=False),
        sa.Column("siret", sa.String(14), nullable=False),
        sa.PrimaryKeyConstraint("visit_id", "siret", name="pk_visit_place"),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="fk_visit_place_visit_id_visit"),
        sa.ForeignKeyConstraint(
            ["siret"], ["establishment.siret"], name="fk_visit_place_siret_establishment"
        ),
    )
    op.create_index("ix_visit_place_siret", "visit_place", ["siret"])
    rls.protect(
        "visit_place",
        read=OF_VISIT.format(""),
        insert=OF_VISIT.format(f" and v.author_id = {rls.ME} and {ITS_PLACE}"),
    )
    rls.revoke("visit_place", "update", "delete")


def _kinds() -> list[str]:
    """The kinds of events that the feed holds, as the constraint says them."""
    return list(op.get_bind().scalars(sa.text(KNOWN_KINDS)))


def _hold_kinds(kinds: list[str]) -> None:
    _hold("feed_event", "ck_feed_event_kind_known", "kind", kinds)


def _hold_lists(*codes: str) -> None:
    _hold("list_value", "ck_list_value_list_code_known", "list_code", codes)


def _hold(table: str, name: str, column: str, values: list[str] | tuple[str, ...]) -> None:
    op.drop_constraint(op.f(name), table)
    known = ", ".join(map(repr, values))
    op.create_check_constraint(op.f(name), table, f"{column} in ({known})")
