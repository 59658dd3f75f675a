"""A role that decides on others' rights is asked by one person and given by another; whose an account is never changes."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

#: the roles that nobody gives alone
DECIDING = ("correspondant", "controleur", "administrateur")
CONTROLLERS = rls.has_role("controleur")
PLAIN_AGENT = "role_id = (select id from role where name = 'agent')"
DECIDES = f"role_id in (select id from role where name in ({', '.join(map(repr, DECIDING))}))"
#: whoever asks answers for the account of the row: a controller, or, of a correspondant, a correspondant of their administration
DECIDER = f"({CONTROLLERS} or ({rls.has_role('correspondant')} and role = 'correspondant' and {rls.SAME_ADMINISTRATION}))"
ANOTHER = f"agent_id <> {rls.ME} and requested_by <> {rls.ME}"
#: what somebody else asked for, and not somebody who has just given what I asked for
ASKED = f"""exists (select from role_request r join role o on o.name = r.role
    where r.agent_id = agent_role.agent_id and o.id = agent_role.role_id and r.state = 'en_attente' and r.requested_by <> {rls.ME}
    and ({CONTROLLERS} or ({rls.has_role("correspondant")} and r.role = 'correspondant' and {rls.SAME_ADMINISTRATION}))
    and not exists (select from role_request b where b.requested_by = {rls.ME} and b.decided_by = r.requested_by
        and b.state = 'validee' and b.decided_at > now() - interval '180 days'))"""
FORMER_READ = rls.MINE_OR_IN_CHARGE
FORMER_INSERT = f"({rls.IN_CHARGE_OF_ANOTHER} and ({rls.ADMINISTRATORS} or {PLAIN_AGENT}))"

# An account is somebody's by its address, and an administration's: whoever rewrote them would hold the rights that others gave it.
WHOSE = """
create function agent_whose() returns trigger language plpgsql as $$
begin
    if vigie_agent() is not null and (new.email, new.administration, new.proconnect_sub, new.fs_uniquifier)
        is distinct from (old.email, old.administration, old.proconnect_sub, old.fs_uniquifier) then
        raise insufficient_privilege using message = 'row-level security: whose an account is never changes';
    end if;
    return new;
end $$
"""


def upgrade() -> None:
    """Create the requests, and write the policies that count on them."""
    _create_role_request()
    _protect_roles(
        read=f"({rls.MINE_OR_IN_CHARGE} or {CONTROLLERS})",
        insert=(
            f"({rls.IN_CHARGE_OF_ANOTHER} and ({PLAIN_AGENT} or ({rls.ADMINISTRATORS} and not {DECIDES})))"
            f" or (agent_id <> {rls.ME} and {ASKED})"
        ),
    )
    op.execute(WHOSE)
    op.execute(
        "create trigger agent_whose before update on agent for each row execute function agent_whose()"
    )


def downgrade() -> None:
    """An administrateur gives every role alone."""
    op.execute("drop trigger agent_whose on agent")
    op.execute("drop function agent_whose()")
    _protect_roles(read=FORMER_READ, insert=FORMER_INSERT)
    op.drop_table("role_request")


def _create_role_request() -> None:
    """An administrateur asks that an agent hold a role that decides; somebody who answers for the agent gives it."""
    op.create_table(
        "role_request",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("requested_by", sa.Integer, nullable=False),
        sa.Column(
            "requested_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("state", sa.String(40), server_default="en_attente", nullable=False),
        sa.Column("decided_by", sa.Integer),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("refusal", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_role_request"),
        *(
            sa.ForeignKeyConstraint([column], ["agent.id"], name=f"fk_role_request_{column}_agent")
            for column in ("agent_id", "requested_by", "decided_by")
        ),
        *(
            sa.CheckConstraint(condition, name=op.f(f"ck_role_request_{name}"))
            for name, condition in CHECKS.items()
        ),
    )
    op.create_index("ix_role_request_agent_id", "role_request", ["agent_id"])
    op.create_index(
        "uq_role_request_pending",
        "role_request",
        ["agent_id", "role"],
        unique=True,
        postgresql_where=sa.text("state = 'en_attente'"),
    )
    rls.protect(
        "role_request",
        read=f"({rls.MINE_OR_IN_CHARGE} or {CONTROLLERS})",
        insert=f"({rls.ADMINISTRATORS} and agent_id <> {rls.ME} and requested_by = {rls.ME} and state = 'en_attente')",
        update=(
            f"({DECIDER} and {ANOTHER} and state = 'en_attente')",
            f"({DECIDER} and {ANOTHER} and state <> 'en_attente' and decided_by = {rls.ME})",
        ),
    )
    rls.update_only("role_request", "state", "decided_by", "decided_at", "refusal")
    rls.revoke("role_request", "delete")


CHECKS = {
    "role_known": f"role in ({', '.join(map(repr, DECIDING))})",
    "not_for_oneself": "agent_id <> requested_by",
    "two_persons": "decided_by <> requested_by and decided_by <> agent_id",
    "decided_or_pending": (
        "(state = 'en_attente') = (decided_at is null) and (decided_by is null) = (decided_at is null)"
    ),
    "state_known": "state in ('en_attente', 'validee', 'refusee')",
}


def _protect_roles(*, read: str, insert: str) -> None:
    rls.drop_policy("agent_role", "read")
    rls.create_policy("agent_role", "read", f"for select using ({read})")
    rls.drop_policy("agent_role", "insert")
    rls.create_policy("agent_role", "insert", f"for insert with check ({insert})")
