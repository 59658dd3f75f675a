"""Agents choose when their e-mails come; what they follow comes in the same ones; who is told of what is stopped from there."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
AS_NOBODY = "select set_config('vigie.system', '', true)"
PACES = ("matin", "matin_et_apres_midi", "hebdomadaire", "jamais")
#: what agents change of their own account, before and since
BEFORE = ("wants_digest", "telephone", "wants_mentions")
SINCE = ("mail_pace", "telephone", "wants_at_once")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """A pace for each agent, and announcements that an e-mail tells."""
    op.add_column(
        "agent", sa.Column("mail_pace", sa.String(40), server_default="matin", nullable=False)
    )
    op.add_column(
        "agent", sa.Column("wants_at_once", sa.Boolean, server_default="true", nullable=False)
    )
    op.create_check_constraint(
        op.f("ck_agent_mail_pace_known"),
        "agent",
        f"mail_pace in ({', '.join(map(repr, PACES))})",
    )
    op.execute(AS_SYSTEM)
    op.execute(
        "update agent set wants_at_once = wants_mentions, mail_pace = case when wants_digest then 'matin' else 'jamais' end"
    )
    op.execute(AS_NOBODY)
    op.drop_column("agent", "wants_digest")
    op.drop_column("agent", "wants_mentions")
    _let_agents_change(*SINCE)
    op.add_column("announcement", sa.Column("mail_text", sa.Text))
    op.add_column("announcement", sa.Column("subscription_id", sa.Integer))
    op.add_column("announcement", sa.Column("email_id", sa.Integer))
    op.add_column("announcement", sa.Column("emailed_at", MOMENT))
    op.create_foreign_key(
        "fk_announcement_subscription_id_subscription", "announcement", "subscription",
        ["subscription_id"], ["id"], ondelete="SET NULL",
    )  # fmt: skip
    op.create_foreign_key(
        "fk_announcement_email_id_email", "announcement", "email", ["email_id"], ["id"]
    )
    op.create_index("ix_announcement_email_id", "announcement", ["email_id"])
    op.create_index("ix_announcement_subscription_id", "announcement", ["subscription_id"])
    op.create_index(
        "ix_announcement_to_mail",
        "announcement",
        ["agent_id", "id"],
        postgresql_where=sa.text("mail_text is not null and email_id is null and read_at is null"),
    )
    rls.update_only("announcement", "read_at", "email_id", "emailed_at")
    op.create_index("ix_email_agent_id_created_at", "email", ["agent_id", "created_at"])


def downgrade() -> None:
    """Remove them: a digest comes every morning, or never."""
    op.drop_index("ix_email_agent_id_created_at", "email")
    for column in ("mail_text", "subscription_id", "email_id", "emailed_at"):
        op.drop_column("announcement", column)
    rls.update_only("announcement", "read_at")
    for column in ("wants_digest", "wants_mentions"):
        op.add_column("agent", sa.Column(column, sa.Boolean, server_default="true", nullable=False))
    op.execute(AS_SYSTEM)
    op.execute(
        "update agent set wants_mentions = wants_at_once, wants_digest = mail_pace <> 'jamais'"
    )
    op.execute(AS_NOBODY)
    op.drop_column("agent", "mail_pace")
    op.drop_column("agent", "wants_at_once")
    _let_agents_change(*BEFORE)


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
