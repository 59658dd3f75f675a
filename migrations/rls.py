"""Row-level security as migrations write it: the context of a transaction, the terms of policies, how both are made.

Frozen. Released migrations build their policies from these terms: a line changed here would change, without a trace, what an
instance that starts today makes of them. A rule that differs is written in the migration that needs it.
"""

from alembic import context, op

# pg_temp stands last: listed nowhere, it would come first, and a temporary table would pass for one of ours.
DEFINER = "security definer set search_path = pg_catalog, public, pg_temp"

#: the natures of confidential data
NATURES = ("score", "urssaf", "activite_partielle", "banque_de_france", "comptes_confidentiels")


def _setting(name: str, kind: str) -> tuple[str, str]:
    return (kind, f"coalesce(nullif(current_setting({name}, true), ''), '{{}}')::{kind}")


#: function -> (its type, its body): what the transaction carries of who asks; an empty context reads nothing
CONTEXT = {
    "vigie_agent()": ("integer", "nullif(current_setting('vigie.agent_id', true), '')::integer"),
    "vigie_system()": ("boolean", "coalesce(current_setting('vigie.system', true) = 'on', false)"),
    "vigie_networks()": _setting("'vigie.networks'", "integer[]"),
    "vigie_departments()": _setting("'vigie.departments'", "text[]"),
    "vigie_natures()": _setting("'vigie.natures'", "text[]"),
    "vigie_roles()": _setting("'vigie.roles'", "text[]"),
    "vigie_cases()": _setting("'vigie.cases'", "integer[]"),
    "vigie_case_sirens()": _setting("'vigie.case_sirens'", "text[]"),
    "vigie_unlocked_sirens()": _setting("'vigie.unlocked_sirens'", "text[]"),
    "vigie_zone(nature text)": _setting("'vigie.zone_' || nature", "text[]"),
}


def has_role(*roles: str) -> str:
    """Whoever asks holds one of some roles."""
    return f"((select vigie_roles())::text[] && '{{{','.join(roles)}}}')"


def zone(nature: str) -> str:
    """The départements where whoever asks holds a nature."""
    return f"(select vigie_zone('{nature}'))::text[]"


def zone_of(column: str) -> str:
    """The départements where whoever asks holds the nature of a row; null for a row without nature."""
    cases = " ".join(f"when '{nature}' then {zone(nature)}" for nature in NATURES)
    return f"case {column} {cases} end"


def holds(nature: str) -> str:
    """Whoever asks holds a nature somewhere: enough where they support the firm."""
    return f"{nature} = any ((select vigie_natures())::text[])"


# Each call stands in a sub-select so that it is evaluated once a query, not once a row.
SYSTEM = "(select vigie_system())"
ME = "(select vigie_agent())"
MINE = f"agent_id = {ME}"
SIGNED_IN = f"({ME} is not null)"
HABILITATED = "(cardinality((select vigie_departments())) > 0)"
IN_ZONE = "departments && (select vigie_departments())::text[]"
MY_DEPARTMENT = "department = any ((select vigie_departments())::text[])"
MY_CASE_FIRM = "siren = any ((select vigie_case_sirens())::text[])"
IN_REACH = f"({IN_ZONE} or {MY_CASE_FIRM})"
MY_NETWORK = "network_id = any ((select vigie_networks())::integer[])"
#: a text is read by its network, in the zone of the firm or by those who support it; written there by its author
READABLE_TEXT = f"{MY_NETWORK} and {IN_REACH}"
OWN_TEXT = f"author_id = {ME} and {READABLE_TEXT}"

ADMINISTRATORS = has_role("administrateur")
SCIENTISTS = has_role("data_scientist")
RUNNERS = has_role("data_scientist", "administrateur")

#: the agent of the row works for the administration of whoever asks
SAME_ADMINISTRATION = "exists (select from agent a where a.id = agent_id and a.administration = (select vigie_administration()))"
#: the agent of the row is one whose rights whoever asks manages; nobody manages their own
IN_CHARGE = f"({ADMINISTRATORS} or ({has_role('correspondant')} and {SAME_ADMINISTRATION}))"
MINE_OR_IN_CHARGE = f"({MINE} or {IN_CHARGE})"
IN_CHARGE_OF_ANOTHER = f"(agent_id <> {ME} and {IN_CHARGE})"


def opened(table: str, nature: str, where_held: str) -> str:
    """A firm's confidential data: to whoever supports it, or holds the nature where it works once it was in alert or unlocked.

    The firm is looked up by its key, row by row: a page reads a few firms of many thousands.
    """
    return f"""({holds(nature)} and ({MY_CASE_FIRM} or exists (
        select from company c where c.siren = {table}.siren and c.departments && {where_held}
        and (c.first_alert_on is not null or c.siren = any ((select vigie_unlocked_sirens())::text[])))))"""


def of_nature(nature: str, where_held: str) -> str:
    """What the model says of a firm that is or was in alert, on rows that bear its départements."""
    return f"(departments && {where_held} or ({holds(nature)} and {MY_CASE_FIRM}))"


def create_context() -> None:
    """Create the functions that read what the transaction carries."""
    for signature, (kind, body) in CONTEXT.items():
        op.execute(
            f"create function {signature} returns {kind} language sql stable as $$ select {body} $$"
        )


def drop_context() -> None:
    """Drop them."""
    for signature in CONTEXT:
        op.execute(f"drop function {signature}")


def force(table: str) -> None:
    """Submit everybody to the policies of a table, its owner included: without any, nobody reads it."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")


def protect(
    table: str,
    *,
    read: str,
    insert: str | None = None,
    update: str | tuple[str, str] | None = None,
    delete: str | None = None,
) -> None:
    """Force row-level security on a table and say who does what to which rows; the system does everything.

    ``update``: a condition on the row before and after, or one for each.
    """
    force(table)
    create_policy(table, "system", f"using ({SYSTEM}) with check ({SYSTEM})")
    create_policy(table, "read", f"for select using ({read})")
    if insert:
        create_policy(table, "insert", f"for insert with check ({insert})")
    if update:
        before, after = (update, update) if isinstance(update, str) else update
        create_policy(table, "update", f"for update using ({before}) with check ({after})")
    if delete:
        create_policy(table, "delete", f"for delete using ({delete})")


def create_policy(table: str, name: str, clauses: str) -> None:
    """Create the policy ``<table>_<name>``."""
    op.execute(f"create policy {table}_{name} on {table} {clauses}")


def drop_policy(table: str, name: str) -> None:
    """Drop the policy ``<table>_<name>``."""
    op.execute(f"drop policy {table}_{name} on {table}")


def app_role() -> str:
    """The role of the application, which owns nothing, as SQL writes its name."""
    return f'"{context.get_context().opts["app_role"]}"'


def revoke(table: str, *privileges: str) -> None:
    """Take privileges on a table from the application."""
    op.execute(f"revoke {', '.join(privileges)} on {table} from {app_role()}")


def update_only(table: str, *columns: str) -> None:
    """Let the application rewrite these columns; the others stay as they were first written, whoever asks."""
    revoke(table, "update")
    op.execute(f"grant update ({', '.join(columns)}) on {table} to {app_role()}")
