"""An invitation gives what is open, while it is open; what opens a firm says the truth about where the firm works."""

from alembic import op

from migrations import rls

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
AS_NOBODY = "select set_config('vigie.system', '', true)"

#: what opens the firm to more people than the author of an unlock: an alert, a signal, two people's word, an accompagnement of whoever asks
OPENED = """
            exists (select from company_alert a where a.siren = asked)
            or exists (
                select from unlock u where u.siren = asked and u.scope = 'zone'
                and u.ended_at is null and u.expires_at > now()
            )
            or (select count(distinct s.author_id) > 1 from human_signal s where s.siren = asked)
            or exists (
                select from unlock u join support_case s on s.unlock_id = u.id
                where u.siren = asked and u.scope = 'case' and u.ended_at is null
                and s.siren = asked and s.id = any (vigie_cases())
            )"""

READS = f"""
create or replace function vigie_reads(asked text, wanted text) returns boolean language plpgsql stable {rls.DEFINER} as $$
begin
    if wanted is null or not wanted = any (vigie_natures()) then
        return false;
    end if;
    if exists (select from company c where c.siren = asked and c.departments && vigie_zone(wanted)) then
        if asked = any (vigie_unlocked_sirens()) or {OPENED}
        then
            return true;
        end if;
    end if;
    return vigie_invited(asked, wanted);
end $$
"""
#: whoever really acts, when somebody sees Vigie as the agent of the transaction
SEEN_BY = """
create function vigie_seen_by() returns integer language sql stable as
$$ select nullif(current_setting('vigie.seen_by', true), '')::integer $$
"""
#: whoever sees Vigie as a guest reads what they were both given; besides what opens, the unlock of another member counts:
#: who invites on the strength of their own motive lends what it opens, as long as it does
INVITED = f"""
create or replace function vigie_invited(asked text, wanted text) returns boolean language plpgsql stable {rls.DEFINER} as $$
begin
    return asked = any (vigie_case_sirens()) and wanted = any (vigie_natures()) and exists (
        select from case_member m join support_case s on s.id = m.case_id
        where s.siren = asked and s.id = any (vigie_cases())
        and m.agent_id = vigie_agent() and m.left_at is null and wanted = any (m.natures)
        and (vigie_seen_by() is null or exists (
            select from case_member own where own.case_id = m.case_id and own.agent_id = vigie_seen_by()
            and own.left_at is null and wanted = any (own.natures)
        ))
    ) and ({OPENED}
            or exists (
                select from unlock u
                join case_member m on m.agent_id = u.agent_id and m.agent_id <> vigie_agent() and m.left_at is null
                join support_case s on s.id = m.case_id and s.siren = asked and s.id = any (vigie_cases())
                where u.siren = asked and u.scope = 'agent' and u.ended_at is null and u.expires_at > now()
            ));
end $$
"""

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
FORMER_INVITED = f"""
create or replace function vigie_invited(asked text, wanted text) returns boolean language plpgsql stable {rls.DEFINER} as $$
begin
    return asked = any (vigie_case_sirens()) and wanted = any (vigie_natures()) and exists (
        select from case_member m join support_case s on s.id = m.case_id
        where s.siren = asked and s.id = any (vigie_cases())
        and m.agent_id = vigie_agent() and m.left_at is null and wanted = any (m.natures)
    );
end $$
"""

WHERE_HELD = (
    "exists (select from company c where c.siren = company_alert.siren"
    f" and c.departments && {rls.zone('score')})"
)
#: what a row says of where the firm works is true
PLACES = {
    **dict.fromkeys(
        ("unlock", "human_signal"),
        "departments <@ (select c.departments from company c where c.siren = {table}.siren)",
    ),
    "support_case": "exists (select from establishment e where e.siret = {table}.siret"
    " and e.siren = {table}.siren and e.department = {table}.department)",
}
#: what changes of an accompagnement: never where it is, nor what it stands on
CHANGING = ("state", "criticality", "context", "closed_on", "updated_at")

# Members kept, when motives were first asked for, what they read in accompagnements then in progress: it has no motive to stand on.
# Those that nothing else opens get the unlock that such an accompagnement would take now, for its managers to see.
KEPT_MOTIVE = "Accompagnement ouvert avant que Vigie demande un motif"
KEPT = f"""
insert into unlock (agent_id, siren, departments, network_id, scope, source, motive, opened_at)
select s.opened_by, s.siren, c.departments, own.network_id, 'case', 'interne', '{KEPT_MOTIVE}', now()
from support_case s
join company c on c.siren = s.siren
cross join lateral (
    select m.network_id from membership m join network n on n.id = m.network_id and not n.is_codefi
    where m.agent_id = s.opened_by order by n.position limit 1
) own
where s.state <> 'termine' and s.unlock_id is null
and exists (select from case_member m where m.case_id = s.id and m.left_at is null and m.agent_id = s.opened_by and m.natures <> '{{}}')
and not exists (select from company_alert a where a.siren = s.siren)
"""
LINKED = f"""
update support_case s set unlock_id = u.id from unlock u
where s.unlock_id is null and s.state <> 'termine' and u.siren = s.siren and u.agent_id = s.opened_by
and u.scope = 'case' and u.motive = '{KEPT_MOTIVE}'
"""


def upgrade() -> None:
    """Write the functions again, then what rows may say."""
    op.execute(AS_SYSTEM)
    op.execute(KEPT)
    op.execute(LINKED)
    op.execute(AS_NOBODY)
    for function in (SEEN_BY, INVITED, READS):
        op.execute(function)
    _read_alerts(f"({WHERE_HELD} or ({rls.MY_CASE_FIRM} and vigie_invited(siren, 'score')))")
    for table, is_true in PLACES.items():
        true = is_true.format(table=table)
        rls.create_policy(
            table, "place", f"as restrictive for insert with check ({rls.SYSTEM} or {true})"
        )
    rls.update_only("support_case", *CHANGING)


def downgrade() -> None:
    """Let an invitation outlast what it stood on; what the migration opened stays as any accompagnement's."""
    op.execute(f"grant update on support_case to {rls.app_role()}")
    for table in PLACES:
        rls.drop_policy(table, "place")
    _read_alerts(WHERE_HELD)
    op.execute(FORMER_INVITED)
    op.execute(FORMER_READS)
    op.execute("drop function vigie_seen_by()")


def _read_alerts(condition: str) -> None:
    rls.drop_policy("company_alert", "read")
    rls.create_policy("company_alert", "read", f"for select using ({condition})")
