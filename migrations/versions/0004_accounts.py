"""Accounts: agents, their roles and commitments, what they sign in with, and where they are signed in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")

#: who opens and changes accounts
DIRECTORY = rls.has_role("correspondant", "administrateur")
PLAIN_AGENT = "role_id = (select id from role where name = 'agent')"

# The administration whose agents a correspondant manages: their own.
ADMINISTRATION = """
create function vigie_administration() returns text language sql stable as
 $$ select administration from agent where id = vigie_agent() $$
"""

# The policy says who may write a line; a policy sees no former value, and the administration of whoever writes is in the same table.
KEEP = """
create function agent_keep() returns trigger language plpgsql as $$
declare
    own text;
begin
    -- Without an agent in scope, the policies have already decided.
    if vigie_agent() is null or 'administrateur' = any (vigie_roles()) and new.id <> vigie_agent() then
        return new;
    end if;
    if tg_op = 'UPDATE' and new.id = vigie_agent() then
        if to_jsonb(new) - 'wants_digest' is distinct from to_jsonb(old) - 'wants_digest' then
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
"""


def upgrade() -> None:
    """Create the tables, each with its policies."""
    _create_role()
    _create_agent()
    _create_agent_role()
    _create_commitment()
    _create_credential()
    _create_passkey()
    _create_recovery_code()
    _create_agent_session()
    _create_login_attempt()


def downgrade() -> None:
    """Drop them."""
    for table in (
        "login_attempt",
        "agent_session",
        "recovery_code",
        "passkey",
        "credential",
        "commitment",
        "agent_role",
        "agent",
        "role",
    ):
        op.drop_table(table)
    op.execute("drop function vigie_administration()")
    op.execute("drop function agent_keep()")


def _create_role() -> None:
    """A role an account may hold; names are those of `app.core.identity.Role`."""
    op.create_table(
        "role",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_role"),
        sa.UniqueConstraint("name", name="uq_role_name"),
    )
    rls.protect("role", read=rls.SIGNED_IN)


def _create_agent() -> None:
    """A person who signs in."""
    op.create_table(
        "agent",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("first_name", sa.Text, nullable=False),
        sa.Column("last_name", sa.Text, nullable=False),
        sa.Column("job_title", sa.Text, server_default="", nullable=False),
        sa.Column("administration", sa.String(40), nullable=False),
        sa.Column("active", sa.Boolean, server_default="true", nullable=False),
        sa.Column("fs_uniquifier", sa.Text, nullable=False),
        sa.Column("proconnect_sub", sa.Text),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("wants_digest", sa.Boolean, server_default="true", nullable=False),
        sa.Column("last_signed_in_at", MOMENT),
        sa.Column("suspended_at", MOMENT),
        sa.Column("reactivated_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_agent"),
        sa.UniqueConstraint("fs_uniquifier", name="uq_agent_fs_uniquifier"),
        sa.UniqueConstraint("proconnect_sub", name="uq_agent_proconnect_sub"),
        sa.CheckConstraint(
            "administration in ('direccte', 'urssaf', 'banque_de_france', 'dgfip', 'dge', 'vigie')",
            name=op.f("ck_agent_administration_known"),
        ),
    )
    op.create_index("uq_agent_email_lower", "agent", [sa.text("lower(email)")], unique=True)
    rls.protect(
        "agent",
        read=rls.SIGNED_IN,
        insert=DIRECTORY,
        update=f"id = {rls.ME} or {DIRECTORY}",
    )
    op.execute(ADMINISTRATION)
    op.execute(KEEP)
    op.execute(
        "create trigger agent_keep before insert or update on agent for each row execute function agent_keep()"
    )


def _create_agent_role() -> None:
    """An agent holds a role; a correspondant gives the plain one, an administrateur all."""
    op.create_table(
        "agent_role",
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("role_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("agent_id", "role_id", name="pk_agent_role"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_agent_role_agent_id_agent"),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name="fk_agent_role_role_id_role"),
    )
    rls.protect(
        "agent_role",
        read=rls.MINE_OR_IN_CHARGE,
        insert=f"({rls.IN_CHARGE_OF_ANOTHER} and ({rls.ADMINISTRATORS} or {PLAIN_AGENT}))",
        delete=f"({rls.IN_CHARGE_OF_ANOTHER} and {rls.ADMINISTRATORS})",
    )


def _create_commitment() -> None:
    """An agent's signature of a version of the confidentiality commitment, with the digest of what was read."""
    op.create_table(
        "commitment",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("text_sha256", sa.Text),
        sa.Column("accepted_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_commitment"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_commitment_agent_id_agent"),
    )
    op.create_index("ix_commitment_agent_id", "commitment", ["agent_id"])
    rls.protect("commitment", read=rls.MINE, insert=rls.MINE)


def _create_credential() -> None:
    """What a local account signs in with; an account of ProConnect has none."""
    op.create_table(
        "credential",
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("passphrase_hash", sa.Text, nullable=False),
        sa.Column("changed_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("totp_secret", sa.Text),
        sa.Column("totp_last_counter", sa.BigInteger),
        sa.Column("totp_since", MOMENT),
        sa.PrimaryKeyConstraint("agent_id", name="pk_credential"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_credential_agent_id_agent"),
    )
    rls.protect("credential", read=rls.MINE, update=rls.MINE)


def _create_passkey() -> None:
    """A public key of an agent's authenticator (WebAuthn)."""
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("credential_id", sa.LargeBinary, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("last_used_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_passkey"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_passkey_agent_id_agent"),
        sa.UniqueConstraint("credential_id", name="uq_passkey_credential_id"),
    )
    op.create_index("ix_passkey_agent_id", "passkey", ["agent_id"])
    rls.protect("passkey", read=rls.MINE, insert=rls.MINE, update=rls.MINE, delete=rls.MINE)


def _create_recovery_code() -> None:
    """A code that replaces the second factor once."""
    op.create_table(
        "recovery_code",
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("code_hash", sa.LargeBinary, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.PrimaryKeyConstraint("agent_id", "code_hash", name="pk_recovery_code"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_recovery_code_agent_id_agent"),
    )
    rls.protect("recovery_code", read=rls.MINE, insert=rls.MINE, delete=rls.MINE)


def _create_agent_session() -> None:
    """A browser in which an agent is signed in; the cookie holds the key, this table its SHA-256."""
    op.create_table(
        "agent_session",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key_hash", sa.LargeBinary, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("method", sa.String(40), nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("last_seen_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("proved_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("user_agent", sa.Text, nullable=False),
        sa.Column("data", postgresql.JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_agent_session"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_agent_session_agent_id_agent"),
        sa.UniqueConstraint("key_hash", name="uq_agent_session_key_hash"),
        sa.CheckConstraint(
            "method in ('passphrase', 'passphrase+totp', 'passphrase+recovery', 'passkey', 'proconnect')",
            name=op.f("ck_agent_session_method_known"),
        ),
    )
    op.create_index("ix_agent_session_agent_id", "agent_session", ["agent_id"])
    rls.protect("agent_session", read=rls.MINE, delete=rls.MINE)


def _create_login_attempt() -> None:
    """The failures of an account, of its second factor or of a network address, and until when it must wait."""
    op.create_table(
        "login_attempt",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject_hash", sa.LargeBinary, nullable=False),
        sa.Column("agent_id", sa.Integer),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("failed_at", MOMENT, nullable=False),
        sa.Column("blocked_until", MOMENT),
        sa.PrimaryKeyConstraint("kind", "subject_hash", name="pk_login_attempt"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_login_attempt_agent_id_agent"),
        sa.CheckConstraint(
            "kind in ('account', 'factor', 'address')", name=op.f("ck_login_attempt_kind_known")
        ),
    )
    rls.protect("login_attempt", read=rls.MINE)
