"""What accompagnements are described with: values of the lists, measures that were mobilised, and what changed, before and after."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
VISIBLE_CASE = "exists (select from support_case c where c.id = case_id)"
#: whoever asks takes part, and the accompagnement is not over
TAKES_PART = (
    "exists (select from support_case c join case_member m on m.case_id = c.id where c.id = {table}.case_id"
    f" and c.state <> 'termine' and m.agent_id = {rls.ME} and m.left_at is null)"
)
#: everybody's, but the tags of a network: its members'
OF_MY_NETWORKS = f"(network_id is null or {rls.MY_NETWORK})"
#: whose a value is on an accompagnement is whose it is on its list, whatever is told
TRUE_NETWORK = (
    "exists (select from list_value v where v.id = value_id"
    " and v.network_id is not distinct from case_value.network_id and v.list_code <> 'dispositif')"
)
A_SCHEME = "exists (select from list_value v where v.id = value_id and v.list_code = 'dispositif')"
REMOVED = f"removed_by = {rls.ME} and removed_at is not null"


def upgrade() -> None:
    """Create the tables."""
    _create_case_value()
    _create_case_measure()
    _create_case_change()


def downgrade() -> None:
    """Drop them."""
    for table in ("case_change", "case_measure", "case_value"):
        op.drop_table(table)


def _create_case_value() -> None:
    """A value of a list on an accompagnement, from when to when. Taken off, the row stays."""
    op.create_table(
        "case_value",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("case_id", sa.Integer, nullable=False),
        sa.Column("value_id", sa.Integer, nullable=False),
        sa.Column("network_id", sa.Integer),
        *_from_when_to_when(),
        sa.PrimaryKeyConstraint("id", name="pk_case_value"),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name="fk_case_value_network_id_network"
        ),
        *_links("case_value"),
    )
    here = {"postgresql_where": sa.text("removed_at is null")}
    op.create_index(
        "uq_case_value_held", "case_value", ["case_id", "value_id"], unique=True, **here
    )
    op.create_index("ix_case_value_case_id", "case_value", ["case_id"])
    op.create_index("ix_case_value_value_id", "case_value", ["value_id", "case_id"], **here)
    takes_part = TAKES_PART.format(table="case_value")
    rls.protect(
        "case_value",
        read=f"{VISIBLE_CASE} and {OF_MY_NETWORKS}",
        insert=f"added_by = {rls.ME} and {takes_part} and {OF_MY_NETWORKS} and {TRUE_NETWORK}",
        update=(f"removed_at is null and {takes_part} and {OF_MY_NETWORKS}", REMOVED),
    )
    rls.update_only("case_value", "removed_by", "removed_at")


def _create_case_measure() -> None:
    """A measure that was mobilised. Corrected, another row replaces it; taken off, the row stays."""
    op.create_table(
        "case_measure",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("case_id", sa.Integer, nullable=False),
        sa.Column("value_id", sa.Integer, nullable=False),
        sa.Column("amount", sa.BigInteger),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date),
        sa.Column("note", sa.Text, nullable=False, server_default=""),
        sa.Column("replaces_id", sa.Integer),
        *_from_when_to_when(),
        sa.PrimaryKeyConstraint("id", name="pk_case_measure"),
        sa.UniqueConstraint("replaces_id", name="uq_case_measure_replaces_id"),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["case_measure.id"], name="fk_case_measure_replaces_id_case_measure"
        ),
        *_links("case_measure"),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_case_measure_amount")),
        sa.CheckConstraint(
            "ends_on >= starts_on", name=op.f("ck_case_measure_ends_after_it_starts")
        ),
        sa.CheckConstraint("char_length(note) <= 300", name=op.f("ck_case_measure_note_length")),
    )
    op.create_index("ix_case_measure_case_id", "case_measure", ["case_id"])
    takes_part = TAKES_PART.format(table="case_measure")
    rls.protect(
        "case_measure",
        read=VISIBLE_CASE,
        insert=f"added_by = {rls.ME} and {takes_part} and {A_SCHEME}",
        update=(f"removed_at is null and {takes_part}", REMOVED),
    )
    rls.update_only("case_measure", "removed_by", "removed_at")


def _create_case_change() -> None:
    """What changed of an accompagnement, before and after. Never rewritten."""
    op.create_table(
        "case_change",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("case_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("before", sa.Text, nullable=False, server_default=""),
        sa.Column("after", sa.Text, nullable=False, server_default=""),
        sa.Column("concerned_id", sa.Integer),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False, server_default=NOW),
        sa.PrimaryKeyConstraint("id", name="pk_case_change"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name="fk_case_change_case_id_support_case"
        ),
        sa.ForeignKeyConstraint(
            ["concerned_id"], ["agent.id"], name="fk_case_change_concerned_id_agent"
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_case_change_agent_id_agent"),
        sa.CheckConstraint(
            "kind in ('criticite', 'membre', 'suppression', 'retablissement', 'duplication')",
            name=op.f("ck_case_change_kind_known"),
        ),
    )
    op.create_index("ix_case_change_case_id", "case_change", ["case_id"])
    rls.protect("case_change", read=VISIBLE_CASE, insert=f"{rls.MINE} and {VISIBLE_CASE}")


def _from_when_to_when() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("added_by", sa.Integer, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False, server_default=NOW),
        sa.Column("removed_by", sa.Integer),
        sa.Column("removed_at", MOMENT),
    )


def _links(table: str) -> tuple[sa.Constraint, ...]:
    agents = ("added_by", "removed_by")
    return (
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name=f"fk_{table}_case_id_support_case"
        ),
        sa.ForeignKeyConstraint(
            ["value_id"], ["list_value.id"], name=f"fk_{table}_value_id_list_value"
        ),
        *(
            sa.ForeignKeyConstraint([name], ["agent.id"], name=f"fk_{table}_{name}_agent")
            for name in agents
        ),
        sa.CheckConstraint(
            "(removed_at is null) = (removed_by is null)", name=op.f(f"ck_{table}_removed_by_one")
        ),
    )
