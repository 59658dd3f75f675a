"""An accompagnement is opened again, or deleted with a reason and restored; training is told of one that should not have been."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
AS_NOBODY = "select set_config('vigie.system', '', true)"
LABELS = ("support_opened", "support_closed", "verdict", "outcome", "refusal", "unreachable")
CANCELLED = "support_cancelled"
EVENTS = ("cases:case:reopened", "cases:case:deleted", "cases:case:restored")
KNOWN = r"""
select (regexp_matches(pg_get_constraintdef(oid), '''([^'']+)''', 'g'))[1] from pg_constraint where conname = 'ck_feed_event_kind_known'
"""
#: how an accompagnement comes back: by one of its référents, in their zone, standing on an unlock of theirs that nothing else stands on.
#: What invitations gave before it was closed stays behind; after a deletion that is undone, they are as they were.
REOPEN = f"""
create function case_reopen(reopened integer, opened integer) returns void language plpgsql {rls.DEFINER} as $$
declare
    origin support_case%rowtype;
begin
    select * into origin from support_case where id = reopened and state = 'termine'
        and department = any ((select vigie_departments())::text[]) for update;
    if origin.id is null
        or not exists (select from case_member m where m.case_id = reopened and m.agent_id = vigie_agent()
            and m.role = 'referent' and m.left_at is null)
        or (opened is not null and not exists (select from unlock u where u.id = opened and u.scope = 'case'
            and u.agent_id = vigie_agent() and u.siren = origin.siren and u.ended_at is null
            and not exists (select from support_case s where s.unlock_id = u.id))) then
        raise insufficient_privilege using message = 'an accompagnement is opened again by its référents, in their zone';
    end if;
    if origin.deleted_at is null then
        update case_member set natures = '{{}}' where case_id = reopened and natures <> '{{}}';
    end if;
    update support_case set state = 'en_cours', closed_on = null, deleted_at = null, deleted_by = null, updated_at = now(),
        unlock_id = coalesce(opened, unlock_id) where id = reopened;
end $$
"""


def upgrade() -> None:
    """Add who deleted it and when, the way back, and what is told of them."""
    op.add_column("support_case", sa.Column("deleted_at", sa.DateTime(timezone=True)))
    op.add_column("support_case", sa.Column("deleted_by", sa.Integer))
    op.create_foreign_key(
        "fk_support_case_deleted_by_agent", "support_case", "agent", ["deleted_by"], ["id"]
    )
    op.create_check_constraint(
        op.f("ck_support_case_deleted_by_one"),
        "support_case",
        "(deleted_at is null) = (deleted_by is null) and (deleted_at is null or state = 'termine')",
    )
    op.execute(f"grant update (deleted_at, deleted_by) on support_case to {rls.app_role()}")
    op.execute(REOPEN)
    _hold("label", (*LABELS, CANCELLED))
    _hold("feed_event", (*_events(), *EVENTS))


def downgrade() -> None:
    """Leave deleted ones closed."""
    op.execute(AS_SYSTEM)
    op.execute(f"delete from label where kind = '{CANCELLED}'")
    gone = f"kind in ({', '.join(map(repr, EVENTS))})"
    op.execute(
        f"delete from notification n using feed_event f where f.id = n.event_id and f.{gone}"
    )
    op.execute(f"delete from feed_event where {gone}")
    op.execute(AS_NOBODY)
    _hold("feed_event", tuple(kind for kind in _events() if kind not in EVENTS))
    _hold("label", LABELS)
    op.execute("drop function case_reopen(integer, integer)")
    op.drop_column("support_case", "deleted_by")
    op.drop_column("support_case", "deleted_at")


def _events() -> list[str]:
    """The kinds of events that the feed holds, as the constraint says them."""
    return list(op.get_bind().scalars(sa.text(KNOWN)))


def _hold(table: str, kinds: tuple[str, ...]) -> None:
    """Hold its kinds to those that are known."""
    name = op.f(f"ck_{table}_kind_known")
    op.drop_constraint(name, table)
    op.create_check_constraint(name, table, f"kind in ({', '.join(map(repr, kinds))})")
