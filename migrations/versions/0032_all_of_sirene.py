"""All of Sirene: why lines are left out, what is searched made again aside when most of it changes, figures of the firms that have some."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

FOR_THE_SYSTEM = """
    if not public.vigie_system() then
        raise insufficient_privilege using message = 'only a publication makes again what is searched';
    end if;
"""
#: what finds the firms of a town without looking at all of them: a hundredth of the country is in one
TOWN = ("town", "department", "name", "siren")
#: index -> what it is made of, the others as in 0030
INDEXES = {
    "company_search": {
        "ix_company_search_name": "using btree (name, siren)",
        "ix_company_search_department_name": "using btree (department, name, siren)",
        "ix_company_search_town": f"using btree ({', '.join(TOWN)})",
        "ix_company_search_terms": "using gin (terms) with (gin_pending_list_limit = 1024)",
    },
    "search_word": {"ix_search_word_trgm": "using gin (word gin_trgm_ops) with (fastupdate = off)"},
}
KEYS = {"company_search": "siren", "search_word": "word"}


def _indexed(table: str) -> str:
    """The statements that index a table made aside, under names to come."""
    return "\n".join([
        f"alter table public.{table}_next add constraint pk_{table}_next primary key ({KEYS[table]});",
        *(f"create index {name}_next on public.{table}_next {made};" for name, made in INDEXES[table].items()),
        f"analyze public.{table}_next;",
    ])  # fmt: skip


def _swapped(table: str) -> str:
    """The statements that put a table made aside, and its indexes, in the place of the former."""
    return "\n".join([
        f"drop table public.{table};",
        f"alter table public.{table}_next rename to {table};",
        f'grant select on public.{table} to "APPLICATION";',
        f"alter index public.pk_{table}_next rename to pk_{table};",
        *(f"alter index public.{name}_next rename to {name};" for name in INDEXES[table]),
    ])  # fmt: skip


# Readers go on reading `company` under this lock, and agents writing about its firms.
HOLD = f"""
create function search_hold() returns void language plpgsql {rls.DEFINER} as $$
begin
    {FOR_THE_SYSTEM}
    alter table public.company disable trigger company_search_insert;
    alter table public.company disable trigger company_search_update;
end $$
"""
# Many firms are in one town: its plain letters are made once.
STAGE = f"""
create function search_stage() returns void language plpgsql {rls.DEFINER} set maintenance_work_mem = '512MB' as $$
begin
    {FOR_THE_SYSTEM}
    alter table public.company enable trigger company_search_insert;
    alter table public.company enable trigger company_search_update;
    analyze public.company;
    analyze public.establishment;
    -- Made by several processes at once, unlike rows inserted. Without its bound, a name would be put in plain letters three times.
    create table public.company_search_next as
    select siren, name collate "C" as name, town collate "C" as town, department, vigie_terms(name, town, departments) as terms
    from (
        select c.siren, vigie_plain(c.name) as name, coalesce(t.town, '') as town, c.department, c.departments
        from public.company c left join (
            select commune, vigie_plain(commune) as town from (select distinct commune from public.company) known
        ) t using (commune)
        offset 0
    ) plain;
    alter table public.company_search_next alter name set not null, alter town set not null, alter terms set not null;
    perform public.series_close('company_search_next');
    create table public.search_word_next as
    select word collate "C" as word
    from public.company_search_next, unnest(string_to_array(name || ' ' || town, ' ')) word where length(word) >= 4
    union select word from public.search_word;
    perform public.series_close('search_word_next');
    {_indexed("company_search")}
    {_indexed("search_word")}
end $$
"""
# The lock is asked in short tries, as for the series (0009): readers never queue long behind it.
SWAP = f"""
create function search_swap() returns void language plpgsql {rls.DEFINER} as $$
declare
    tries integer := 0;
begin
    {FOR_THE_SYSTEM}
    set local lock_timeout = '2s';
    loop
        begin
            lock table public.company_search, public.search_word in access exclusive mode;
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
    {_swapped("company_search")}
    {_swapped("search_word")}
end $$
"""
FUNCTIONS = {"search_hold()": HOLD, "search_stage()": STAGE, "search_swap()": SWAP}

# Figures are made of the firms that have some: of the millions of Sirene, few do.
QUERY = """
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
        flagged as (
            select siren from public.human_signal group by siren having count(distinct author_id) > 1
        ),
        noted as (
            select siren from said union select siren from delay union select siren from public.company_alert
        ),
        firm as (
            select c.siren, c.departments, p.place, c.name_sort, c.department || ' ' || coalesce(c.commune, '') as town,
                c.naf, c.workforce, c.procedure_status, s.debt, s.debt_change, s.contributions,
                s.short_time, s.workforce_change, d.until as delay_until,
                a.siren is not null as was_listed, coalesce(a.siren, f.siren) is not null as is_open
            from noted join public.company c using (siren) left join said s using (siren) left join delay d using (siren)
            left join public.company_alert a using (siren) left join flagged f using (siren)
            cross join lateral unnest(c.departments || 'FR'::text) p(place)
        )
        select siren, 'score' as nature, place, departments, name_sort, town, naf, workforce, workforce_change,
            procedure_status, null::float8 as debt, null::float8 as debt_change, null::float8 as contributions,
            null::date as delay_until, null::float8 as short_time, is_open
        from firm where was_listed
        union all
        select siren, 'urssaf', place, departments, null, null, null, null, null, null,
            debt, debt_change, contributions, delay_until, null, is_open
        from firm where coalesce(debt, contributions) is not null or delay_until is not null
        union all
        select siren, 'activite_partielle', place, departments, null, null, null, null, null, null,
            null, null, null, null, short_time, is_open
        from firm where short_time is not null
    $$, public.figures_series(source))
$query$
"""
FORMER_QUERY = QUERY.replace(
    """        noted as (
            select siren from said union select siren from delay union select siren from public.company_alert
        ),
""",
    "",
).replace(
    "from noted join public.company c using (siren) left join", "from public.company c left join"
)


def upgrade() -> None:
    """Nothing of what is stored changes."""
    op.add_column(
        "batch_file", sa.Column("left_out", postgresql.JSONB, server_default="{}", nullable=False)
    )
    op.create_index("ix_company_search_town", "company_search", list(TOWN))
    for signature, source in FUNCTIONS.items():
        op.execute(source.replace('"APPLICATION"', rls.app_role()))
        op.execute(f"revoke execute on function {signature} from public")
        op.execute(f"grant execute on function {signature} to {rls.app_role()}")
    op.execute(QUERY)


def downgrade() -> None:
    """The lines left out stay counted, without their reasons."""
    op.execute(FORMER_QUERY)
    for signature in reversed(FUNCTIONS):
        op.execute(f"drop function {signature}")
    op.drop_index("ix_company_search_town", "company_search")
    op.drop_column("batch_file", "left_out")
