"""What lists filter of a firm is stored with what they show: its age, its legal form, its Territoire d'industrie, its last accounts.

Confidential accounts are figures of their own nature: a partition of their own.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
AS_NOBODY = "select set_config('vigie.system', '', true)"
CONFIDENTIAL = "comptes_confidentiels"
#: column -> its type; they follow those of 0029
ADDED = {
    "created_on": sa.Date(),
    "legal_category": sa.Text(),
    "territory": sa.Text(),
    "revenue": sa.Double(),
    "ebit": sa.Double(),
    "closed_on": sa.Date(),
}
#: part -> the columns it is read in the order of, those of 0029 first
FORMER_PARTS = {
    "score": ("name_sort", "town", "workforce", "procedure_status", "naf"),
    "urssaf": ("debt",),
    "activite_partielle": ("short_time",),
}
NEW_ORDERS = {
    "score": ("created_on", "legal_category", "territory", "revenue"),
    CONFIDENTIAL: ("revenue",),
}
PARTS = {
    part: FORMER_PARTS.get(part, ()) + NEW_ORDERS.get(part, ())
    for part in (*FORMER_PARTS, CONFIDENTIAL)
}

# Between « and »: what comes with this migration, and goes with it.
QUERIES = """
create or replace function figures_query(source text) returns text language sql immutable as $query$
    select format($$
        with known as (
            select siren, code, v, cardinality(v) as n
            from (select siren, code, array_remove("values", null) as v from (%s) rows) series
            where code in ('dette_patronale', 'dette_salariale', 'cotisation', 'ap_consommee', 'effectif')
        ),
        kept as (
            select siren,
                case when code like 'dette%%' then 'debt' else code end as figure,
                sum(v[n]) as last, case when bool_and(n > 12) then sum(v[n - 12]) end as before
            from known where n > 0 group by 1, 2
        ),
        said as (
            select siren,
                max(last) filter (where figure = 'debt') as debt,
                max(public.figures_change(last, before)) filter (where figure = 'debt') as debt_change,
                max(last) filter (where figure = 'cotisation') as contributions,
                max(last) filter (where figure = 'ap_consommee') as short_time,
                max(public.figures_change(last, before)) filter (where figure = 'effectif') as workforce_change
            from kept group by siren
        ),
        delay as (
            select siren, max(due_on) as until from public.payment_plan where stage = 'APPROB' group by siren
        ),
        «filed as (
            select distinct on (siren, nature) siren, nature, revenue, ebit, closed_on from public.annual_accounts
            where nature is not null or siren in (select siren from public.company_alert)
            order by siren, nature, closed_on desc
        ),
        closed as (select * from filed where nature = 'comptes_confidentiels'),
        seated as (
            select a.siren, min(t.territory) as territory
            from public.company_alert a join public.establishment e on e.siren = a.siren and e.is_head_office
            join public.territory_commune t using (commune_code) group by a.siren
        ),
        »flagged as (
            select siren from public.human_signal group by siren having count(distinct author_id) > 1
        ),
        noted as (
            select siren from said union select siren from delay «union select siren from closed
            »union select siren from public.company_alert
        ),
        firm as (
            select c.siren, c.departments, p.place, c.name_sort, c.department || ' ' || coalesce(c.commune, '') as town,
                c.naf, c.workforce, c.procedure_status, s.debt, s.debt_change, s.contributions,
                s.short_time, s.workforce_change, d.until as delay_until,« c.created_on, c.legal_category, t.territory,»
                a.siren is not null as was_listed, coalesce(a.siren, f.siren) is not null as is_open
            from noted join public.company c using (siren) left join said s using (siren) left join delay d using (siren)
            left join public.company_alert a using (siren) left join flagged f using (siren)« left join seated t using (siren)»
            cross join lateral unnest(c.departments || 'FR'::text) p(place)
        )
        select siren, 'score' as nature, place, departments, name_sort, town, naf, workforce, workforce_change,
            procedure_status, null::float8 as debt, null::float8 as debt_change, null::float8 as contributions,
            null::date as delay_until, null::float8 as short_time, is_open«, created_on, legal_category, territory,
            a.revenue, a.ebit, a.closed_on»
        from firm« left join (select * from filed where nature is null) a using (siren)» where was_listed
        union all
        select siren, 'urssaf', place, departments, null, null, null, null, null, null,
            debt, debt_change, contributions, delay_until, null, is_open«, null, null, null, null, null, null»
        from firm where coalesce(debt, contributions) is not null or delay_until is not null
        union all
        select siren, 'activite_partielle', place, departments, null, null, null, null, null, null,
            null, null, null, null, short_time, is_open«, null, null, null, null, null, null»
        from firm where short_time is not null«
        union all
        select siren, 'comptes_confidentiels', place, departments, null, null, null, null, null, null,
            null, null, null, null, null, is_open, null, null, null, a.revenue, a.ebit, a.closed_on
        from firm join closed a using (siren)»
    $$, public.figures_series(source))
$query$
"""
QUERY = QUERIES.replace("«", "").replace("»", "")
FORMER_QUERY = "".join(part.rpartition("»")[2] for part in QUERIES.split("«"))
FOR_THE_SYSTEM = """
    if not public.vigie_system() then
        raise insufficient_privilege using message = 'only a publication replaces the figures';
    end if;
"""
INDEX = f"""
create or replace function figures_index(part text, nature text) returns void language plpgsql {rls.DEFINER} as $$
declare
    sorted text;
begin
    execute format('alter table public.%I add primary key (place, siren, nature)', part);
    foreach sorted in array case nature
        ORDERS
        end
    loop
        execute format('create index on public.%I (place, %I, siren) where is_open and %I is not null',
            part, sorted, sorted);
    end loop;
    execute format('analyze public.%I', part);
end $$
"""
# Whatever is slow is done aside: readers have the former figures meanwhile.
STAGE = f"""
create or replace function figures_stage(source text) returns void language plpgsql {rls.DEFINER} as $$
declare
    nature text;
begin
    {FOR_THE_SYSTEM}
    if source not in ('company_series_part_', 'company_series_next_') then
        raise invalid_parameter_value using message = 'figures are made of the series';
    end if;
    create table public.company_figures_next
        (like public.company_figures including defaults including constraints) partition by list (nature);
    perform public.series_close('company_figures_next');
    foreach nature in array array[KNOWN_PARTS] loop
        execute format('create table public.%I partition of public.company_figures_next for values in (%L)',
            'company_figures_next_' || nature, nature);
        perform public.series_close('company_figures_next_' || nature);
    end loop;
    execute 'insert into public.company_figures_next ' || public.figures_query(source);
    foreach nature in array array[KNOWN_PARTS] loop
        execute format('alter table public.company_figures_next detach partition public.%I',
            'company_figures_next_' || nature);
        perform public.figures_index('company_figures_next_' || nature, nature);
        execute format('alter table public.%I add constraint of_its_nature check (nature is not null and nature = %L)',
            'company_figures_next_' || nature, nature);
    end loop;
    drop table public.company_figures_next;
end $$
"""
# The lock is asked in short tries, as for the series (0009): readers never queue long behind it.
SWAP = f"""
create or replace function figures_swap() returns void language plpgsql {rls.DEFINER} as $$
declare
    nature text;
    tries integer := 0;
begin
    {FOR_THE_SYSTEM}
    set local lock_timeout = '2s';
    loop
        begin
            lock table public.company_figures in access exclusive mode;
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
    foreach nature in array array[KNOWN_PARTS] loop
        execute format('drop table public.%I', 'company_figures_part_' || nature);
        execute format('alter table public.company_figures attach partition public.%I for values in (%L)',
            'company_figures_next_' || nature, nature);
        execute format('alter table public.%I drop constraint of_its_nature', 'company_figures_next_' || nature);
        execute format('alter table public.%I rename to %I',
            'company_figures_next_' || nature, 'company_figures_part_' || nature);
    end loop;
end $$
"""
#: the new figures of the firms whose figures are stored already
KNOWN = """
update company_figures f set created_on = c.created_on, legal_category = c.legal_category,
    revenue = a.revenue, ebit = a.ebit, closed_on = a.closed_on
from company c left join lateral (
    select revenue, ebit, closed_on from annual_accounts where siren = c.siren and nature is null
    order by closed_on desc limit 1
) a on true
where f.nature = 'score' and c.siren = f.siren
"""
CLOSED = """
insert into company_figures (siren, nature, place, departments, is_open, revenue, ebit, closed_on)
select a.siren, a.nature, p.place, c.departments,
    a.siren in (select siren from company_alert)
        or a.siren in (select siren from human_signal group by siren having count(distinct author_id) > 1),
    a.revenue, a.ebit, a.closed_on
from (
    select distinct on (siren) siren, nature, revenue, ebit, closed_on from annual_accounts where nature is not null
    order by siren, closed_on desc
) a join company c using (siren) cross join lateral unnest(c.departments || 'FR'::text) p(place)
"""


def upgrade() -> None:
    """Create the territories, which the next publication fills; store the new figures of the firms that have some."""
    _create_territories()
    for name, kind in ADDED.items():
        op.add_column("company_figures", sa.Column(name, kind))
    op.execute(
        f"create table company_figures_part_{CONFIDENTIAL} partition of company_figures for values in ('{CONFIDENTIAL}')"
    )
    op.execute(f"select series_close('company_figures_part_{CONFIDENTIAL}')")
    for source in (QUERY, *_functions(PARTS)):
        op.execute(source)
    op.execute(AS_SYSTEM)
    op.execute(KNOWN)
    op.execute(CLOSED)
    op.execute(AS_NOBODY)
    for part, columns in NEW_ORDERS.items():
        for column in columns:
            op.execute(
                f"create index on company_figures_part_{part} (place, {column}, siren)"
                f" where is_open and {column} is not null"
            )


def downgrade() -> None:
    """Drop them: the sources keep what they are made of."""
    op.execute(f"drop table company_figures_part_{CONFIDENTIAL}")
    for source in (FORMER_QUERY, *_functions(FORMER_PARTS)):
        op.execute(source)
    for name in ADDED:
        op.drop_column("company_figures", name)
    op.drop_table("territory_commune")
    op.drop_table("territory")


def _create_territories() -> None:
    """Territoires d'industrie, and the communes of each."""
    op.create_table(
        "territory",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_territory"),
    )
    op.create_table(
        "territory_commune",
        sa.Column("commune_code", sa.Text, nullable=False),
        sa.Column("territory", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("commune_code", "territory", name="pk_territory_commune"),
    )
    for table in ("territory", "territory_commune"):
        rls.protect(table, read=rls.SIGNED_IN)


def _functions(parts: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The functions that make, fill and swap these partitions (0029), each read in the order of some columns."""
    orders = " ".join(
        f"when '{part}' then array[{', '.join(map(repr, columns))}]"
        for part, columns in parts.items()
    )
    known = ", ".join(map(repr, parts))
    return (
        INDEX.replace("ORDERS", orders),
        STAGE.replace("KNOWN_PARTS", known),
        SWAP.replace("KNOWN_PARTS", known),
    )
