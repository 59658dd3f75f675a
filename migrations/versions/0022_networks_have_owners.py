"""A network belongs to an administration, which lets agents of others in; two people do not validate each other's requests."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)

#: code of a network -> whose it is; those that administrateurs created are everybody's, like CODEFI
OWNERS = {
    "crp": "direccte",
    "urssaf": "urssaf",
    "banque_de_france": "banque_de_france",
    "dgfip": "dgfip",
    "dge": "dge",
}
ADMINISTRATIONS = ("direccte", "urssaf", "banque_de_france", "dgfip", "dge", "vigie")

CORRESPONDANT = rls.has_role("correspondant")
#: whoever asks is a correspondant of the administration that the network of the row belongs to
OWNER = (
    f"({CORRESPONDANT} and exists (select from network n where n.id = network_id"
    " and n.administration = (select vigie_administration())))"
)
#: the network of the row is everybody's, or the agent's own administration's
OWN_NETWORK = (
    "exists (select from network n join agent a on a.id = agent_id where n.id = network_id"
    " and (n.administration is null or n.administration = a.administration))"
)
CONSENTED = (
    "exists (select from network_request r where r.agent_id = membership.agent_id"
    f" and r.network_id = membership.network_id and r.state = 'validee' and r.decided_by = {rls.ME})"
)
ASKED = f"""exists (select from habilitation_request r where r.id = request_id and r.state = 'en_attente'
    and r.agent_id = habilitation.agent_id and r.requested_by = habilitation.requested_by and r.requested_by <> {rls.ME}
    and r.zone_code = habilitation.zone_code and r.natures = habilitation.natures and r.function = habilitation.function
    and habilitation.ends_on <= r.wanted_end)"""
GIVEN = f"({rls.IN_CHARGE_OF_ANOTHER} and validated_by = {rls.ME} and requested_by <> {rls.ME} and {ASKED})"
EACH_OTHER = (
    f"exists (select from habilitation_request r where r.requested_by = {rls.ME}"
    " and r.decided_by = habilitation.requested_by and r.state = 'validee'"
    " and r.decided_at > now() - interval '180 days')"
)


def upgrade() -> None:
    """Give each network its owner, create the requests to enter one, and write the policies that count on them."""
    op.execute("select set_config('vigie.system', 'on', true)")
    op.add_column("network", sa.Column("administration", sa.String(40)))
    for code, administration in OWNERS.items():
        op.execute(f"update network set administration = '{administration}' where code = '{code}'")
    op.create_check_constraint(
        op.f("ck_network_administration_known"),
        "network",
        f"administration in ({', '.join(map(repr, ADMINISTRATIONS))})",
    )
    # Whose a network is never changes: what its members wrote was written for that administration.
    rls.update_only("network", "label", "position", "is_active")
    _create_network_request()
    _protect_membership(
        read=f"({rls.MINE_OR_IN_CHARGE} or {rls.MY_NETWORK} or {OWNER})",
        insert=f"(agent_id <> {rls.ME} and (({rls.IN_CHARGE} and {OWN_NETWORK}) or {CONSENTED}))",
        delete=f"(agent_id <> {rls.ME} and ({rls.IN_CHARGE} or {OWNER}))",
    )
    _protect_giving(f"({GIVEN} and not {EACH_OTHER})")
    op.execute("select set_config('vigie.system', '', true)")


def downgrade() -> None:
    """A correspondant adds the agents of their administration to any network."""
    _protect_giving(GIVEN)
    _protect_membership(
        read=f"({rls.MINE_OR_IN_CHARGE} or {rls.MY_NETWORK})",
        insert=rls.IN_CHARGE_OF_ANOTHER,
        delete=rls.IN_CHARGE_OF_ANOTHER,
    )
    op.drop_table("network_request")
    op.execute(f"grant update on network to {rls.app_role()}")
    op.drop_constraint(op.f("ck_network_administration_known"), "network")
    op.drop_column("network", "administration")


def _create_network_request() -> None:
    """Somebody asks that an agent of another administration enter a network; a correspondant of that network's decides."""
    op.create_table(
        "network_request",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("network_id", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("requested_by", sa.Integer, nullable=False),
        sa.Column("requested_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("state", sa.String(40), server_default="en_attente", nullable=False),
        sa.Column("decided_by", sa.Integer),
        sa.Column("decided_at", MOMENT),
        sa.Column("refusal", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_network_request"),
        *(
            sa.ForeignKeyConstraint(
                [column], [target], name=f"fk_network_request_{column}_{target.split('.')[0]}"
            )
            for column, target in (
                ("agent_id", "agent.id"),
                ("network_id", "network.id"),
                ("requested_by", "agent.id"),
                ("decided_by", "agent.id"),
            )
        ),
        sa.CheckConstraint(
            "agent_id <> requested_by", name=op.f("ck_network_request_not_for_oneself")
        ),
        sa.CheckConstraint(
            "decided_by <> requested_by and decided_by <> agent_id",
            name=op.f("ck_network_request_two_persons"),
        ),
        sa.CheckConstraint(
            "(state = 'en_attente') = (decided_at is null)"
            " and (decided_by is null) = (decided_at is null)",
            name=op.f("ck_network_request_decided_or_pending"),
        ),
        sa.CheckConstraint(
            "state in ('en_attente', 'validee', 'refusee')",
            name=op.f("ck_network_request_state_known"),
        ),
    )
    op.create_index("ix_network_request_agent_id", "network_request", ["agent_id"])
    op.create_index(
        "uq_network_request_pending",
        "network_request",
        ["agent_id", "network_id"],
        unique=True,
        postgresql_where=sa.text("state = 'en_attente'"),
    )
    another = f"agent_id <> {rls.ME} and requested_by <> {rls.ME}"
    rls.protect(
        "network_request",
        read=f"({rls.MINE_OR_IN_CHARGE} or {OWNER})",
        insert=f"({rls.IN_CHARGE_OF_ANOTHER} and requested_by = {rls.ME} and state = 'en_attente')",
        update=(
            f"({OWNER} and {another} and state = 'en_attente')",
            f"({OWNER} and {another} and state <> 'en_attente' and decided_by = {rls.ME})",
        ),
    )
    rls.update_only("network_request", "state", "decided_by", "decided_at", "refusal")
    rls.revoke("network_request", "delete")


def _protect_membership(**conditions: str) -> None:
    for name, condition in conditions.items():
        rls.drop_policy("membership", name)
        clause = "with check" if name == "insert" else "using"
        verb = "select" if name == "read" else name
        rls.create_policy("membership", name, f"for {verb} {clause} ({condition})")


def _protect_giving(condition: str) -> None:
    rls.drop_policy("habilitation", "insert")
    rls.create_policy("habilitation", "insert", f"for insert with check ({condition})")
