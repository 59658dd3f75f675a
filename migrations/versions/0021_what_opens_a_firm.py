"""What opens a firm's confidential data is decided by one function; the fact of an alert is read with the score alone.

An unlock opens to its author, to the contributors of an accompagnement or to the zone of a firm that an agent flags.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

PUBLISHED = "list_id in (select id from detection_list where published_at is not null)"
VISIBLE_ENTRY = "exists (select from detection_entry e where e.id = entry_id)"
VISIBLE_CASE = "exists (select from support_case c where c.id = case_id)"
OVERSEEN = f"{rls.MINE} or ({rls.has_role('manager')} and {rls.MY_NETWORK} and {rls.IN_ZONE})"
#: the natures that rows of what the model says bear, and where whoever asks holds them
TOLD = (
    ("'score'", rls.zone("score")),
    ("nature", rls.zone_of("nature")),
    ("n.nature", rls.zone_of("n.nature")),
)
FOR_MY_NETWORK = f"(network_id is null or {rls.MY_NETWORK})"

#: what the asker holds where the firm works, once something opened it; or what an invitation gives, wherever it is held
READS = f"""
create function vigie_reads(asked text, wanted text) returns boolean language plpgsql stable {rls.DEFINER} as $$
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
INVITED = f"""
create function vigie_invited(asked text, wanted text) returns boolean language plpgsql stable {rls.DEFINER} as $$
begin
    return asked = any (vigie_case_sirens()) and wanted = any (vigie_natures()) and exists (
        select from case_member m join support_case s on s.id = m.case_id
        where s.siren = asked and s.id = any (vigie_cases())
        and m.agent_id = vigie_agent() and m.left_at is null and wanted = any (m.natures)
    );
end $$
"""
READABLE = """
create function vigie_readable(asked text) returns text[] language sql stable as $$
    select coalesce(array_agg(held.nature order by held.nature), '{}')
    from unnest(vigie_natures()) held(nature) where vigie_reads(asked, held.nature)
$$
"""


def upgrade() -> None:
    """Create the facts and the functions, then the policies that stand on them."""
    op.execute("select set_config('vigie.system', 'on', true)")
    _create_company_alert()
    _widen_unlock()
    _link_what_opens()
    for function in (INVITED, READS, READABLE):
        op.execute(function)
    _keep_what_was_open()
    _protect(
        plan="vigie_reads(siren, 'urssaf')",
        series="vigie_reads(siren, nature)",
        told=[_told(nature, where) for nature, where in TOLD],
    )
    op.drop_column("company", "first_alert_on")
    op.execute("select set_config('vigie.system', '', true)")


def downgrade() -> None:
    """Back to a day that everybody reads, and to contributors who read what they hold anywhere."""
    op.execute("select set_config('vigie.system', 'on', true)")
    op.add_column("company", sa.Column("first_alert_on", sa.Date))
    op.execute(
        "update company c set first_alert_on = a.first_on from company_alert a where a.siren = c.siren"
    )
    _protect(
        plan=rls.opened("payment_plan", "'urssaf'", rls.zone("urssaf")),
        series=rls.opened("company_series", "nature", rls.zone_of("company_series.nature")),
        told=[rls.of_nature(nature, where) for nature, where in TOLD],
    )
    _protect_members(VISIBLE_CASE)
    for function in ("readable(text)", "reads(text, text)", "invited(text, text)"):
        op.execute(f"drop function vigie_{function}")
    op.execute(f"grant update on case_member to {rls.app_role()}")
    op.drop_column("case_member", "natures")
    _protect_ending(rls.MINE)
    rls.drop_policy("unlock", "read")
    rls.create_policy("unlock", "read", f"for select using ({OVERSEEN})")
    for table in ("support_case", "human_signal"):
        op.drop_column(table, "unlock_id")
    rls.drop_policy("unlock", "owner")
    for name in ("ck_unlock_at_most_thirty_days", "ck_unlock_scope_known"):
        op.drop_constraint(op.f(name), "unlock")
    # Whatever it opened to others, it was its author's motive: it stays theirs, for thirty days.
    op.execute(
        "update unlock set expires_at = opened_at + interval '30 days' where expires_at is null"
    )
    op.drop_column("unlock", "scope")
    op.alter_column("unlock", "expires_at", nullable=False)
    op.create_check_constraint(
        op.f("ck_unlock_at_most_thirty_days"),
        "unlock",
        "expires_at > opened_at and expires_at <= opened_at + interval '30 days'",
    )
    op.drop_table("company_alert")
    op.execute("select set_config('vigie.system', '', true)")


def _create_company_alert() -> None:
    """The first day a firm was in alert: a fact of the score."""
    op.create_table(
        "company_alert",
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("first_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("siren", name="pk_company_alert"),
        sa.ForeignKeyConstraint(
            ["siren"],
            ["company.siren"],
            name="fk_company_alert_siren_company",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    where_held = f"exists (select from company c where c.siren = company_alert.siren and c.departments && {rls.zone('score')})"
    rls.protect("company_alert", read=where_held)
    # The functions run as the owner, whom forced policies bind as well.
    rls.create_policy("company_alert", "owner", "for select to current_user using (true)")
    op.execute(
        "insert into company_alert select siren, first_alert_on from company where first_alert_on is not null"
    )


def _widen_unlock() -> None:
    """An unlock opens to its author, to the contributors of an accompagnement, or to the zone."""
    op.add_column(
        "unlock", sa.Column("scope", sa.String(40), server_default="agent", nullable=False)
    )
    op.alter_column("unlock", "scope", server_default=None)
    op.alter_column("unlock", "expires_at", nullable=True)
    op.create_check_constraint(
        op.f("ck_unlock_scope_known"), "unlock", "scope in ('agent', 'case', 'zone')"
    )
    op.drop_constraint(op.f("ck_unlock_at_most_thirty_days"), "unlock")
    op.create_check_constraint(
        op.f("ck_unlock_at_most_thirty_days"),
        "unlock",
        "case when scope = 'case' then expires_at is null else expires_at is not null"
        " and expires_at > opened_at and expires_at <= opened_at + interval '30 days' end",
    )
    rls.create_policy("unlock", "owner", "for select to current_user using (true)")


def _link_what_opens() -> None:
    """An accompagnement and a signal name the unlock they stand on; an invitation, what it gives."""
    for table in ("support_case", "human_signal"):
        op.add_column(table, sa.Column("unlock_id", sa.Integer))
        op.create_foreign_key(
            f"fk_{table}_unlock_id_unlock", table, "unlock", ["unlock_id"], ["id"]
        )
    op.create_index(
        "ix_support_case_unlock_id",
        "support_case",
        ["unlock_id"],
        postgresql_where=sa.text("unlock_id is not null"),
    )
    op.add_column(
        "case_member",
        sa.Column("natures", postgresql.ARRAY(sa.Text), server_default="{}", nullable=False),
    )
    contributed = (
        "scope = 'case' and exists (select from support_case s"
        " where s.unlock_id = unlock.id and s.id = any ((select vigie_cases())::integer[]))"
    )
    _protect_ending(f"({rls.MINE} or {contributed})")
    rls.drop_policy("unlock", "read")
    rls.create_policy("unlock", "read", f"for select using ({OVERSEEN} or ({contributed}))")


def _protect_ending(who: str) -> None:
    rls.drop_policy("unlock", "update")
    rls.create_policy("unlock", "update", f"for update using ({who}) with check ({who})")


def _keep_what_was_open() -> None:
    """Nobody who works on an accompagnement loses what it had opened to them."""
    op.execute(
        """
        update case_member m set natures = held.natures from (
            select m.id, array_agg(distinct nature) natures
            from case_member m join support_case s on s.id = m.case_id
            join habilitation h on h.agent_id = m.agent_id and h.withdrawn_at is null and h.ends_on >= current_date,
            unnest(h.natures) nature
            where m.left_at is null and s.state <> 'termine' group by m.id
        ) held where held.id = m.id
        """
    )
    # Nobody gives what they do not read themselves; to oneself, nothing.
    gives = f"""{VISIBLE_CASE} and (natures = '{{}}' or agent_id <> {rls.ME} and not exists (
        select from support_case s, unnest(natures) n(nature)
        where s.id = case_id and not vigie_reads(s.siren, n.nature)))"""
    _protect_members(gives)
    rls.update_only("case_member", "role", "left_at")


def _protect_members(gives: str) -> None:
    rls.drop_policy("case_member", "insert")
    rls.create_policy("case_member", "insert", f"for insert with check ({gives})")


def _protect(*, plan: str, series: str, told: list[str]) -> None:
    """Write again the policies of every table that holds confidential data; ``told``: the conditions of `TOLD`."""
    entry, reason, effect = told
    read = {
        "payment_plan": plan,
        "company_series": f"(nature is null and {rls.HABILITATED}) or {series}",
        "detection_entry": f"{PUBLISHED} and {entry}",
        "detection_reason": f"{VISIBLE_ENTRY} and (nature is null or {reason})",
        "detection_rule_effect": f"{VISIBLE_ENTRY} and not exists"
        f" (select from unnest(natures) as n(nature) where not coalesce({effect}, false))",
        "feed_event": f"{FOR_MY_NETWORK} and case when nature is null then {rls.IN_REACH} else {reason} end",
    }
    for table, condition in read.items():
        rls.drop_policy(table, "read")
        rls.create_policy(table, "read", f"for select using ({condition})")


def _told(nature: str, where_held: str) -> str:
    """What the model says of a firm, on rows that bear its départements."""
    return (
        f"(departments && {where_held} or ({rls.MY_CASE_FIRM} and vigie_invited(siren, {nature})))"
    )
