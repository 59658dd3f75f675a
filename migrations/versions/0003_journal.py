"""The journal: its months, the end of its chain, its seals, and the functions that alone append, prepare and purge."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
CONTROLLERS = rls.has_role("controleur")
#: whom the actor was looked at as, on the lines that say so
SEEN_AS = "(details -> 'seen_as' ->> 'agent')::integer"
REFUSED = ("insert", "update", "delete", "truncate", "references", "trigger")

#: function -> whether the application calls it
FUNCTIONS = {
    "journal_append(integer, text, text, text, jsonb)": True,
    "journal_hold()": True,
    "journal_prepare(date)": True,
    "journal_purge(date, text)": True,
    "journal_guard(text)": False,
}

REFUSE = """
create function journal_refuse() returns trigger language plpgsql as $$
begin
    raise exception 'the journal is append-only';
end $$
"""

# An array quotes its elements: two different lines never read the same, whatever their texts hold.
# The head is locked before the number and the clock are drawn, so that both follow the chain, and months too.
APPEND = f"""
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

# Whoever holds the head knows that no line is still to be committed before it.
HOLD = f"""
create function journal_hold() returns void language plpgsql {rls.DEFINER} as $$
begin
    perform from public.journal_head where id = 1 for update;
end $$
"""

GUARD = f"""
create function journal_guard(partition text) returns void language plpgsql {rls.DEFINER} as $$
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
create function journal_prepare(month date) returns boolean language plpgsql {rls.DEFINER} as $$
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
create function journal_purge(month date, actor_name text) returns bigint language plpgsql {rls.DEFINER} as $$
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

# This month and three more; a job makes the others.
FIRST_MONTHS = """
select journal_prepare(month::date) from generate_series(date_trunc('month', now() at time zone 'UTC'),
    (now() at time zone 'UTC') + interval '3 months', '1 month') as month
"""


def upgrade() -> None:
    """Make the tables, then the functions, then the first months."""
    _create_head()
    _create_journal()
    op.execute(REFUSE)
    _create_seal()
    for source in (APPEND, HOLD, GUARD, PREPARE, PURGE):
        op.execute(source.replace('"APPLICATION"', rls.app_role()))
    for signature, is_called in FUNCTIONS.items():
        op.execute(f"revoke all on function {signature} from public")
        if is_called:
            op.execute(f"grant execute on function {signature} to {rls.app_role()}")
    _protect_journal()
    op.execute("select journal_guard('journal_default')")
    op.execute(FIRST_MONTHS)


def downgrade() -> None:
    """Drop the functions and the tables, months included."""
    for signature in FUNCTIONS:
        op.execute(f"drop function {signature}")
    op.drop_table("journal_seal")
    op.drop_table("journal")
    op.drop_table("journal_head")
    op.execute("drop function journal_refuse()")


def _create_head() -> None:
    """The end of the chain: the last line's number, clock and hash. Nobody but the functions reads or writes it."""
    op.execute(
        "create table journal_head (id integer primary key check (id = 1), hash bytea not null,"
        " number bigint not null, recorded_at timestamptz not null)"
    )
    op.execute("insert into journal_head values (1, sha256('vigie'), 0, '-infinity')")
    rls.revoke("journal_head", "all")


def _create_journal() -> None:
    """Lines, partitioned by month; those whose month is not prepared stand in the default partition."""
    op.create_table(
        "journal",
        sa.Column("id", sa.BigInteger, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("actor_id", sa.Integer),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.Column("event", sa.String(60), nullable=False),
        sa.Column("siren", sa.String(9)),
        sa.Column("details", postgresql.JSONB, nullable=False),
        sa.Column("previous_hash", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", "recorded_at", name="pk_journal"),
        postgresql_partition_by="range (recorded_at)",
    )
    op.execute("create table journal_default partition of journal default")
    op.create_index("ix_journal_actor_id_recorded_at", "journal", ["actor_id", "recorded_at"])
    op.create_index("ix_journal_siren_recorded_at", "journal", ["siren", "recorded_at"])
    op.create_index("ix_journal_event_recorded_at", "journal", ["event", "recorded_at"])
    op.create_index(
        "ix_journal_seen_as",
        "journal",
        [sa.text(f"({SEEN_AS})")],
        postgresql_where=sa.text("details ? 'seen_as'"),
    )


def _create_seal() -> None:
    """What purging reads; what proves is the file, and the key that signs it, which no table holds."""
    op.create_table(
        "journal_seal",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("lines", sa.BigInteger, nullable=False),
        sa.Column("previous", sa.LargeBinary, nullable=False),
        sa.Column("seal", sa.LargeBinary, nullable=False),
        sa.Column("sealed_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_journal_seal"),
    )
    rls.force("journal_seal")
    rls.create_policy("journal_seal", "read", f"for select using ({rls.SYSTEM} or {CONTROLLERS})")
    rls.create_policy("journal_seal", "insert", f"for insert with check ({rls.SYSTEM})")
    rls.create_policy("journal_seal", "owner", "to current_user using (true)")
    rls.revoke("journal_seal", "update", "delete", "truncate", "references", "trigger")
    op.execute(
        "create trigger journal_refuse before update or delete or truncate on journal_seal"
        " for each statement execute function journal_refuse()"
    )


def _protect_journal() -> None:
    """Read by its actor, by whoever was looked at as, by controllers; appended by a function; rewritten by nobody."""
    rls.revoke("journal", *REFUSED)
    # A statement names the table, or one of its partitions; the trigger by row follows in partitions made without Vigie.
    op.execute(
        "create trigger journal_refuse before update or delete or truncate on journal"
        " for each statement execute function journal_refuse()"
    )
    op.execute(
        "create trigger journal_refuse_row before update or delete on journal"
        " for each row execute function journal_refuse()"
    )
    rls.force("journal")
    rls.create_policy(
        "journal",
        "read",
        f"for select using (actor_id = {rls.ME} or {rls.SYSTEM} or {CONTROLLERS})",
    )
    rls.create_policy(
        "journal",
        "read_seen_as",
        f"for select using (details ? 'seen_as' and {SEEN_AS} = {rls.ME})",
    )
    # The functions run as the owner, whom forced policies bind as well.
    rls.create_policy("journal", "owner", "to current_user using (true) with check (true)")
