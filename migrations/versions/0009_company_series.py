"""Monthly series of firms, in partitions that an import fills aside, then swaps."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

#: one partition for each first digit: bounds that a check can prove beforehand, which a hash cannot
PARTS = 10
FOR_THE_SYSTEM = """
    if not public.vigie_system() then
        raise insufficient_privilege using message = 'only an import replaces the series';
    end if;
"""

BOUNDS = """
create function series_bounds(part integer) returns text language sql immutable as $$
    select format('from (%s) to (%s)',
        case part when 0 then 'minvalue' else quote_literal(part) end,
        case part when 9 then 'maxvalue' else quote_literal(part + 1) end)
$$
"""

# A partition is reached through its table, whose policies decide: nobody holds a privilege on it.
CLOSE = f"""
create function series_close(part text) returns void language plpgsql {rls.DEFINER} as $$
begin
    execute format('revoke all on public.%I from "APPLICATION"', part);
end $$
"""

# The application may only pour rows in: what is staged is read by nobody.
STAGE = f"""
create function series_stage() returns void language plpgsql {rls.DEFINER} as $$
begin
    {FOR_THE_SYSTEM}
    create table public.company_series_next
        (like public.company_series including defaults including constraints) partition by range (siret);
    perform public.series_close('company_series_next');
    grant insert on public.company_series_next to "APPLICATION";
    for part in 0 .. {PARTS - 1} loop
        execute format('create table public.company_series_next_%s partition of public.company_series_next'
            ' for values %s', part, public.series_bounds(part));
        perform public.series_close('company_series_next_' || part);
    end loop;
end $$
"""

# Everything slow comes first: indexes, statistics, and the proof that rows are in their partition, which spares a
# reading of the table under the lock. The lock is asked in short tries, so that readers never queue long behind it.
SWAP = f"""
create function series_swap() returns void language plpgsql {rls.DEFINER} as $$
declare
    next text;
    tries integer := 0;
begin
    {FOR_THE_SYSTEM}
    for part in 0 .. {PARTS - 1} loop
        next := 'company_series_next_' || part;
        execute format('alter table public.company_series_next detach partition public.%I', next);
        execute format('alter table public.%I add primary key (siret, code)', next);
        execute format('create index on public.%I (siren)', next);
        execute format('alter table public.%I add constraint in_its_part check'
            ' ((%L or siret >= %L) and (%L or siret < %L))', next, part = 0, part, part = 9, part + 1);
        execute format('analyze public.%I', next);
    end loop;
    set local lock_timeout = '2s';
    loop
        begin
            lock table public.company_series in access exclusive mode;
            exit;
        exception when lock_not_available then
            tries := tries + 1;
            if tries = 200 then
                raise;
            end if;
            perform pg_sleep(1);
        end;
    end loop;
    set local lock_timeout = 0;
    for part in 0 .. {PARTS - 1} loop
        next := 'company_series_next_' || part;
        execute format('drop table public.company_series_part_%s', part);
        execute format('alter table public.company_series attach partition public.%I for values %s',
            next, public.series_bounds(part));
        execute format('alter table public.%I drop constraint in_its_part', next);
        execute format('alter table public.%I rename to company_series_part_%s', next, part);
    end loop;
    drop table public.company_series_next;
end $$
"""

PARTITIONS = f"""
do $$ begin
    for part in 0 .. {PARTS - 1} loop
        execute format('create table company_series_part_%s partition of company_series for values %s',
            part, series_bounds(part));
        perform series_close('company_series_part_' || part);
    end loop;
end $$
"""

#: function -> (its source, whether the application calls it)
FUNCTIONS = {
    "series_bounds(integer)": (BOUNDS, False),
    "series_close(text)": (CLOSE, False),
    "series_stage()": (STAGE, True),
    "series_swap()": (SWAP, True),
}


def upgrade() -> None:
    """Create the functions, the table and its partitions."""
    for signature, (source, is_called) in FUNCTIONS.items():
        op.execute(source.replace('"APPLICATION"', rls.app_role()))
        op.execute(f"revoke execute on function {signature} from public")
        if is_called:
            op.execute(f"grant execute on function {signature} to {rls.app_role()}")
    _create_company_series()
    op.execute(PARTITIONS)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("company_series")
    for signature in reversed(FUNCTIONS):
        op.execute(f"drop function {signature}")


def _create_company_series() -> None:
    """One series of one establishment: the values of its last 36 months, `None` where the source says nothing."""
    op.create_table(
        "company_series",
        sa.Column("siret", sa.String(14), nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("department", sa.Text),
        sa.Column("nature", sa.Text),
        sa.Column("first_month", sa.Date, nullable=False),
        sa.Column("values", postgresql.ARRAY(sa.Double), nullable=False),
        sa.PrimaryKeyConstraint("siret", "code", name="pk_company_series"),
        sa.CheckConstraint(
            "extract(day from first_month) = 1", name=op.f("ck_company_series_first_of_month")
        ),
        postgresql_partition_by="range (siret)",
    )
    op.create_index("ix_company_series_siren", "company_series", ["siren"])
    confidential = rls.opened("company_series", "nature", rls.zone_of("company_series.nature"))
    rls.protect("company_series", read=f"(nature is null and {rls.HABILITATED}) or {confidential}")
