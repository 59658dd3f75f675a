"""The telephone that an agent gives to those who work with them."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def _keep(*own: str) -> str:
    """The trigger of accounts, with the columns that agents may change of their own."""
    free = f"'{{{','.join(own)}}}'::text[]"
    return f"""
create or replace function agent_keep() returns trigger language plpgsql as $$
declare
    own text;
begin
    -- Without an agent in scope, the policies have already decided.
    if vigie_agent() is null or 'administrateur' = any (vigie_roles()) and new.id <> vigie_agent() then
        return new;
    end if;
    if tg_op = 'UPDATE' and new.id = vigie_agent() then
        if to_jsonb(new) - {free} is distinct from to_jsonb(old) - {free} then
            raise insufficient_privilege using message = 'an agent changes nothing of their own account but their preferences';
        end if;
        return new;
    end if;
    select administration into own from agent where id = vigie_agent();
    if new.administration is distinct from own or (tg_op = 'UPDATE' and old.administration is distinct from own) then
        raise insufficient_privilege using message = 'a correspondant writes the accounts of their administration only';
    end if;
    return new;
end $$
"""


def upgrade() -> None:
    """Add the column, that its agent alone fills."""
    op.add_column("agent", sa.Column("telephone", sa.Text))
    op.execute(_keep("wants_digest", "telephone"))


def downgrade() -> None:
    """Drop it."""
    op.execute(_keep("wants_digest"))
    op.drop_column("agent", "telephone")
