"""Waking or reopening an account that decides takes two people: one says so, another does it within a week."""

import sqlalchemy as sa
from alembic import op

revision = "0099"
down_revision = "0098"
branch_labels = None
depends_on = None

# The policies say who may write the account; they see no former value.
WAKING = """
create function agent_waking() returns trigger language plpgsql as $$
begin
    if vigie_agent() is null then
        return new;
    end if;
    if new.waking_asked_by is distinct from old.waking_asked_by and coalesce(new.waking_asked_by, vigie_agent()) <> vigie_agent() then
        raise insufficient_privilege using message = 'row-level security: nobody asks in the name of another';
    end if;
    if (new.reactivated_at is distinct from old.reactivated_at or (new.active and not old.active))
        and exists (select from agent_role h join role r on r.id = h.role_id
            where h.agent_id = new.id and r.name in ('correspondant', 'controleur', 'administrateur'))
        and not coalesce(old.waking_asked_by <> vigie_agent() and old.waking_asked_at > now() - interval '7 days', false)
    then
        raise insufficient_privilege using message = 'row-level security: two people wake an account that decides';
    end if;
    return new;
end $$
"""


def upgrade() -> None:
    """Create the two columns, and what holds the rule."""
    op.add_column("agent", sa.Column("waking_asked_by", sa.Integer))
    op.add_column("agent", sa.Column("waking_asked_at", sa.DateTime(timezone=True)))
    op.create_foreign_key(
        "fk_agent_waking_asked_by_agent", "agent", "agent", ["waking_asked_by"], ["id"]
    )
    op.execute(WAKING)
    op.execute(
        "create trigger agent_waking before update on agent for each row execute function agent_waking()"
    )


def downgrade() -> None:
    """One person wakes an account."""
    op.execute("drop trigger agent_waking on agent")
    op.execute("drop function agent_waking()")
    op.drop_constraint("fk_agent_waking_asked_by_agent", "agent")
    op.drop_column("agent", "waking_asked_at")
    op.drop_column("agent", "waking_asked_by")
