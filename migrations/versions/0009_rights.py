"""A zone for each nature, unlocks, and the protection of every table"""

import runpy
from pathlib import Path

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

#: the policies of before, as they were released
FORMER = runpy.run_path(str(Path(__file__).with_name("0004_row_level_security.py")))["POLICIES"]

NATURES = ("score", "urssaf", "activite_partielle", "banque_de_france", "comptes_confidentiels")
CONTEXT = {
    "vigie_zone(nature text)": (
        "text[]",
        "coalesce(nullif(current_setting('vigie.zone_' || nature, true), ''), '{}')::text[]",
    ),
    "vigie_unlocked_sirens()": (
        "text[]",
        "coalesce(nullif(current_setting('vigie.unlocked_sirens', true), ''), '{}')::text[]",
    ),
}

# Each call stands in a sub-select so that it is evaluated once a query, not once a row.
SYSTEM = "(select vigie_system())"
ME = "(select vigie_agent())"
SIGNED_IN = f"({ME} is not null)"
IN_ZONE = "departments && (select vigie_departments())::text[]"
MY_DEPARTMENT = "department = any ((select vigie_departments())::text[])"
MY_CASE_FIRM = "siren = any ((select vigie_case_sirens())::text[])"
IN_REACH = f"({IN_ZONE} or {MY_CASE_FIRM})"
MY_NETWORK = "network_id = any ((select vigie_networks())::integer[])"
HABILITATED = "(cardinality((select vigie_departments())) > 0)"
PUBLISHED = "list_id in (select id from detection_list where published_at is not null)"
VISIBLE_ENTRY = "exists (select from detection_entry e where e.id = entry_id)"


def zone(nature: str) -> str:
    """Where the reader holds a nature."""
    return f"(select vigie_zone('{nature}'))::text[]"


def zone_of(column: str) -> str:
    """Where the reader holds the nature of a row; null for a row without nature."""
    cases = " ".join(f"when '{nature}' then {zone(nature)}" for nature in NATURES)
    return f"case {column} {cases} end"


def has_role(*roles: str) -> str:
    """Whether the reader holds one of some roles."""
    return f"((select vigie_roles())::text[] && '{{{','.join(roles)}}}')"


def held(nature: str) -> str:
    """Whether the reader holds a nature somewhere: enough where they support the firm."""
    return f"{nature} = any ((select vigie_natures())::text[])"


def opened(table: str, nature: str, where_held: str) -> str:
    """A firm's confidential data: to whoever supports it, or holds the nature where it works once it was in alert or unlocked.

    The firm is looked up by its key, row by row: a page reads a few firms of many thousands.
    """
    return f"""({held(nature)} and ({MY_CASE_FIRM} or exists (
        select from company c where c.siren = {table}.siren and c.departments && {where_held}
        and (c.first_alert_on is not null or c.siren = any ((select vigie_unlocked_sirens())::text[])))))"""


def of_nature(nature: str, where_held: str) -> str:
    """What the model says of a firm that is or was in alert, on rows that bear its départements."""
    return f"(departments && {where_held} or ({held(nature)} and {MY_CASE_FIRM}))"


RUNNERS = has_role("data_scientist", "administrateur")
DIRECTORY = has_role("correspondant", "administrateur")
ADMINISTRATORS = has_role("administrateur")
OF_SCORE = of_nature("'score'", zone("score"))
OF_ITS_NATURE = of_nature("nature", zone_of("nature"))
OWN_TEXT = f"author_id = {ME} and {MY_NETWORK} and {IN_REACH}"

#: policies that take the place of the former ones: (who reads, who inserts, who updates, who deletes)
POLICIES: dict[str, tuple[str, str | None, str | None, str | None]] = {
    "company_series": (
        f"(nature is null and {HABILITATED}) or {opened('company_series', 'nature', zone_of('company_series.nature'))}",
        None,
        None,
        None,
    ),
    "payment_plan": (opened("payment_plan", "'urssaf'", zone("urssaf")), None, None, None),
    "detection_entry": (f"{PUBLISHED} and {OF_SCORE}", None, None, None),
    "detection_reason": (
        f"{VISIBLE_ENTRY} and (nature is null or {OF_ITS_NATURE})",
        None,
        None,
        None,
    ),
    "feed_event": (
        f"(network_id is null or {MY_NETWORK})"
        f" and case when nature is null then {IN_REACH} else {OF_ITS_NATURE} end",
        f"actor_id = {ME} and {IN_REACH} and (network_id is null or {MY_NETWORK})",
        None,
        None,
    ),
    "comment": (f"{MY_NETWORK} and {IN_REACH}", OWN_TEXT, OWN_TEXT, None),
    "visit_note": (f"{MY_NETWORK} and {IN_REACH}", OWN_TEXT, OWN_TEXT, None),
    "visit": (
        f"({MY_DEPARTMENT} or {MY_CASE_FIRM})",
        f"author_id = {ME} and ({MY_DEPARTMENT} or {MY_CASE_FIRM})",
        f"author_id = {ME} and ({MY_DEPARTMENT} or {MY_CASE_FIRM})",
        None,
    ),
}
#: tables that had none
ADDED: dict[str, tuple[str, str | None, str | None, str | None]] = {
    "unlock": (
        f"agent_id = {ME} or ({has_role('manager')} and {MY_NETWORK} and {IN_ZONE})",
        f"agent_id = {ME} and {MY_NETWORK} and {IN_ZONE}",
        f"agent_id = {ME}",
        None,
    ),
    # The directory: whoever is signed in reads names; each changes their own line.
    "agent": (SIGNED_IN, DIRECTORY, f"id = {ME} or {DIRECTORY}", None),
    "role": (SIGNED_IN, None, None, None),
    "department": (SIGNED_IN, None, None, None),
    "zone": (SIGNED_IN, ADMINISTRATORS, ADMINISTRATORS, ADMINISTRATORS),
    "source_freshness": (SIGNED_IN, None, None, None),
    "batch": (has_role("agent", "manager", "data_scientist", "administrateur"), None, None, None),
    "batch_file": ("exists (select from batch b where b.id = batch_id)", None, None, None),
    "detection_run": (RUNNERS, RUNNERS, RUNNERS, None),
    "run_step": (RUNNERS, RUNNERS, RUNNERS, None),
    "model_version": (RUNNERS, RUNNERS, RUNNERS, None),
}
#: columns that may be rewritten; the others stay as they were first written, whoever asks
REWRITABLE = {
    "comment": ("body", "edited_at", "deleted_at"),
    "notification": ("read_at", "emailed_at"),
    "unlock": ("ended_at",),
    "visit": ("visited_on", "channel", "contact_result", "verdict", "nature", "severity"),
    "visit_note": ("people_met", "body", "next_step", "next_step_on"),
}


def upgrade() -> None:
    _create_unlock()
    for signature, (kind, body) in CONTEXT.items():
        op.execute(
            f"create function {signature} returns {kind} language sql stable as $$ select {body} $$"
        )
    for table, former in FORMER.items():
        if table in POLICIES:
            _drop(table, former)
            _create(table, POLICIES[table])
    for table, policy in ADDED.items():
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(
            f"create policy {table}_system on {table} using ({SYSTEM}) with check ({SYSTEM})"
        )
        _create(table, policy)
    app_role = context.get_context().opts["app_role"]
    for table, columns in REWRITABLE.items():
        op.execute(f'revoke update on {table} from "{app_role}"')
        op.execute(f'grant update ({", ".join(columns)}) on {table} to "{app_role}"')
    op.execute(f'revoke delete on unlock from "{app_role}"')
    op.execute(f'revoke insert, update, delete on alembic_version from "{app_role}"')


def downgrade() -> None:
    app_role = context.get_context().opts["app_role"]
    op.execute(f'grant insert, update, delete on alembic_version to "{app_role}"')
    for table, columns in REWRITABLE.items():
        op.execute(f'revoke update ({", ".join(columns)}) on {table} from "{app_role}"')
        op.execute(f'grant update on {table} to "{app_role}"')
    for table, policy in ADDED.items():
        _drop(table, policy)
        op.execute(f"drop policy {table}_system on {table}")
        op.execute(f"alter table {table} no force row level security")
        op.execute(f"alter table {table} disable row level security")
    for table, policy in POLICIES.items():
        _drop(table, policy)
        _create(table, FORMER[table])
    for signature in CONTEXT:
        op.execute(f"drop function {signature}")
    op.drop_table("unlock")


def _create(table: str, policy: tuple[str, str | None, str | None, str | None]) -> None:
    read, insert, update, delete = policy
    op.execute(f"create policy {table}_read on {table} for select using ({read})")
    if insert:
        op.execute(f"create policy {table}_insert on {table} for insert with check ({insert})")
    if update:
        op.execute(
            f"create policy {table}_update on {table} for update using ({update}) with check ({update})"
        )
    if delete:
        op.execute(f"create policy {table}_delete on {table} for delete using ({delete})")


def _drop(table: str, policy: tuple[str, str | None, str | None, str | None]) -> None:
    for name, clause in zip(("read", "insert", "update", "delete"), policy, strict=True):
        if clause:
            op.execute(f"drop policy {table}_{name} on {table}")


def _create_unlock() -> None:
    op.create_table(
        "unlock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("siren", sa.String(length=9), nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Enum("interne", "externe", "autre", name="unlocksource", native_enum=False, length=40), nullable=False),
        sa.Column("motive", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("source in ('interne', 'externe', 'autre')", name=op.f("ck_unlock_source_known")),
        sa.CheckConstraint("char_length(motive) between 1 and 2000", name=op.f("ck_unlock_motive_length")),
        sa.CheckConstraint("expires_at > opened_at and expires_at <= opened_at + interval '30 days'", name=op.f("ck_unlock_at_most_thirty_days")),
        sa.CheckConstraint("ended_at >= opened_at", name=op.f("ck_unlock_ended_after_opened")),
        sa.ForeignKeyConstraint(["siren"], ["company.siren"], name=op.f("fk_unlock_siren_company")),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_unlock_agent_id_agent")),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_unlock_network_id_network")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unlock")),
    )  # fmt: skip
    op.create_index(op.f("ix_unlock_siren"), "unlock", ["siren"])
    op.create_index("ix_unlock_agent_id_expires_at", "unlock", ["agent_id", "expires_at"])
    op.create_index("ix_unlock_network_id_opened_at", "unlock", ["network_id", "opened_at"])
