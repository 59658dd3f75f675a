"""What the pages of a busy firm and of a busy agent show is read by index, a page at a time.

The series of a firm of many establishments are added up when they are published; what opens a firm is looked at once for all
the natures of its data.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
AS_NOBODY = "select set_config('vigie.system', '', true)"
#: kinds of events brought to everyone in the zone, followers or not
IN_ZONE = "kind in ('detections:entry:alerted', 'detections:signal:written')"
ONE_PLACE = f"{IN_ZONE} and departments[2] is null"
SEVERAL_PLACES = f"{IN_ZONE} and departments[2] is not null"
#: table -> index that goes -> (index that comes, its columns)
REPLACED = {
    "establishment": {
        "ix_establishment_siren (siren)": "ix_establishment_of_firm (siren, (not is_head_office), (not is_active), siret)",
    },
    "payment_plan": {
        "ix_payment_plan_siren (siren)": "ix_payment_plan_siren_created_on (siren, created_on, id)",
        "ix_payment_plan_siret (siret)": "ix_payment_plan_siret_created_on (siret, created_on, id)",
    },
    "procedure_event": {
        "ix_procedure_event_siren (siren)": "ix_procedure_event_siren_effective_on (siren, effective_on, id)",
    },
    "comment": {
        "ix_comment_siren_created_at (siren, created_at)": "ix_comment_siren_created_at_id (siren, created_at, id)",
        "ix_comment_case_id (case_id)": "ix_comment_case_id_created_at_id (case_id, created_at, id)",
    },
    "feed_event": {
        "ix_feed_event_siren_occurred_at (siren, occurred_at)": "ix_feed_event_siren_occurred_at_id (siren, occurred_at, id)",
    },
    "visit": {
        "ix_visit_siren_visited_on (siren, visited_on)": "ix_visit_siren_visited_on_id (siren, visited_on, id)",
        "ix_visit_case_id (case_id)": "ix_visit_case_id_visited_on_id (case_id, visited_on, id)",
    },
    "support_case": {
        "ix_support_case_siren (siren)":
            "ix_support_case_of_firm (siren, (closed_on is not null), opened_on desc, id desc)",
    },
}  # fmt: skip
#: table -> indexes that come
ADDED = {
    "follow": ["ix_follow_agent_id_created_at_siren (agent_id, created_at, siren)"],
    "notification": ["ix_notification_agent_id_id (agent_id, id)"],
    "feed_event": [
        f"ix_feed_event_in_zone (occurred_at, id) where {IN_ZONE}",
        f"ix_feed_event_at_one_place ((departments[1]), occurred_at, id) where {ONE_PLACE}",
        f"ix_feed_event_at_several_places (occurred_at, id) where {SEVERAL_PLACES}",
    ],
}

#: whether something opened a firm, to whoever holds a nature where it works
OPENED = f"""
create function vigie_opened(asked text) returns boolean language plpgsql stable {rls.DEFINER} as $$
begin
    return asked = any (vigie_unlocked_sirens())
        or exists (select from company_alert a where a.siren = asked)
        or exists (
            select from unlock u where u.siren = asked and u.scope = 'zone'
            and u.ended_at is null and u.expires_at > now()
        )
        or (select count(distinct s.author_id) > 1 from human_signal s where s.siren = asked)
        or exists (
            select from unlock u join support_case s on s.unlock_id = u.id
            where s.siren = asked and s.id = any (vigie_cases()) and u.ended_at is null
        );
end $$
"""
READS = f"""
create or replace function vigie_reads(asked text, wanted text) returns boolean language plpgsql stable {rls.DEFINER} as $$
begin
    if wanted is null or not wanted = any (vigie_natures()) then
        return false;
    end if;
    if exists (select from company c where c.siren = asked and c.departments && vigie_zone(wanted))
        and vigie_opened(asked)
    then
        return true;
    end if;
    return vigie_invited(asked, wanted);
end $$
"""
# What opens a firm is asked once; each nature, where it is held.
READABLE = f"""
create or replace function vigie_readable(asked text) returns text[] language plpgsql stable {rls.DEFINER} as $$
declare
    places text[] := (select c.departments from company c where c.siren = asked);
    held text;
    found text[] := '{{}}';
    is_opened boolean;
begin
    foreach held in array vigie_natures() loop
        if places && vigie_zone(held) then
            is_opened := coalesce(is_opened, vigie_opened(asked));
            if is_opened then
                found := found || held;
                continue;
            end if;
        end if;
        if vigie_invited(asked, held) then
            found := found || held;
        end if;
    end loop;
    return (select coalesce(array_agg(nature order by nature), '{{}}') from unnest(found) nature);
end $$
"""
#: those of 0021
FORMER_READS = f"""
create or replace function vigie_reads(asked text, wanted text) returns boolean language plpgsql stable {rls.DEFINER} as $$
begin
    if wanted is null or not wanted = any (vigie_natures()) then
        return false;
    end if;
    if exists (select from company c where c.siren = asked and c.departments && vigie_zone(wanted)) then
        if asked = any (vigie_unlocked_sirens())
            or exists (select from company_alert a where a.siren = asked)
            or exists (
                select from unlock u where u.siren = asked and u.scope = 'zone'
                and u.ended_at is null and u.expires_at > now()
            )
            or (select count(distinct s.author_id) > 1 from human_signal s where s.siren = asked)
            or exists (
                select from unlock u join support_case s on s.unlock_id = u.id
                where s.siren = asked and s.id = any (vigie_cases()) and u.ended_at is null
            )
        then
            return true;
        end if;
    end if;
    return vigie_invited(asked, wanted);
end $$
"""
FORMER_READABLE = """
create function vigie_readable(asked text) returns text[] language sql stable as $$
    select coalesce(array_agg(held.nature order by held.nature), '{}')
    from unnest(vigie_natures()) held(nature) where vigie_reads(asked, held.nature)
$$
"""

#: a firm of more establishments is added up when its series are published
FEW_PLACES = 20
# A sum is of the known values of a month, and unknown when there is none. The partitions are read, as in 0029.
TOTALS = f"""
create function totals_query(source text) returns text language sql immutable as $query$
    select format($$
        with large as materialized (
            select siren from public.establishment group by siren having count(*) > {FEW_PLACES}
        ),
        known as (
            select s.siren, s.code, s.nature, (s.first_month + interval '1 month' * (place - 1))::date as month, figure
            from (%s) s join large using (siren) cross join lateral unnest(s."values") with ordinality v(figure, place)
        ),
        summed as (
            select siren, code, nature, month, sum(figure) as figure from known group by siren, code, nature, month
        )
        select siren, code, nature, min(month), array_agg(figure order by month)
        from summed group by siren, code, nature
    $$, (select string_agg(format('select siren, code, nature, first_month, "values" from public.%I', source || part), ' union all ')
        from generate_series(0, 9) part))
$query$
"""
STORE = f"""
create function totals_store(source text) returns void language plpgsql {rls.DEFINER} as $$
begin
    if not public.vigie_system() then
        raise insufficient_privilege using message = 'only a publication replaces the totals';
    end if;
    if source not in ('company_series_part_', 'company_series_next_') then
        raise invalid_parameter_value using message = 'totals are made of the series';
    end if;
    delete from public.company_totals;
    execute 'insert into public.company_totals (siren, code, nature, first_month, "values") ' || public.totals_query(source);
end $$
"""
# The lines left by whoever saw Vigie as an agent, to that agent. Their policy compares what no index may be searched by under it.
SEEN_AS = f"""
create function journal_seen_as(asked integer) returns table (id bigint, recorded_at timestamptz)
    language sql stable rows 20 {rls.DEFINER} as $$
    select j.id, j.recorded_at from public.journal j
    where j.details ? 'seen_as' and (j.details -> 'seen_as' ->> 'agent')::integer = asked
        and (asked = public.vigie_agent() or public.vigie_system())
$$
"""


def upgrade() -> None:
    """Create the indexes, the functions and the totals of the series in force."""
    _change_indexes(up=True)
    op.execute(OPENED)
    # It would tell anybody who runs statements as the application that a firm was in alert.
    op.execute("revoke execute on function vigie_opened(text) from public")
    for source in (READS, READABLE):
        op.execute(source)
    op.execute(SEEN_AS)
    _create_company_totals()
    for signature, source in {"totals_query(text)": TOTALS, "totals_store(text)": STORE}.items():
        op.execute(source)
        op.execute(f"revoke execute on function {signature} from public")
    op.execute(f"grant execute on function totals_store(text) to {rls.app_role()}")
    op.execute(AS_SYSTEM)
    op.execute("select totals_store('company_series_part_')")
    op.execute(AS_NOBODY)


def downgrade() -> None:
    """Drop the totals, and bring back the functions and the indexes that were."""
    op.execute("drop function journal_seen_as(integer)")
    for name in ("totals_store", "totals_query"):
        op.execute(f"drop function {name}(text)")
    op.drop_table("company_totals")
    # A function of another language and of other rights: made again, not replaced.
    op.execute("drop function vigie_readable(text)")
    for source in (FORMER_READABLE, FORMER_READS):
        op.execute(source)
    op.execute("drop function vigie_opened(text)")
    _change_indexes(up=False)


def _change_indexes(*, up: bool) -> None:
    for table, pairs in REPLACED.items():
        for former, latter in pairs.items():
            comes, goes = (latter, former) if up else (former, latter)
            _create(table, comes)
            op.execute(f"drop index {_name(goes)}")
    for table, indexes in ADDED.items():
        for index in indexes:
            _create(table, index) if up else op.execute(f"drop index {_name(index)}")


def _create(table: str, index: str) -> None:
    name = _name(index)
    op.execute(f"create index {name} on {table}{index.removeprefix(name)}")


def _name(index: str) -> str:
    return index.partition(" ")[0]


def _create_company_totals() -> None:
    """The series of a firm of many establishments, added up month by month: read as the series are."""
    op.create_table(
        "company_totals",
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("nature", sa.Text),
        sa.Column("first_month", sa.Date, nullable=False),
        sa.Column("values", postgresql.ARRAY(sa.Double), nullable=False),
        sa.PrimaryKeyConstraint("siren", "code", name="pk_company_totals"),
    )
    rls.protect(
        "company_totals",
        read=f"(nature is null and {rls.HABILITATED}) or vigie_reads(siren, nature)",
    )
