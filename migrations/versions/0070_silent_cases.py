"""An accompagnement keeps the day of its last news: what was written, seen, done or decided of it or of its firm."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None

TODAY = "(now() at time zone 'Europe/Paris')::date"
REFERS = "left_at is null and role = 'referent'"
OPEN = sa.text("state <> 'termine'")
# Whoever writes of the firm may not reach each of its accompagnements: the day is kept of all of them. One that somebody holds is
# passed over, so that two who write at once never wait for each other; a day that is kept already is not written again.
HEARD = f"""
create function {{name}}() returns trigger language plpgsql {rls.DEFINER} as $$
declare
    former text := current_setting('vigie.system', true);
begin
    perform set_config('vigie.system', 'on', true);
    update support_case set heard_on = {TODAY} where id in (
        select id from support_case where {{which}} and state <> 'termine' and heard_on < {TODAY} for update skip locked
    );
    perform set_config('vigie.system', coalesce(former, ''), true);
    return null;
end $$
"""
FUNCTIONS = {"case_heard": "id = new.case_id", "firm_heard": "siren = new.siren"}
#: trigger -> (table, when, function)
TRIGGERS = {
    "comment_heard": ("comment", "after insert on comment for each row", "firm_heard"),
    "visit_heard": ("visit", "after insert on visit for each row", "firm_heard"),
    "deadline_heard": (
        "deadline",
        "after update of state on deadline for each row when (new.state = 'faite' and old.state <> 'faite')",
        "firm_heard",
    ),
    "case_state_heard": (
        "case_state_change",
        "after insert on case_state_change for each row",
        "case_heard",
    ),
}
BACK = """
update support_case c set heard_on = greatest(
    c.opened_on,
    (select max(created_at)::date from comment where siren = c.siren),
    (select max(created_at)::date from visit where siren = c.siren),
    (select max(settled_at)::date from deadline where siren = c.siren and state = 'faite'),
    (select max(changed_at)::date from case_state_change where case_id = c.id)
)
"""


def upgrade() -> None:
    """Keep the day, of what is there first, then of what comes."""
    op.add_column(
        "support_case",
        sa.Column("heard_on", sa.Date, nullable=False, server_default=sa.text("current_date")),
    )
    op.execute("select set_config('vigie.system', 'on', true)")
    op.execute(BACK)
    op.execute("select set_config('vigie.system', '', true)")
    there = ["department", "heard_on", "id"]
    op.create_index("ix_support_case_silent_there", "support_case", there, postgresql_where=OPEN)
    op.create_index("ix_support_case_silent", "support_case", there[1:], postgresql_where=OPEN)
    # Those who left too are read with an accompagnement.
    op.create_index("ix_case_member_case_id", "case_member", ["case_id"])
    op.create_index(
        "ix_case_member_refers",
        "case_member",
        ["agent_id", "case_id"],
        postgresql_where=sa.text(REFERS),
    )
    for name, which in FUNCTIONS.items():
        op.execute(HEARD.format(name=name, which=which))
    for name, (_, when, function) in TRIGGERS.items():
        op.execute(f"create trigger {name} {when} execute function {function}()")


def downgrade() -> None:
    """Forget it."""
    for name, (table, _, _) in TRIGGERS.items():
        op.execute(f"drop trigger {name} on {table}")
    for name in FUNCTIONS:
        op.execute(f"drop function {name}()")
    op.drop_index("ix_case_member_refers", "case_member")
    op.drop_index("ix_case_member_case_id", "case_member")
    op.drop_index("ix_support_case_silent", "support_case")
    op.drop_index("ix_support_case_silent_there", "support_case")
    op.drop_column("support_case", "heard_on")
