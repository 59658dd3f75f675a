"""What a list shows of a firm is stored when its data are published: figures by nature and place, entries by place.

A place is a département, or the whole country: each sort of a list is read there in the order of an index.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
AS_NOBODY = "select set_config('vigie.system', '', true)"
FOR_THE_SYSTEM = """
    if not public.vigie_system() then
        raise insufficient_privilege using message = 'only a publication replaces the figures';
    end if;
"""
PUBLISHED = "list_id in (select id from detection_list where published_at is not null)"
#: an entry is read at each place as it is read itself (0021)
OF_SCORE = (
    f"(departments && {rls.zone('score')}"
    f" or ({rls.MY_CASE_FIRM} and vigie_invited(siren, 'score')))"
)
#: what vigie_reads() would answer of a firm opened for good, without asking it of each of the thousand rows that are counted
OPEN_HERE = f"(is_open and departments && {rls.zone_of('nature')})"
#: part -> (the values of its bounds, the columns it is read in the order of)
PARTS = {
    "score": ("in ('score')", ("name_sort", "town", "workforce", "procedure_status", "naf")),
    "urssaf": ("in ('urssaf')", ("debt",)),
    "activite_partielle": ("in ('activite_partielle')", ("short_time",)),
}
KNOWN_PARTS = ", ".join(f"'{part}'" for part in PARTS)

# The partitions are read, not their table: the owner is bound by its policies, which ask a question of each row.
SERIES = """
create function figures_series(source text) returns text language sql immutable as $$
    select string_agg(format('select siren, code, "values" from public.%I', source || part), ' union all ' order by part)
    from generate_series(0, 9) part
$$
"""
# Of the firms that were once in alert, what everybody knows of them is stored as well, to order lists: being there is of the score.
# The last known month of each series and the one a year before, then sums over the establishments of a firm. A change
# is unknown as soon as one of them has no known month a year before.
QUERY = """
create function figures_query(source text) returns text language sql immutable as $query$
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
        firm as (
            select c.siren, c.departments, p.place, c.name_sort, c.department || ' ' || coalesce(c.commune, '') as town,
                c.naf, c.workforce, c.procedure_status, s.debt, s.debt_change, s.contributions,
                s.short_time, s.workforce_change, d.until as delay_until,
                a.siren is not null as was_listed, coalesce(a.siren, f.siren) is not null as is_open
            from public.company c left join said s using (siren) left join delay d using (siren)
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
CHANGE = """
create function figures_change(last float8, before float8) returns float8 language sql immutable as $$
    select case when before > 0 then last / before - 1 when last > 0 then 'infinity' when before = 0 then 0 end
$$
"""
INDEX = f"""
create function figures_index(part text, nature text) returns void language plpgsql {rls.DEFINER} as $$
declare
    sorted text;
begin
    execute format('alter table public.%I add primary key (place, siren, nature)', part);
    foreach sorted in array case nature
        {" ".join(f"when '{part}' then array[{', '.join(repr(c) for c in columns)}]" for part, (_, columns) in PARTS.items())}
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
create function figures_stage(source text) returns void language plpgsql {rls.DEFINER} as $$
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
    foreach nature in array array[{KNOWN_PARTS}] loop
        execute format('create table public.%I partition of public.company_figures_next for values in (%L)',
            'company_figures_next_' || nature, nature);
        perform public.series_close('company_figures_next_' || nature);
    end loop;
    execute 'insert into public.company_figures_next ' || public.figures_query(source);
    foreach nature in array array[{KNOWN_PARTS}] loop
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
create function figures_swap() returns void language plpgsql {rls.DEFINER} as $$
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
    foreach nature in array array[{KNOWN_PARTS}] loop
        execute format('drop table public.%I', 'company_figures_part_' || nature);
        execute format('alter table public.company_figures attach partition public.%I for values in (%L)',
            'company_figures_next_' || nature, nature);
        execute format('alter table public.%I drop constraint of_its_nature', 'company_figures_next_' || nature);
        execute format('alter table public.%I rename to %I',
            'company_figures_next_' || nature, 'company_figures_part_' || nature);
    end loop;
end $$
"""
#: function -> (its source, whether the application calls it)
FUNCTIONS = {
    "figures_change(float8, float8)": (CHANGE, False),
    "figures_series(text)": (SERIES, False),
    "figures_query(text)": (QUERY, False),
    "figures_index(text, text)": (INDEX, False),
    "figures_stage(text)": (STAGE, True),
    "figures_swap()": (SWAP, True),
}
#: index -> the columns that entries are read in the order of, at a place
ORDERS = {
    "position": ("position", "siren"),
    "grade": ("grade", "position", "siren"),
    "news_position": ("news_position", "siren"),
}
PLACES = """
insert into detection_place (list_id, place, siren, departments, grade, news, position, news_position)
select list_id, p.place, siren, departments, grade, news, position, news_position
from (
    select list_id, siren, departments, grade, news,
        row_number() over (partition by list_id order by grade, rank, siren) as position,
        row_number() over (partition by list_id order by news, grade, rank, siren) as news_position
    from (
        select *, case level when 'elevee' then 1 else 2 end as grade,
            case novelty when 'first_alert' then 1 when 'aggravation' then 2 when 're_alert' then 3 else 4 end as news
        from detection_entry where level <> 'none'
    ) shown
) placed cross join lateral unnest(departments || 'FR'::text) p(place)
"""


def upgrade() -> None:
    """Create the tables and what fills them, then store what the published lists show."""
    _create_company_figures()
    for signature, (source, is_called) in FUNCTIONS.items():
        op.execute(source)
        op.execute(f"revoke execute on function {signature} from public")
        if is_called:
            op.execute(f"grant execute on function {signature} to {rls.app_role()}")
    for part, (values, _) in PARTS.items():
        op.execute(
            f"create table company_figures_part_{part} partition of company_figures for values {values}"
        )
        op.execute(f"select series_close('company_figures_part_{part}')")
    _create_detection_place()
    op.execute(AS_SYSTEM)
    op.execute("select figures_stage('company_series_part_')")
    op.execute("select figures_swap()")
    op.execute(PLACES)
    op.execute(AS_NOBODY)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("detection_place")
    op.drop_table("company_figures")
    for signature in reversed(FUNCTIONS):
        op.execute(f"drop function {signature}")


def _create_company_figures() -> None:
    """What lists show of a firm: one row a nature and place, each read as the data of its nature are."""
    op.create_table(
        "company_figures",
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("nature", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("name_sort", sa.Text),
        sa.Column("town", sa.Text),
        sa.Column("naf", sa.Text),
        sa.Column("workforce", sa.Double),
        sa.Column("workforce_change", sa.Double),
        sa.Column("procedure_status", sa.String(40)),
        sa.Column("debt", sa.Double),
        sa.Column("debt_change", sa.Double),
        sa.Column("contributions", sa.Double),
        sa.Column("delay_until", sa.Date),
        sa.Column("short_time", sa.Double),
        sa.Column("is_open", sa.Boolean),
        sa.PrimaryKeyConstraint("place", "siren", "nature", name="pk_company_figures"),
        postgresql_partition_by="list (nature)",
    )
    rls.protect(
        "company_figures",
        read=f"{OPEN_HERE} or vigie_reads(siren, nature)",
    )


def _create_detection_place() -> None:
    """Where each entry of a list is read, in the orders of a list."""
    op.create_table(
        "detection_place",
        sa.Column("list_id", sa.Integer, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("grade", sa.Integer, nullable=False),
        sa.Column("news", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("news_position", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("list_id", "place", "siren", name="pk_detection_place"),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["detection_list.id"],
            name="fk_detection_place_list_id_detection_list",
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("grade in (1, 2)", name=op.f("ck_detection_place_grade_known")),
        sa.CheckConstraint("news between 1 and 4", name=op.f("ck_detection_place_news_known")),
    )
    for name, columns in ORDERS.items():
        op.create_index(
            f"ix_detection_place_{name}", "detection_place", ["list_id", "place", *columns]
        )
    rls.protect("detection_place", read=f"{PUBLISHED} and {OF_SCORE}")
