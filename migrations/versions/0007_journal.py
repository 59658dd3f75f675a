"""The journal by months, appended by one function, sealed, purged by month"""

from alembic import context, op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# pg_temp stands last: listed nowhere, it would come first, and a temporary table would pass for the journal.
DEFINER = "security definer set search_path = pg_catalog, public, pg_temp"

#: function -> whether the application calls it
FUNCTIONS = {
    "journal_append(integer, text, text, text, jsonb)": True,
    "journal_hold()": True,
    "journal_prepare(date)": True,
    "journal_purge(date, text)": True,
    "journal_guard(text)": False,
}

# An array quotes its elements: two different lines never read the same, whatever their texts hold.
# The head is locked before the number and the clock are drawn, so that both follow the chain, and months too.
APPEND = f"""
create function journal_append(actor integer, actor_name text, event text, siren text, details jsonb)
returns bigint language plpgsql {DEFINER} as $$
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

# Whoever holds the head knows that no line is still to be committed before it.
HOLD = f"""
create function journal_hold() returns void language plpgsql {DEFINER} as $$
begin
    perform from public.journal_head where id = 1 for update;
end $$
"""

GUARD = f"""
create function journal_guard(partition text) returns void language plpgsql {DEFINER} as $$
begin
    execute format('alter table public.%I enable row level security', partition);
    execute format('alter table public.%I force row level security', partition);
    execute format('revoke insert, update, delete, truncate, references, trigger on public.%I from "APPLICATION"', partition);
    execute format('create trigger journal_refuse before update or delete or truncate on public.%I'
        ' for each statement execute function public.journal_refuse()', partition);
end $$
"""

# Lines that came while their month had no partition stand in the default one: they are moved, it is made anew.
PREPARE = f"""
create function journal_prepare(month date) returns boolean language plpgsql {DEFINER} as $$
declare
    begins timestamptz := date_trunc('month', month::timestamp) at time zone 'UTC';
    ends timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') at time zone 'UTC';
    partition text := 'journal_' || to_char(month, 'YYYY_MM');
    strayed boolean;
begin
    if to_regclass('public.' || partition) is not null then
        return false;
    end if;
    if month not between current_date - interval '10 years' and current_date + interval '1 year' then
        raise check_violation using message = 'the journal prepares the months of one year ahead at most';
    end if;
    lock table public.journal in access exclusive mode;
    strayed := exists (select from public.journal where recorded_at >= begins and recorded_at < ends);
    if strayed then
        alter table public.journal detach partition public.journal_default;
        alter table public.journal_default no force row level security;
        alter table public.journal_default rename to journal_strayed;
        create table public.journal_default partition of public.journal default;
        perform public.journal_guard('journal_default');
    end if;
    execute format('create table public.%I partition of public.journal for values from (%L) to (%L)', partition, begins, ends);
    perform public.journal_guard(partition);
    if strayed then
        insert into public.journal select * from public.journal_strayed;
        drop table public.journal_strayed;
    end if;
    return true;
end $$
"""

# The table is locked before the head, as by whoever has read the journal and is about to append: neither waits for the other.
PURGE = f"""
create function journal_purge(month date, actor_name text) returns bigint language plpgsql {DEFINER} as $$
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
        perform public.journal_append(public.vigie_agent(), actor_name, 'audit:journal:purged', null, jsonb_build_object(
            'month', to_char(month, 'YYYY-MM'), 'first', first_line, 'last', last_line.id, 'lines', lines));
    end if;
    return lines;
end $$
"""

COLUMNS = """
    recorded_at timestamptz not null, actor_id integer, actor_name text not null, event varchar(60) not null,
    siren varchar(9), details jsonb not null, previous_hash bytea not null, hash bytea not null
"""
COPIED = "id, recorded_at, actor_id, actor_name, event, siren, details, previous_hash, hash"
INDEXES = {
    "ix_journal_actor_id_recorded_at": "actor_id, recorded_at",
    "ix_journal_siren_recorded_at": "siren, recorded_at",
    "ix_journal_event_recorded_at": "event, recorded_at",
}
REFUSED = "insert, update, delete, truncate, references, trigger"


def upgrade() -> None:
    app_role = context.get_context().opts["app_role"]
    _set_former_aside()
    _make_head()
    op.execute(
        f"create table journal (id bigint not null, {COLUMNS}, constraint pk_journal primary key (id, recorded_at))"
        " partition by range (recorded_at)"
    )
    op.execute("create table journal_default partition of journal default")
    for name, columns in INDEXES.items():
        op.execute(f"create index {name} on journal ({columns})")
    _make_seals(app_role)
    for source in (APPEND, HOLD, GUARD.replace("APPLICATION", app_role), PREPARE, PURGE):
        op.execute(source)
    _protect(app_role)
    op.execute("select journal_guard('journal_default')")
    op.execute(
        "select journal_prepare(month::date) from generate_series("
        "date_trunc('month', coalesce((select min(recorded_at) from journal_former), now()) at time zone 'UTC'),"
        " (now() at time zone 'UTC') + interval '3 months', '1 month') as month"
    )
    op.execute(f"insert into journal ({COPIED}) select {COPIED} from journal_former order by id")
    op.execute("drop table journal_former")


def _set_former_aside() -> None:
    op.execute("drop trigger journal_chain on journal")
    op.execute("drop trigger journal_refuse on journal")
    op.execute("drop function journal_chain()")
    op.execute("alter table journal rename to journal_former")
    op.execute("alter table journal_former no force row level security")
    op.execute("alter table journal_former rename constraint pk_journal to pk_journal_former")
    for name in INDEXES:
        op.execute(f"drop index {name}")


def _make_head() -> None:
    op.execute(
        "alter table journal_head add number bigint not null default 0, add recorded_at timestamptz not null default '-infinity'"
    )
    op.execute(
        "update journal_head set number = last.id, recorded_at = last.recorded_at"
        " from (select id, recorded_at from journal_former order by id desc limit 1) as last"
    )
    op.execute("alter table journal_head alter number drop default, alter recorded_at drop default")


def _make_seals(app_role: str) -> None:
    """What purging reads; what proves is the file, and the key that signs it, which no table holds."""
    op.execute(
        "create table journal_seal (day date not null constraint pk_journal_seal primary key, number bigint not null,"
        " hash bytea not null, lines bigint not null, previous bytea not null, seal bytea not null,"
        " sealed_at timestamptz not null default now())"
    )
    op.execute("alter table journal_seal enable row level security")
    op.execute("alter table journal_seal force row level security")
    op.execute(
        "create policy journal_seal_read on journal_seal for select"
        " using ((select vigie_system()) or 'controleur' = any ((select vigie_roles())::text[]))"
    )
    op.execute(
        "create policy journal_seal_insert on journal_seal for insert with check ((select vigie_system()))"
    )
    op.execute("create policy journal_seal_owner on journal_seal to current_user using (true)")
    op.execute(
        f'revoke update, delete, truncate, references, trigger on journal_seal from "{app_role}"'
    )
    op.execute(
        "create trigger journal_refuse before update or delete or truncate on journal_seal"
        " for each statement execute function journal_refuse()"
    )


def _protect(app_role: str) -> None:
    for signature, is_called in FUNCTIONS.items():
        op.execute(f"revoke all on function {signature} from public")
        if is_called:
            op.execute(f'grant execute on function {signature} to "{app_role}"')
    op.execute(f'revoke {REFUSED} on journal from "{app_role}"')
    # A statement names the table, or one of its partitions; the trigger by row follows in partitions made without Vigie.
    op.execute(
        "create trigger journal_refuse before update or delete or truncate on journal"
        " for each statement execute function journal_refuse()"
    )
    op.execute(
        "create trigger journal_refuse_row before update or delete on journal"
        " for each row execute function journal_refuse()"
    )
    op.execute("alter table journal enable row level security")
    op.execute("alter table journal force row level security")
    op.execute(
        "create policy journal_read on journal for select using (actor_id = (select vigie_agent())"
        " or (select vigie_system()) or 'controleur' = any ((select vigie_roles())::text[]))"
    )
    # The functions above run as the owner, whom FORCE submits to policies as well.
    op.execute("create policy journal_owner on journal to current_user using (true) with check (true)")


def downgrade() -> None:
    app_role = context.get_context().opts["app_role"]
    op.execute("drop table journal_seal")
    for signature in FUNCTIONS:
        op.execute(f"drop function {signature}")
    op.execute("alter table journal rename to journal_months")
    op.execute("alter table journal_months rename constraint pk_journal to pk_journal_months")
    for name in INDEXES:
        op.execute(f"drop index {name}")
    op.execute(
        f"create table journal (id bigint generated by default as identity constraint pk_journal primary key, {COLUMNS})"
    )
    op.execute(f"insert into journal ({COPIED}) select {COPIED} from journal_months order by id")
    op.execute(
        "select setval('journal_id_seq', greatest(number, 1), number > 0) from journal_head"
    )
    op.execute("drop table journal_months")
    for name, columns in INDEXES.items():
        op.execute(f"create index {name} on journal ({columns})")
    op.execute("alter table journal_head drop number, drop recorded_at")
    _chain_again(app_role)


def _chain_again(app_role: str) -> None:
    """What migration 0005 made."""
    op.execute(
        """
        create function journal_chain() returns trigger language plpgsql security definer set search_path = public as $$
        begin
            select hash into new.previous_hash from journal_head where id = 1 for update;
            new.id := nextval('journal_id_seq');
            new.recorded_at := clock_timestamp();
            new.hash := sha256(new.previous_hash || convert_to(
                jsonb_build_array(new.id, extract(epoch from new.recorded_at), new.actor_id,
                    new.actor_name, new.event, new.siren, new.details)::text, 'UTF8'));
            update journal_head set hash = new.hash where id = 1;
            return new;
        end $$
        """
    )
    op.execute(
        "create trigger journal_chain before insert on journal for each row execute function journal_chain()"
    )
    op.execute(
        "create trigger journal_refuse before update or delete or truncate on journal"
        " for each statement execute function journal_refuse()"
    )
    op.execute("alter table journal enable row level security")
    op.execute("alter table journal force row level security")
    op.execute(
        "create policy journal_read on journal for select using (actor_id = (select vigie_agent())"
        " or 'controleur' = any ((select vigie_roles())::text[]))"
    )
    op.execute(
        "create policy journal_insert on journal for insert with check"
        " (actor_id is not distinct from (select vigie_agent()) or (select vigie_agent()) is null)"
    )
    op.execute(f'revoke update, delete, truncate, references, trigger on journal from "{app_role}"')
