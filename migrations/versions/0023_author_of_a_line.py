"""The author of a line of the journal is whoever the transaction acts for, and is named by the database"""

from alembic import op

from migrations import rls

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

FORMER = "journal_append(integer, text, text, text, jsonb)"
PRESENT = "journal_append(integer, text, text, jsonb)"

# Both names are read from the agents: whoever calls gives none. ``actor`` is there to be compared.
AUTHOR = f"""
create function journal_author(actor integer) returns text language plpgsql {rls.DEFINER} as $$
declare
    author text;
begin
    if actor is distinct from public.vigie_agent() then
        raise insufficient_privilege using message = 'a line of the journal names the agent in scope, nobody else';
    end if;
    if actor is not null then
        select a.first_name || ' ' || a.last_name into author from public.agent a where a.id = actor;
    elsif public.vigie_system() then
        author := nullif(current_setting('vigie.actor', true), '');
    end if;
    if author is null then
        raise insufficient_privilege using message = 'a line of the journal has an author: this transaction acts for nobody';
    end if;
    return author;
end $$
"""

SEEN_AS = f"""
create function journal_seen_as(details jsonb) returns jsonb language plpgsql {rls.DEFINER} as $$
declare
    seen jsonb;
begin
    if not details ? 'seen_as' then
        return details;
    end if;
    select jsonb_build_object('agent', a.id, 'name', a.first_name || ' ' || a.last_name) into seen
        from public.agent a where to_jsonb(a.id) = details -> 'seen_as' -> 'agent';
    if seen is null then
        raise insufficient_privilege using message = 'a line of the journal was seen as an agent who does not exist';
    end if;
    return jsonb_set(details, '{{seen_as}}', seen);
end $$
"""

APPEND = f"""
create function journal_append(actor integer, event text, siren text, details jsonb)
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

FORMER_APPEND = f"""
create function journal_append(actor integer, actor_name text, event text, siren text, details jsonb)
returns bigint language plpgsql {rls.DEFINER} as $$
declare
    head public.journal_head;
    former bytea;
begin
    if public.vigie_agent() is not null and public.vigie_agent() is distinct from actor then
        raise insufficient_privilege using message = 'a line of the journal names the agent in scope, nobody else';
    end if;
    select * into strict head from public.journal_head where id = 1 for update;
    former := head.hash;
    head.number := head.number + 1;
    head.recorded_at := greatest(clock_timestamp(), head.recorded_at);
    head.hash := sha256(former || convert_to(jsonb_build_array(head.number, extract(epoch from head.recorded_at),
        actor, actor_name, event, siren, details)::text, 'UTF8'));
    insert into public.journal
        (id, recorded_at, actor_id, actor_name, event, siren, details, previous_hash, hash)
    values (head.number, head.recorded_at, actor, actor_name, event, siren, details, former, head.hash);
    update public.journal_head h set number = head.number, recorded_at = head.recorded_at, hash = head.hash where h.id = 1;
    return head.number;
end $$
"""

# The table is locked before the head, as by whoever has read the journal and is about to append: neither waits for the other.
PURGE = f"""
create function journal_purge(month date ARGUMENT) returns bigint language plpgsql {rls.DEFINER} as $$
declare
    begins timestamptz := date_trunc('month', month::timestamp) at time zone 'UTC';
    ends timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') at time zone 'UTC';
    partition text := 'journal_' || to_char(month, 'YYYY_MM');
    first_line bigint;
    last_line public.journal;
    lines bigint;
begin
    if ends + interval '12 months' > now() then
        raise check_violation using message = 'the journal keeps twelve whole months';
    end if;
    lock table public.journal in access exclusive mode;
    if to_regclass('public.' || partition) is null then
        return 0;
    end if;
    if exists (select from public.journal where recorded_at < begins) then
        raise check_violation using message = 'the journal is purged from its beginning: an older month is still there';
    end if;
    select min(j.id), count(*) into first_line, lines from public.journal j where j.recorded_at >= begins and j.recorded_at < ends;
    if lines > 0 then
        select j.* into strict last_line from public.journal j
            where j.recorded_at >= begins and j.recorded_at < ends order by j.id desc limit 1;
        if not exists (select from public.journal_seal s where s.number = last_line.id and s.hash = last_line.hash) then
            raise check_violation using message = 'the journal purges only what is sealed';
        end if;
    end if;
    execute format('drop table public.%I', partition);
    if lines > 0 then
        perform public.journal_append(public.vigie_agent(), NAME 'audit:journal:purged', null, jsonb_build_object(
            'month', to_char(month, 'YYYY-MM'), 'first', first_line, 'last', last_line.id, 'lines', lines));
    end if;
    return lines;
end $$
"""


def upgrade() -> None:
    """Take the name away from what a caller gives, and refuse a line of nobody."""
    op.execute(f"drop function {FORMER}")
    op.execute("drop function journal_purge(date, text)")
    for source in (AUTHOR, SEEN_AS, APPEND, _purge(argument="", name="")):
        op.execute(source)
    op.execute("revoke all on function journal_author(integer), journal_seen_as(jsonb) from public")
    _give(PRESENT, "journal_purge(date)")


def downgrade() -> None:
    """Let the caller name the author again."""
    op.execute(f"drop function {PRESENT}")
    op.execute("drop function journal_purge(date)")
    op.execute("drop function journal_author(integer)")
    op.execute("drop function journal_seen_as(jsonb)")
    op.execute(FORMER_APPEND)
    op.execute(_purge(argument=", actor_name text", name="actor_name,"))
    _give(FORMER, "journal_purge(date, text)")


def _purge(*, argument: str, name: str) -> str:
    return PURGE.replace(" ARGUMENT", argument).replace("NAME ", name)


def _give(*functions: str) -> None:
    for function in functions:
        op.execute(f"revoke all on function {function} from public")
        op.execute(f"grant execute on function {function} to {rls.app_role()}")
