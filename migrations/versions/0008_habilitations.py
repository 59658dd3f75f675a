"""Requests, reviews and withdrawals of habilitations, dormant accounts; row-level security on who may give what to whom"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SYSTEM = "(select vigie_system())"
ME = "(select vigie_agent())"
SIGNED_IN = f"({ME} is not null)"
ADMIN = "('administrateur' = any ((select vigie_roles())::text[]))"
CORRESPONDENT = "('correspondant' = any ((select vigie_roles())::text[]))"
#: the agent of a row works for the house of whoever asks
MY_HOUSE = "exists (select from agent a where a.id = agent_id and a.administration = (select vigie_house()))"
REACH = f"({ADMIN} or ({CORRESPONDENT} and {MY_HOUSE}))"
READ = f"(agent_id = {ME} or {REACH})"
#: nobody manages their own rights
MANAGE = f"(agent_id <> {ME} and {REACH})"
#: a right is what somebody else asked for, and nothing more
ASKED = f"""exists (select from habilitation_request r where r.id = request_id and r.state = 'en_attente'
    and r.agent_id = habilitation.agent_id and r.requested_by = habilitation.requested_by and r.requested_by <> {ME}
    and r.zone_code = habilitation.zone_code and r.natures = habilitation.natures and r.function = habilitation.function
    and habilitation.ends_on <= r.wanted_end)"""
PLAIN_AGENT = "role_id = (select id from role where name = 'agent')"

#: table -> {command: (using, with check)}; the system may everything
POLICIES = {
    "network": {
        "select": (SIGNED_IN, None),
        "insert": (None, ADMIN),
        "update": (ADMIN, ADMIN),
    },
    "membership": {
        "select": (f"({READ} or network_id = any ((select vigie_networks())::integer[]))", None),
        "insert": (None, MANAGE),
        "delete": (MANAGE, None),
    },
    "agent_role": {
        "select": (READ, None),
        "insert": (None, f"({MANAGE} and ({ADMIN} or {PLAIN_AGENT}))"),
        "delete": (f"({MANAGE} and {ADMIN})", None),
    },
    "habilitation": {
        "select": (READ, None),
        "insert": (None, f"({MANAGE} and validated_by = {ME} and requested_by <> {ME} and {ASKED})"),
        "update": (
            f"({MANAGE} and withdrawn_at is null)",
            f"({MANAGE} and withdrawn_at is not null and withdrawn_by = {ME})",
        ),
    },
    "habilitation_request": {
        "select": (READ, None),
        "insert": (None, f"({MANAGE} and requested_by = {ME} and state = 'en_attente')"),
        "update": (
            f"({MANAGE} and requested_by <> {ME} and state = 'en_attente')",
            f"({MANAGE} and requested_by <> {ME} and state <> 'en_attente' and decided_by = {ME})",
        ),
    },
    "review_campaign": {
        "select": (f"({ADMIN} or {CORRESPONDENT})", None),
        "insert": (None, f"({ADMIN} and opened_by = {ME})"),
    },
    "review_item": {
        "select": (REACH, None),
        "insert": (None, f"({ADMIN} and decision is null)"),
        "update": (f"({MANAGE} and decision is null)", f"({MANAGE} and decided_by = {ME})"),
    },
}
#: what an update by an agent may change: the rest is asked again, never rewritten
CHANGEABLE = {
    "habilitation": ("withdrawn_at", "withdrawn_by", "withdrawal_reason"),
    "habilitation_request": ("state", "decided_by", "decided_at", "refusal"),
    "review_item": ("decision", "decided_by", "decided_at"),
}
OLD_KINDS = "('departement', 'region', 'france')"
KINDS = "('departement', 'region', 'ancienne_region', 'ensemble', 'france')"


def upgrade() -> None:
    _columns()
    _tables()
    _protect()


def _columns() -> None:
    for name in ("last_signed_in_at", "suspended_at", "reactivated_at"):
        op.add_column("agent", sa.Column(name, sa.DateTime(timezone=True)))
    # Accounts that were already there are not asleep for that: their 90 days begin now.
    op.execute("update agent set reactivated_at = now()")
    op.add_column("network", sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False))
    op.drop_constraint("ck_zone_kind_known", "zone")
    op.create_check_constraint(op.f("ck_zone_kind_known"), "zone", f"kind in {KINDS}")
    op.add_column("habilitation", sa.Column("request_id", sa.Integer()))
    op.add_column("habilitation", sa.Column("withdrawn_by", sa.Integer()))
    op.add_column("habilitation", sa.Column("withdrawal_reason", sa.Text()))
    op.add_column("habilitation", sa.Column("reminded_days", sa.Integer()))
    op.create_foreign_key(
        op.f("fk_habilitation_withdrawn_by_agent"), "habilitation", "agent", ["withdrawn_by"], ["id"]
    )
    op.create_unique_constraint(op.f("uq_habilitation_request_id"), "habilitation", ["request_id"])
    op.create_check_constraint(
        op.f("ck_habilitation_not_by_its_holder"), "habilitation", "agent_id <> validated_by"
    )


def _tables() -> None:
    op.create_table(
        "habilitation_request",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("agent_id", sa.Integer(), sa.ForeignKey("agent.id"), nullable=False),
        sa.Column("zone_code", sa.Text(), sa.ForeignKey("zone.code"), nullable=False),
        sa.Column("natures", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("networks", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("wanted_end", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Integer(), sa.ForeignKey("agent.id"), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("renews_id", sa.Integer(), sa.ForeignKey("habilitation.id")),
        sa.Column("state", sa.String(40), server_default="en_attente", nullable=False),
        sa.Column("decided_by", sa.Integer(), sa.ForeignKey("agent.id")),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("refusal", sa.Text()),
        sa.CheckConstraint(
            "state in ('en_attente', 'validee', 'refusee')", name=op.f("ck_habilitation_request_state_known")
        ),
        sa.CheckConstraint("agent_id <> requested_by", name=op.f("ck_habilitation_request_not_for_oneself")),
        sa.CheckConstraint(
            "decided_by <> requested_by and decided_by <> agent_id", name=op.f("ck_habilitation_request_two_persons")
        ),
        sa.CheckConstraint(
            "(state = 'en_attente') = (decided_at is null) and (decided_by is null) = (decided_at is null)",
            name=op.f("ck_habilitation_request_decided_or_pending"),
        ),
    )
    op.create_index("ix_habilitation_request_agent_id", "habilitation_request", ["agent_id"])
    op.create_index(
        "uq_habilitation_request_pending", "habilitation_request", ["agent_id", "zone_code"],
        unique=True, postgresql_where=sa.text("state = 'en_attente'"),
    )  # fmt: skip
    op.create_foreign_key(
        op.f("fk_habilitation_request_id_habilitation_request"), "habilitation", "habilitation_request",
        ["request_id"], ["id"],
    )  # fmt: skip
    op.create_table(
        "review_campaign",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("opened_by", sa.Integer(), sa.ForeignKey("agent.id"), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("due_on > opened_on", name=op.f("ck_review_campaign_time_to_decide")),
    )
    op.create_index(
        "uq_review_campaign_open", "review_campaign", [sa.text("(closed_at is null)")],
        unique=True, postgresql_where=sa.text("closed_at is null"),
    )  # fmt: skip
    op.create_table(
        "review_item",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("campaign_id", sa.Integer(), sa.ForeignKey("review_campaign.id"), nullable=False),
        sa.Column("habilitation_id", sa.Integer(), sa.ForeignKey("habilitation.id"), nullable=False),
        sa.Column("agent_id", sa.Integer(), sa.ForeignKey("agent.id"), nullable=False),
        sa.Column("decision", sa.String(40)),
        sa.Column("decided_by", sa.Integer(), sa.ForeignKey("agent.id")),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "decision in ('maintenir', 'modifier', 'retirer')", name=op.f("ck_review_item_decision_known")
        ),
        sa.CheckConstraint("agent_id <> decided_by", name=op.f("ck_review_item_not_for_oneself")),
        sa.CheckConstraint(
            "(decision is null) = (decided_at is null)", name=op.f("ck_review_item_decided_once")
        ),
    )
    op.create_index("ix_review_item_campaign_id", "review_item", ["campaign_id"])
    op.create_index("uq_review_item_habilitation", "review_item", ["campaign_id", "habilitation_id"], unique=True)


def _protect() -> None:
    op.execute(
        "create function vigie_house() returns text language sql stable as"
        " $$ select administration from agent where id = vigie_agent() $$"
    )
    for table, commands in POLICIES.items():
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy {table}_system on {table} using ({SYSTEM}) with check ({SYSTEM})")
        for command, (using, check) in commands.items():
            clauses = (f" using ({using})" if using else "") + (f" with check ({check})" if check else "")
            op.execute(f"create policy {table}_{command} on {table} for {command}{clauses}")
    op.execute(
        """
        create function vigie_keep() returns trigger language plpgsql as $$
        begin
            if not vigie_system() and (to_jsonb(new) - tg_argv) is distinct from (to_jsonb(old) - tg_argv) then
                raise insufficient_privilege using message =
                    format('row-level security: %s is asked again, not rewritten', tg_table_name);
            end if;
            return new;
        end $$
        """
    )
    for table, columns in CHANGEABLE.items():
        names = ", ".join(f"'{column}'" for column in columns)
        op.execute(
            f"create trigger {table}_keep before update on {table} for each row execute function vigie_keep({names})"
        )


def downgrade() -> None:
    for table in CHANGEABLE:
        op.execute(f"drop trigger {table}_keep on {table}")
    op.execute("drop function vigie_keep()")
    for table, commands in POLICIES.items():
        for command in (*commands, "system"):
            op.execute(f"drop policy {table}_{command} on {table}")
        op.execute(f"alter table {table} no force row level security")
        op.execute(f"alter table {table} disable row level security")
    op.execute("drop function vigie_house()")
    op.drop_table("review_item")
    op.drop_table("review_campaign")
    op.drop_constraint("fk_habilitation_request_id_habilitation_request", "habilitation")
    op.drop_table("habilitation_request")
    op.drop_constraint("ck_habilitation_not_by_its_holder", "habilitation")
    for name in ("request_id", "withdrawn_by", "withdrawal_reason", "reminded_days"):
        op.drop_column("habilitation", name)
    # Rights on a zone that the former version does not know end here: they would be read as nothing.
    op.execute(
        f"delete from habilitation where zone_code in (select code from zone where kind not in {OLD_KINDS})"
    )
    op.execute(f"delete from zone where kind not in {OLD_KINDS}")
    op.drop_constraint("ck_zone_kind_known", "zone")
    op.create_check_constraint(op.f("ck_zone_kind_known"), "zone", f"kind in {OLD_KINDS}")
    op.drop_column("network", "is_active")
    for name in ("last_signed_in_at", "suspended_at", "reactivated_at"):
        op.drop_column("agent", name)
