"""What is read of many firms is asked at once; the accompagnements of a département are read in the order of their list."""

from alembic import op

from migrations import rls

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

#: as in 0031, each ground by itself: the first that holds is enough, and most often it is the alert; an accompagnement opens by an
#: unlock of its own firm, given to its members, as 0027 says
OPENED = f"""
create or replace function vigie_opened(asked text) returns boolean language plpgsql stable {rls.DEFINER} as $$
begin
    if asked = any (vigie_unlocked_sirens()) then
        return true;
    end if;
    if exists (select from company_alert a where a.siren = asked) then
        return true;
    end if;
    if exists (
        select from unlock u where u.siren = asked and u.scope = 'zone'
        and u.ended_at is null and u.expires_at > now()
    ) then
        return true;
    end if;
    if (select count(distinct s.author_id) > 1 from human_signal s where s.siren = asked) then
        return true;
    end if;
    return cardinality(vigie_cases()) > 0 and exists (
        select from unlock u join support_case s on s.unlock_id = u.id
        where u.siren = asked and u.scope = 'case' and u.ended_at is null
        and s.siren = asked and s.id = any (vigie_cases())
    );
end $$
"""
# `vigie_invited` begins by looking for the firm among those that whoever asks supports: here nothing is run to learn it is not.
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
    if not asked = any (vigie_case_sirens()) then
        return false;
    end if;
    return vigie_invited(asked, wanted);
end $$
"""
#: `vigie_opened` of many firms: those among them that something opened
OPENED_AMONG = f"""
create function vigie_opened_among(asked text[]) returns text[] language plpgsql stable {rls.DEFINER} as $$
begin
    return (
        select coalesce(array_agg(siren), '{{}}') from (
            select unlocked as siren from unnest(vigie_unlocked_sirens()) unlocked where unlocked = any (asked)
            union select a.siren from company_alert a where a.siren = any (asked)
            union select u.siren from unlock u where u.siren = any (asked) and u.scope = 'zone'
                and u.ended_at is null and u.expires_at > now()
            union select s.siren from human_signal s where s.siren = any (asked)
                group by s.siren having count(distinct s.author_id) > 1
            union select s.siren from unlock u join support_case s on s.unlock_id = u.id
                where s.siren = any (asked) and u.siren = s.siren and u.scope = 'case' and u.ended_at is null
                and s.id = any (vigie_cases())
        ) opened
    );
end $$
"""
#: the natures that whoever asks reads of each of many firms: `vigie_reads` of each, the zones and what opens asked once
READABLE_AMONG = f"""
create function vigie_readable_among(asked text[]) returns table (firm text, readable text[])
language plpgsql stable {rls.DEFINER} as $$
begin
    return query
        with held as materialized (select h.nature, vigie_zone(h.nature) as zone from unnest(vigie_natures()) h(nature)),
        opened as materialized (select vigie_opened_among(asked) as sirens)
        select c.siren::text, coalesce(array_agg(h.nature order by h.nature) filter (where
            (c.siren = any ((select o.sirens from opened o)::text[]) and c.departments && h.zone)
            or (c.siren = any ((select vigie_case_sirens())::text[]) and vigie_invited(c.siren, h.nature))), '{{}}')
        from company c left join held h on true
        where c.siren = any (asked) group by c.siren;
end $$
"""
READABLE = f"""
create or replace function vigie_readable(asked text) returns text[] language plpgsql stable {rls.DEFINER} as $$
begin
    return coalesce((select r.readable from vigie_readable_among(array[asked]) r), '{{}}');
end $$
"""
#: those of 0031
FORMER_OPENED = f"""
create or replace function vigie_opened(asked text) returns boolean language plpgsql stable {rls.DEFINER} as $$
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
FORMER_READS = f"""
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
FORMER_READABLE = f"""
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
#: index -> the columns in the order of which accompagnements are listed
ORDERS = {
    "ix_support_case_opened_on_id": ["opened_on", "id"],
    "ix_support_case_department_opened_on_id": ["department", "opened_on", "id"],
}


def upgrade() -> None:
    """Write the functions, then the indexes."""
    for source in (OPENED, READS, OPENED_AMONG, READABLE_AMONG, READABLE):
        op.execute(source)
    # As `vigie_opened`: it would tell anybody who runs statements as the application which firms were in alert.
    op.execute("revoke execute on function vigie_opened_among(text[]) from public")
    for name, columns in ORDERS.items():
        op.create_index(name, "support_case", columns)


def downgrade() -> None:
    """Write the former ones."""
    for name in ORDERS:
        op.drop_index(name, "support_case")
    for source in (FORMER_READABLE, FORMER_READS, FORMER_OPENED):
        op.execute(source)
    op.execute("drop function vigie_readable_among(text[])")
    op.execute("drop function vigie_opened_among(text[])")
