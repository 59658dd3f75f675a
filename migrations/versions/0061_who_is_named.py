"""Comments name those who are to read them; their readers may become more, never fewer; a deleted text is its author’s alone."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

READABLE = "exists (select from comment c where c.id = comment_id)"
WRITTEN_BY_ME = f"exists (select from comment c where c.id = comment_id and c.author_id = {rls.ME})"
NOT_DELETED = (
    "exists (select from comment c where c.id = comment_id"
    f" and (c.deleted_at is null or c.author_id = {rls.ME}))"
)
KIND = "network:comment:widened"
KNOWN = r"""
select (regexp_matches(pg_get_constraintdef(oid), '''([^'']+)''', 'g'))[1] from pg_constraint where conname = 'ck_feed_event_kind_known'
"""
ONLY_WIDENS = """
create function comment_widens() returns trigger language plpgsql as $$
begin
    if not (select is_codefi from network where id = new.network_id) then
        raise insufficient_privilege using message = 'the readers of a comment are never replaced by others';
    end if;
    return new;
end $$
"""
#: what agents change of their own account, before and since
BEFORE = ("wants_digest", "telephone")
SINCE = (*BEFORE, "wants_mentions")


def upgrade() -> None:
    """Create the names, let readers be added, and have agents say whether an e-mail tells them that they are named."""
    op.create_table(
        "comment_mention",
        sa.Column("comment_id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("comment_id", "agent_id", name="pk_comment_mention"),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name="fk_comment_mention_comment_id_comment"
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name="fk_comment_mention_agent_id_agent"
        ),
    )
    rls.protect("comment_mention", read=READABLE, insert=WRITTEN_BY_ME)
    rls.drop_policy("comment_version", "read")
    rls.create_policy("comment_version", "read", f"for select using ({NOT_DELETED})")
    op.add_column("comment", sa.Column("widened_at", sa.DateTime(timezone=True)))
    op.execute(f"grant update (network_id, widened_at) on comment to {rls.app_role()}")
    op.execute(f"grant update (reason) on notification to {rls.app_role()}")
    op.execute(ONLY_WIDENS)
    op.execute(
        "create trigger comment_widens before update of network_id on comment"
        " for each row when (new.network_id is distinct from old.network_id) execute function comment_widens()"
    )
    op.add_column(
        "agent", sa.Column("wants_mentions", sa.Boolean, server_default="true", nullable=False)
    )
    _let_agents_change(*SINCE)
    _hold_kinds([*_kinds(), KIND])


def downgrade() -> None:
    """Remove all of it; comments keep the readers that they have now."""
    # As the system: row-level security leaves the feed to nobody else.
    op.execute("select set_config('vigie.system', 'on', true)")
    told = f"select id from feed_event where kind = '{KIND}'"
    op.execute(f"delete from notification where event_id in ({told})")
    op.execute(f"delete from feed_event where kind = '{KIND}'")
    op.execute("select set_config('vigie.system', '', true)")
    _hold_kinds([kind for kind in _kinds() if kind != KIND])
    _let_agents_change(*BEFORE)
    op.drop_column("agent", "wants_mentions")
    op.execute("drop trigger comment_widens on comment")
    op.execute("drop function comment_widens()")
    op.execute(f"revoke update (network_id) on comment from {rls.app_role()}")
    op.execute(f"revoke update (reason) on notification from {rls.app_role()}")
    op.drop_column("comment", "widened_at")
    rls.drop_policy("comment_version", "read")
    rls.create_policy("comment_version", "read", f"for select using ({READABLE})")
    op.drop_table("comment_mention")


def _let_agents_change(*columns: str) -> None:
    """The trigger of accounts, with the columns that agents may change of their own."""
    free = f"'{{{','.join(columns)}}}'::text[]"
    op.execute(f"""
create or replace function agent_keep() returns trigger language plpgsql as $$
declare
    own text;
begin
    -- Without an agent in scope, the policies have already decided.
    if vigie_agent() is null or 'administrateur' = any (vigie_roles()) and new.id <> vigie_agent() then
        return new;
    end if;
    if tg_op = 'UPDATE' and new.id = vigie_agent() then
        if to_jsonb(new) - {free} is distinct from to_jsonb(old) - {free} then
            raise insufficient_privilege using message = 'an agent changes nothing of their own account but their preferences';
        end if;
        return new;
    end if;
    select administration into own from agent where id = vigie_agent();
    if new.administration is distinct from own or (tg_op = 'UPDATE' and old.administration is distinct from own) then
        raise insufficient_privilege using message = 'a correspondant writes the accounts of their administration only';
    end if;
    return new;
end $$
""")


def _kinds() -> list[str]:
    return list(op.get_bind().scalars(sa.text(KNOWN)))


def _hold_kinds(kinds: list[str]) -> None:
    """The kinds of events that the feed knows."""
    op.drop_constraint(op.f("ck_feed_event_kind_known"), "feed_event")
    op.create_check_constraint(
        op.f("ck_feed_event_kind_known"),
        "feed_event",
        f"kind in ({', '.join(repr(kind) for kind in kinds)})",
    )
