"""A line of the journal written behind the head says what the clock said"""

from alembic import op

from migrations import rls

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

# The chain goes forward in time, or its months could not be purged: behind a line from a clock that was ahead, the time of the head
# is kept, and the line says what the clock said. A caller says nothing of the clock.
APPEND = f"""
create or replace function journal_append(actor integer, event text, siren text, details jsonb)
returns bigint language plpgsql {rls.DEFINER} as $$
declare
    head public.journal_head;
    former bytea;
    moment timestamptz;
    author text := public.journal_author(actor);
    told jsonb := public.journal_seen_as(details) - 'clock';
begin
    select * into strict head from public.journal_head where id = 1 for update;
    former := head.hash;
    head.number := head.number + 1;
    moment := clock_timestamp();
    if moment < head.recorded_at then
        told := told || jsonb_build_object('clock', moment);
    end if;
    head.recorded_at := greatest(moment, head.recorded_at);
    head.hash := sha256(former || convert_to(jsonb_build_array(head.number, extract(epoch from head.recorded_at),
        actor, author, event, siren, told)::text, 'UTF8'));
    insert into public.journal
        (id, recorded_at, actor_id, actor_name, event, siren, details, previous_hash, hash)
    values (head.number, head.recorded_at, actor, author, event, siren, told, former, head.hash);
    update public.journal_head h set number = head.number, recorded_at = head.recorded_at, hash = head.hash where h.id = 1;
    return head.number;
end $$
"""

FORMER_APPEND = f"""
create or replace function journal_append(actor integer, event text, siren text, details jsonb)
returns bigint language plpgsql {rls.DEFINER} as $$
declare
    head public.journal_head;
    former bytea;
    author text := public.journal_author(actor);
    told jsonb := public.journal_seen_as(details);
begin
    select * into strict head from public.journal_head where id = 1 for update;
    former := head.hash;
    head.number := head.number + 1;
    head.recorded_at := greatest(clock_timestamp(), head.recorded_at);
    head.hash := sha256(former || convert_to(jsonb_build_array(head.number, extract(epoch from head.recorded_at),
        actor, author, event, siren, told)::text, 'UTF8'));
    insert into public.journal
        (id, recorded_at, actor_id, actor_name, event, siren, details, previous_hash, hash)
    values (head.number, head.recorded_at, actor, author, event, siren, told, former, head.hash);
    update public.journal_head h set number = head.number, recorded_at = head.recorded_at, hash = head.hash where h.id = 1;
    return head.number;
end $$
"""


def upgrade() -> None:
    """Let a line say that the clock went back."""
    op.execute(APPEND)


def downgrade() -> None:
    """Keep the time of the head in silence again; what lines already say stays."""
    op.execute(FORMER_APPEND)
