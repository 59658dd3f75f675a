"""Row-level security: the third ring, on every table that holds a firm's secret, a text or a label"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

#: what the transaction carries; an empty context reads nothing
CONTEXT = {
    "vigie_agent()": ("integer", "nullif(current_setting('vigie.agent_id', true), '')::integer"),
    "vigie_system()": ("boolean", "coalesce(current_setting('vigie.system', true) = 'on', false)"),
    "vigie_networks()": (
        "integer[]",
        "coalesce(nullif(current_setting('vigie.networks', true), ''), '{}')::integer[]",
    ),
    "vigie_departments()": (
        "text[]",
        "coalesce(nullif(current_setting('vigie.departments', true), ''), '{}')::text[]",
    ),
    "vigie_natures()": (
        "text[]",
        "coalesce(nullif(current_setting('vigie.natures', true), ''), '{}')::text[]",
    ),
    "vigie_roles()": (
        "text[]",
        "coalesce(nullif(current_setting('vigie.roles', true), ''), '{}')::text[]",
    ),
    "vigie_cases()": (
        "integer[]",
        "coalesce(nullif(current_setting('vigie.cases', true), ''), '{}')::integer[]",
    ),
    "vigie_case_sirens()": (
        "text[]",
        "coalesce(nullif(current_setting('vigie.case_sirens', true), ''), '{}')::text[]",
    ),
}

# Each call stands in a sub-select so that it is evaluated once a query, not once a row.
SYSTEM = "(select vigie_system())"
ME = "(select vigie_agent())"
SIGNED_IN = f"({ME} is not null)"
HABILITATED = "(cardinality((select vigie_departments())) > 0)"
MY_NETWORK = "network_id = any ((select vigie_networks())::integer[])"
MY_DEPARTMENT = "department = any ((select vigie_departments())::text[])"
IN_ZONE = "departments && (select vigie_departments())::text[]"
MY_CASE_FIRM = "siren = any ((select vigie_case_sirens())::text[])"
MY_NATURE = "(nature is null or nature = any ((select vigie_natures())::text[]))"
IN_REACH = f"({IN_ZONE} or {MY_CASE_FIRM})"
# A circle of readers, where each of them works.
MY_AUDIENCE = f"({MY_NETWORK} and {IN_REACH})"
# Confidential data of a firm open to its zone once it was in alert or flagged, and to those who support it.
OPENED = f"""({MY_CASE_FIRM} or siren in (
    select c.siren from company c
    where c.first_alert_on is not null and c.departments && (select vigie_departments())::text[]))"""
VISIBLE_CASE = "exists (select from support_case c where c.id = case_id)"
VISIBLE_ENTRY = "exists (select from detection_entry e where e.id = entry_id)"
SCORE = "'score' = any ((select vigie_natures())::text[])"

#: table -> (who reads, who inserts, who updates, who deletes); ``None`` leaves the system alone
POLICIES: dict[str, tuple[str, str | None, str | None, str | None]] = {
    # Public identity: every habilitated agent, everywhere.
    "company": (HABILITATED, None, None, None),
    "establishment": (HABILITATED, None, None, None),
    "procedure_event": (HABILITATED, None, None, None),
    # Confidential series and plans.
    "company_series": (
        f"{HABILITATED} and (nature is null or ({MY_NATURE} and {OPENED}))",
        None,
        None,
        None,
    ),
    "payment_plan": (
        f"'urssaf' = any ((select vigie_natures())::text[]) and {OPENED}",
        None,
        None,
        None,
    ),
    # Detection.
    "detection_list": (f"{HABILITATED} and published_at is not null", None, None, None),
    "detection_entry": (
        f"{SCORE} and {IN_REACH} and list_id in (select id from detection_list where published_at is not null)",
        None,
        None,
        None,
    ),
    "detection_reason": (
        f"{SCORE} and {MY_NATURE} and {IN_REACH} and {VISIBLE_ENTRY}",
        None,
        None,
        None,
    ),
    "detection_feedback": (
        f"agent_id = {ME}",
        f"agent_id = {ME} and {VISIBLE_ENTRY}",
        f"agent_id = {ME}",
        None,
    ),
    "human_signal": (IN_REACH, f"author_id = {ME} and {IN_ZONE}", None, None),
    # Network.
    "follow": (f"agent_id = {ME}", f"agent_id = {ME}", f"agent_id = {ME}", f"agent_id = {ME}"),
    "comment": (
        f"{MY_AUDIENCE}",
        f"author_id = {ME} and {MY_NETWORK} and {IN_REACH}",
        f"author_id = {ME}",
        None,
    ),
    "comment_version": (
        "exists (select from comment c where c.id = comment_id)",
        f"exists (select from comment c where c.id = comment_id and c.author_id = {ME})",
        None,
        None,
    ),
    "feed_event": (
        f"{IN_REACH} and {MY_NATURE} and (network_id is null or {MY_NETWORK})",
        f"actor_id = {ME} and {IN_REACH} and (network_id is null or {MY_NETWORK})",
        None,
        None,
    ),
    "notification": (f"agent_id = {ME}", None, f"agent_id = {ME}", None),
    "draft": (f"agent_id = {ME}", f"agent_id = {ME}", f"agent_id = {ME}", f"agent_id = {ME}"),
    "email": (f"agent_id = {ME}", None, None, None),
    # Cases and visits.
    "support_case": (
        f"({MY_DEPARTMENT} or id = any ((select vigie_cases())::integer[]))",
        f"opened_by = {ME} and {MY_DEPARTMENT}",
        f"({MY_DEPARTMENT} or id = any ((select vigie_cases())::integer[]))",
        None,
    ),
    "case_member": (f"(agent_id = {ME} or {VISIBLE_CASE})", VISIBLE_CASE, VISIBLE_CASE, None),
    "case_state_change": (VISIBLE_CASE, f"agent_id = {ME} and {VISIBLE_CASE}", None, None),
    "case_outcome": (VISIBLE_CASE, f"recorded_by = {ME} and {VISIBLE_CASE}", None, None),
    "visit": (
        f"({MY_DEPARTMENT} or {MY_CASE_FIRM})",
        f"author_id = {ME} and ({MY_DEPARTMENT} or {MY_CASE_FIRM})",
        f"author_id = {ME}",
        None,
    ),
    "visit_note": (
        MY_AUDIENCE,
        f"author_id = {ME} and {MY_NETWORK} and {IN_REACH}",
        f"author_id = {ME}",
        None,
    ),
    # Labels: written with the act, read by training and by data scientists.
    "label": ("'data_scientist' = any ((select vigie_roles())::text[])", SIGNED_IN, None, None),
    "commitment": (f"agent_id = {ME}", f"agent_id = {ME}", None, None),
}


def upgrade() -> None:
    for signature, (kind, body) in CONTEXT.items():
        op.execute(
            f"create function {signature} returns {kind} language sql stable as $$ select {body} $$"
        )
    for table, (read, insert, update, delete) in POLICIES.items():
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(
            f"create policy {table}_system on {table} using ({SYSTEM}) with check ({SYSTEM})"
        )
        op.execute(f"create policy {table}_read on {table} for select using ({read})")
        if insert:
            op.execute(f"create policy {table}_insert on {table} for insert with check ({insert})")
        if update:
            op.execute(
                f"create policy {table}_update on {table} for update using ({update}) with check ({update})"
            )
        if delete:
            op.execute(f"create policy {table}_delete on {table} for delete using ({delete})")


def downgrade() -> None:
    for table, (_read, insert, update, delete) in POLICIES.items():
        for name, clause in (("delete", delete), ("update", update), ("insert", insert)):
            if clause:
                op.execute(f"drop policy {table}_{name} on {table}")
        op.execute(f"drop policy {table}_read on {table}")
        op.execute(f"drop policy {table}_system on {table}")
        op.execute(f"alter table {table} no force row level security")
        op.execute(f"alter table {table} disable row level security")
    for signature in CONTEXT:
        op.execute(f"drop function {signature}")
