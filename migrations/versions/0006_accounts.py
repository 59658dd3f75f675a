"""Sessions, factors and attempts to sign in, each agent's own"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SYSTEM = "(select vigie_system())"
MINE = "agent_id = (select vigie_agent())"

METHODS = "method in ('passphrase', 'passphrase+totp', 'passphrase+recovery', 'passkey', 'proconnect')"
KINDS = "kind in ('account', 'factor', 'address')"

#: table -> what an agent may do with their own rows; the system does the rest
OWN = {
    "credential": ("select", "update"),
    "passkey": ("select", "insert", "update", "delete"),
    "recovery_code": ("select", "insert", "delete"),
    "agent_session": ("select", "delete"),
    "login_attempt": ("select",),
}


def moment(name: str, *, nullable: bool = False, default: bool = False) -> sa.Column:
    server_default = sa.text("now()") if default else None
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, server_default=server_default)


def owner(*, nullable: bool = False) -> sa.Column:
    return sa.Column("agent_id", sa.Integer(), nullable=nullable)


def upgrade() -> None:
    _create_credentials()
    _create_sessions()
    op.execute(
        "insert into credential (agent_id, passphrase_hash, changed_at)"
        " select id, password, created_at from agent where password is not null"
    )
    op.drop_column("agent", "password")
    op.add_column("commitment", sa.Column("text_sha256", sa.Text(), nullable=True))
    for table, actions in OWN.items():
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy {table}_system on {table} using ({SYSTEM}) with check ({SYSTEM})")
        for action in actions:
            using = "" if action == "insert" else f" using ({MINE})"
            check = f" with check ({MINE})" if action in {"insert", "update"} else ""
            name = "read" if action == "select" else action
            op.execute(f"create policy {table}_{name} on {table} for {action}{using}{check}")


def _create_credentials() -> None:
    op.create_table(
        "credential",
        owner(),
        sa.Column("passphrase_hash", sa.Text(), nullable=False),
        moment("changed_at", default=True),
        sa.Column("totp_secret", sa.Text(), nullable=True),
        sa.Column("totp_last_counter", sa.BigInteger(), nullable=True),
        moment("totp_since", nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_credential_agent_id_agent")),
        sa.PrimaryKeyConstraint("agent_id", name=op.f("pk_credential")),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        owner(),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        moment("created_at", default=True),
        moment("last_used_at", nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_passkey_agent_id_agent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_agent_id"), "passkey", ["agent_id"])
    op.create_table(
        "recovery_code",
        owner(),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        moment("used_at", nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_recovery_code_agent_id_agent")),
        sa.PrimaryKeyConstraint("agent_id", "code_hash", name=op.f("pk_recovery_code")),
    )


def _create_sessions() -> None:
    op.create_table(
        "agent_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        owner(),
        sa.Column("method", sa.String(length=40), nullable=False),
        moment("created_at", default=True),
        moment("last_seen_at", default=True),
        moment("proved_at", default=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint(METHODS, name=op.f("ck_agent_session_method_known")),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_agent_session_agent_id_agent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_session")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_agent_session_key_hash")),
    )
    op.create_index(op.f("ix_agent_session_agent_id"), "agent_session", ["agent_id"])
    op.create_table(
        "login_attempt",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_hash", sa.LargeBinary(), nullable=False),
        owner(nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        moment("failed_at"),
        moment("blocked_until", nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_login_attempt_kind_known")),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_login_attempt_agent_id_agent")),
        sa.PrimaryKeyConstraint("kind", "subject_hash", name=op.f("pk_login_attempt")),
    )


def downgrade() -> None:
    op.drop_column("commitment", "text_sha256")
    op.add_column("agent", sa.Column("password", sa.Text(), nullable=True))
    # The owner is bound by the policies too, and acts for nobody here.
    op.execute("alter table credential disable row level security")
    op.execute("update agent set password = passphrase_hash from credential where agent_id = id")
    for table in ("login_attempt", "agent_session", "recovery_code", "passkey", "credential"):
        op.drop_table(table)
