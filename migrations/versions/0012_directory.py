"""The directory: one's own line changes for one preference, those of a house by its correspondants"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# The policy says who may write a line; a policy sees no former value, and the house of whoever writes is in the same table.
KEEP = """
create function agent_keep() returns trigger language plpgsql as $$
declare
    house text;
begin
    -- Without an agent in scope, the policies have already decided.
    if vigie_agent() is null or 'administrateur' = any (vigie_roles()) and new.id <> vigie_agent() then
        return new;
    end if;
    if tg_op = 'UPDATE' and new.id = vigie_agent() then
        if to_jsonb(new) - 'wants_digest' is distinct from to_jsonb(old) - 'wants_digest' then
            raise insufficient_privilege using message = 'an agent changes nothing of their own account but their preferences';
        end if;
        return new;
    end if;
    select administration into house from agent where id = vigie_agent();
    if new.administration is distinct from house or (tg_op = 'UPDATE' and old.administration is distinct from house) then
        raise insufficient_privilege using message = 'a correspondant writes the accounts of their house only';
    end if;
    return new;
end $$
"""


def upgrade() -> None:
    op.execute(KEEP)
    op.execute(
        "create trigger agent_keep before insert or update on agent for each row execute function agent_keep()"
    )


def downgrade() -> None:
    op.execute("drop trigger agent_keep on agent")
    op.execute("drop function agent_keep()")
