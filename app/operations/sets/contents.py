"""What a database holds, for a role that sees everything: rows of each table, rules of access."""

import hashlib
import json
from typing import Any

from psycopg import Connection, sql

TABLES = """
    select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by relname
"""
#: what decides who reads and writes which rows; roles by what they are to Vigie, since their names may differ elsewhere
RULES = """
    select jsonb_agg(line order by line) from (
        select jsonb_build_array('table', relname, relrowsecurity, relforcerowsecurity) from pg_class
            where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
        union all
        select jsonb_build_array('policy', polrelid::regclass::text, polname, polcmd, polpermissive) from pg_policy
        union all
        select jsonb_build_array('grant', relname, privilege_type) from pg_class, aclexplode(relacl)
            where relnamespace = 'public'::regnamespace and grantee = %(app)s::regrole
        union all
        select jsonb_build_array('column', attrelid::regclass::text, attname, privilege_type)
            from pg_attribute, aclexplode(attacl) where not attisdropped and grantee = %(app)s::regrole
        union all
        select jsonb_build_array('function', proname, prosecdef, has_function_privilege(%(app)s, oid, 'execute'))
            from pg_proc where pronamespace = 'public'::regnamespace
        union all
        select jsonb_build_array('trigger', tgrelid::regclass::text, tgname, tgenabled) from pg_trigger where not tgisinternal
    ) as rules (line)
"""
#: what policies say; PostgreSQL writes anew, when it reads a dump, the brackets and the casts of its own making
CONDITIONS = """
    select jsonb_agg(line order by line) from (
        select jsonb_build_array(polrelid::regclass::text, polname,
            regexp_replace(coalesce(pg_get_expr(polqual, polrelid), ''), {noise}, '', 'g'),
            regexp_replace(coalesce(pg_get_expr(polwithcheck, polrelid), ''), {noise}, '', 'g')) from pg_policy
    ) as conditions (line)
""".format(noise=r"'[() ]|::(text|character varying)(\[\])?'")


def rows_of_tables(connection: Connection[Any]) -> dict[str, int]:
    """How many rows each table has, partitions apart."""
    return {name: _count(connection, name) for (name,) in connection.execute(TABLES).fetchall()}


def rules_digest(connection: Connection[Any], app_role: str) -> str:
    """A digest of what decides who reads and writes which rows: security, names of policies, grants, functions, triggers."""
    return _digest(connection.execute(RULES, {"app": app_role}).fetchall())


def conditions_digest(connection: Connection[Any]) -> str:
    """A digest of what policies say; two major versions of PostgreSQL may write the same one in two ways."""
    return _digest(connection.execute(CONDITIONS).fetchall())


def _digest(lines: Any) -> str:
    return hashlib.sha256(json.dumps(lines, sort_keys=True).encode()).hexdigest()


def migration_of(connection: Connection[Any]) -> str:
    """The last migration of the database."""
    ((revision,),) = connection.execute("select version_num from alembic_version").fetchall()
    return str(revision)


def _count(connection: Connection[Any], table: str) -> int:
    query = sql.SQL("select count(*) from {}").format(sql.Identifier("public", table))
    ((count,),) = connection.execute(query).fetchall()
    return int(count)
