"""Habilitations: zones, networks, the rights that one person asks for and another gives."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")

#: a right is what somebody else asked for, and nothing more
ASKED = f"""exists (select from habilitation_request r where r.id = request_id and r.state = 'en_attente'
    and r.agent_id = habilitation.agent_id and r.requested_by = habilitation.requested_by and r.requested_by <> {rls.ME}
    and r.zone_code = habilitation.zone_code and r.natures = habilitation.natures and r.function = habilitation.function
    and habilitation.ends_on <= r.wanted_end)"""

# Its arguments are the columns that an agent may change: the rest is asked again, never rewritten.
KEEP = """
create function vigie_keep() returns trigger language plpgsql as $$
begin
    if not vigie_system() and (to_jsonb(new) - tg_argv) is distinct from (to_jsonb(old) - tg_argv) then
        raise insufficient_privilege using message =
            format('row-level security: %s is asked again, not rewritten', tg_table_name);
    end if;
    return new;
end $$
"""


def upgrade() -> None:
    """Create the tables, each with its policies."""
    op.execute(KEEP)
    _create_department()
    _create_zone()
    _create_network()
    _create_membership()
    _create_habilitation_request()
    _create_habilitation()
    # A request may renew a right, which is itself born of a request.
    op.create_foreign_key(
        "fk_habilitation_request_renews_id_habilitation",
        "habilitation_request",
        "habilitation",
        ["renews_id"],
        ["id"],
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_constraint("fk_habilitation_request_renews_id_habilitation", "habilitation_request")
    for table in (
        "habilitation",
        "habilitation_request",
        "membership",
        "network",
        "zone",
        "department",
    ):
        op.drop_table(table)
    op.execute("drop function vigie_keep()")


def _create_department() -> None:
    """A French département, or an overseas collectivity that takes its place."""
    op.create_table(
        "department",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("region_code", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_department"),
    )
    op.create_index("ix_department_region_code", "department", ["region_code"])
    rls.protect("department", read=rls.SIGNED_IN)


def _create_zone() -> None:
    """A named set of départements a habilitation can cover."""
    op.create_table(
        "zone",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_zone"),
        sa.CheckConstraint(
            "kind in ('departement', 'region', 'ancienne_region', 'ensemble', 'france')",
            name=op.f("ck_zone_kind_known"),
        ),
    )
    rls.protect(
        "zone",
        read=rls.SIGNED_IN,
        insert=rls.ADMINISTRATORS,
        update=rls.ADMINISTRATORS,
        delete=rls.ADMINISTRATORS,
    )


def _create_network() -> None:
    """A group of readers: one for each partner, and CODEFI, that of all partners of a département."""
    op.create_table(
        "network",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("is_codefi", sa.Boolean, server_default="false", nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("is_active", sa.Boolean, server_default="true", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_network"),
        sa.UniqueConstraint("code", name="uq_network_code"),
    )
    rls.protect(
        "network",
        read=rls.SIGNED_IN,
        insert=rls.ADMINISTRATORS,
        update=rls.ADMINISTRATORS,
    )


def _create_membership() -> None:
    """An agent belongs to a network."""
    op.create_table(
        "membership",
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("network_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("agent_id", "network_id", name="pk_membership"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_membership_agent_id_agent"),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name="fk_membership_network_id_network"
        ),
    )
    rls.protect(
        "membership",
        read=f"({rls.MINE_OR_IN_CHARGE} or {rls.MY_NETWORK})",
        insert=rls.IN_CHARGE_OF_ANOTHER,
        delete=rls.IN_CHARGE_OF_ANOTHER,
    )


def _create_habilitation_request() -> None:
    """A correspondant asks for the rights of an agent; somebody else decides."""
    op.create_table(
        "habilitation_request",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("zone_code", sa.Text, nullable=False),
        sa.Column("natures", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("networks", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("function", sa.Text, nullable=False),
        sa.Column("wanted_end", sa.Date, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("requested_by", sa.Integer, nullable=False),
        sa.Column("requested_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("renews_id", sa.Integer),
        sa.Column("state", sa.String(40), server_default="en_attente", nullable=False),
        sa.Column("decided_by", sa.Integer),
        sa.Column("decided_at", MOMENT),
        sa.Column("refusal", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_habilitation_request"),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name="fk_habilitation_request_agent_id_agent"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["agent.id"], name="fk_habilitation_request_decided_by_agent"
        ),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["agent.id"], name="fk_habilitation_request_requested_by_agent"
        ),
        sa.ForeignKeyConstraint(
            ["zone_code"], ["zone.code"], name="fk_habilitation_request_zone_code_zone"
        ),
        sa.CheckConstraint(
            "(state = 'en_attente') = (decided_at is null) and (decided_by is null) = (decided_at is null)",
            name=op.f("ck_habilitation_request_decided_or_pending"),
        ),
        sa.CheckConstraint(
            "agent_id <> requested_by", name=op.f("ck_habilitation_request_not_for_oneself")
        ),
        sa.CheckConstraint(
            "state in ('en_attente', 'validee', 'refusee')",
            name=op.f("ck_habilitation_request_state_known"),
        ),
        sa.CheckConstraint(
            "decided_by <> requested_by and decided_by <> agent_id",
            name=op.f("ck_habilitation_request_two_persons"),
        ),
    )
    op.create_index("ix_habilitation_request_agent_id", "habilitation_request", ["agent_id"])
    op.create_index(
        "uq_habilitation_request_pending",
        "habilitation_request",
        ["agent_id", "zone_code"],
        unique=True,
        postgresql_where=sa.text("state = 'en_attente'"),
    )
    rls.protect(
        "habilitation_request",
        read=rls.MINE_OR_IN_CHARGE,
        insert=f"({rls.IN_CHARGE_OF_ANOTHER} and requested_by = {rls.ME} and state = 'en_attente')",
        update=(
            f"({rls.IN_CHARGE_OF_ANOTHER} and requested_by <> {rls.ME} and state = 'en_attente')",
            f"({rls.IN_CHARGE_OF_ANOTHER} and requested_by <> {rls.ME} and state <> 'en_attente' and decided_by = {rls.ME})",
        ),
    )
    op.execute(
        "create trigger habilitation_request_keep before update on habilitation_request for each row"
        " execute function vigie_keep('state', 'decided_by', 'decided_at', 'refusal')"
    )


def _create_habilitation() -> None:
    """An agent may read these natures in this zone between two dates, asked by one person and validated by another."""
    op.create_table(
        "habilitation",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("zone_code", sa.Text, nullable=False),
        sa.Column("natures", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("function", sa.Text, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("requested_by", sa.Integer, nullable=False),
        sa.Column("validated_by", sa.Integer, nullable=False),
        sa.Column("request_id", sa.Integer),
        sa.Column("withdrawn_at", MOMENT),
        sa.Column("withdrawn_by", sa.Integer),
        sa.Column("withdrawal_reason", sa.Text),
        sa.Column("reminded_days", sa.Integer),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_habilitation"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_habilitation_agent_id_agent"),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["habilitation_request.id"],
            name="fk_habilitation_request_id_habilitation_request",
        ),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["agent.id"], name="fk_habilitation_requested_by_agent"
        ),
        sa.ForeignKeyConstraint(
            ["validated_by"], ["agent.id"], name="fk_habilitation_validated_by_agent"
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["agent.id"], name="fk_habilitation_withdrawn_by_agent"
        ),
        sa.ForeignKeyConstraint(
            ["zone_code"], ["zone.code"], name="fk_habilitation_zone_code_zone"
        ),
        sa.UniqueConstraint("request_id", name="uq_habilitation_request_id"),
        sa.CheckConstraint(
            "ends_on > starts_on and ends_on <= starts_on + interval '6 months'",
            name=op.f("ck_habilitation_at_most_six_months"),
        ),
        sa.CheckConstraint(
            "agent_id <> validated_by", name=op.f("ck_habilitation_not_by_its_holder")
        ),
        sa.CheckConstraint(
            "requested_by <> validated_by", name=op.f("ck_habilitation_two_persons")
        ),
    )
    op.create_index("ix_habilitation_agent_id", "habilitation", ["agent_id"])
    rls.protect(
        "habilitation",
        read=rls.MINE_OR_IN_CHARGE,
        insert=f"({rls.IN_CHARGE_OF_ANOTHER} and validated_by = {rls.ME} and requested_by <> {rls.ME} and {ASKED})",
        update=(
            f"({rls.IN_CHARGE_OF_ANOTHER} and withdrawn_at is null)",
            f"({rls.IN_CHARGE_OF_ANOTHER} and withdrawn_at is not null and withdrawn_by = {rls.ME})",
        ),
    )
    op.execute(
        "create trigger habilitation_keep before update on habilitation for each row"
        " execute function vigie_keep('withdrawn_at', 'withdrawn_by', 'withdrawal_reason')"
    )
