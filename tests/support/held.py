"""What a database held when a test began, and how it is given it back: the tables that changed, and nothing else.

A copy of a template costs a tenth of a second of processor, and as much again until its connections know their tables anew. What a
test leaves is seen by a digest of each table; its rows are put back by the superuser, whom neither triggers nor policies stop.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import psycopg
from psycopg import sql

#: bytes of rows to put back from which a copy of the template costs less
MOST = 2_000_000
#: of whatever is declared: tables, columns, functions, policies, triggers, constraints, rights
DECLARED = """
select md5(string_agg(line, '' order by line)) from (
  select (oid, relname, relkind, relowner, relacl, relrowsecurity, relforcerowsecurity)::text as line
    from pg_class where oid >= 16384 and relkind in ('r', 'p', 'i', 'I', 'v', 'm', 'S') and relpersistence <> 't'
  union all select (attrelid, attname, atttypid, attnotnull, attisdropped, attacl)::text
    from pg_attribute join pg_class on pg_class.oid = attrelid
    where attrelid >= 16384 and relkind in ('r', 'p') and attnum > 0 and relpersistence <> 't'
  union all select (oid, proname, proacl, md5(prosrc))::text from pg_proc where oid >= 16384
  union all select (oid, polname, polcmd)::text from pg_policy
  union all select (oid, tgname, tgenabled)::text from pg_trigger where not tgisinternal
  union all select (oid, conname, convalidated)::text from pg_constraint where oid >= 16384
) lines
"""
TABLES = """
select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and relpersistence <> 't' order by relname
"""
#: what a reading writes besides the journal, and what of a line tells of something else than a sign-in
LEFT = frozenset({"agent_session", "contact_reading", "feed_seen", "person_trace", "recent_search"})
READ = sql.SQL("to_jsonb(t) - 'read_at'")
LINES = {
    "agent": sql.SQL("to_jsonb(t) - 'last_signed_in_at'"),
    "announcement": READ,
    "notification": READ,
}
SEQUENCES = """
select relname from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace and relpersistence <> 't' order by relname
"""


@dataclass(frozen=True)
class Held:
    """What a database holds: what is declared, a digest and the rows of each table, where each sequence is."""

    declared: str
    digests: dict[str, str]
    rows: dict[str, bytes]
    sequences: dict[str, str]

    def put_back(self, database: psycopg.Connection) -> bool:
        """Make ``database`` hold this again; return whether it could: not when something was declared or dropped, or much written."""
        if _declared(database) != self.declared:
            return False
        now = digests(database, tuple(self.digests))
        changed = [name for name, was in self.digests.items() if now[name] != was]
        if sum(len(self.rows[name]) for name in changed) > MOST:
            return False
        with database.transaction():
            database.execute("set local session_replication_role = replica")
            for name in changed:
                self._fill(database, name)
            self._wind_back(database)
        return True

    def _fill(self, database: psycopg.Connection, name: str) -> None:
        table = sql.Identifier(name)
        database.execute(sql.SQL("delete from {}").format(table))
        if self.rows[name]:
            with database.cursor().copy(sql.SQL("copy {} from stdin").format(table)) as copy:
                copy.write(self.rows[name])

    def _wind_back(self, database: psycopg.Connection) -> None:
        now = _places(database, tuple(self.sequences))
        for name, place in self.sequences.items():
            if now[name] != place:
                last, is_called = place.strip("()").split(",")
                database.execute("select setval(%s::regclass, %s, %s)", [name, last, is_called])


def held_by(database: psycopg.Connection) -> Held:
    """What ``database``, seen by its superuser, holds."""
    names = _names(database, TABLES)
    return Held(
        declared=_declared(database),
        digests=digests(database, names),
        rows={name: _rows(database, name) for name in names},
        sequences=_places(database, _names(database, SEQUENCES)),
    )


def digests(
    database: psycopg.Connection, names: tuple[str, ...], *, is_whole: bool = True
) -> dict[str, str]:
    """A digest of the rows of each of the tables, in whatever order they stand; of whole rows, or of what a reading leaves as it was."""
    found = database.execute(_digests(names, is_whole=is_whole), prepare=True).fetchone()
    return dict(zip(names, found or (), strict=True))


@cache
def _digests(names: tuple[str, ...], *, is_whole: bool) -> sql.Composed:
    """One row of as many columns: a union of as many aggregates takes fifteen times as long."""
    one = "(select coalesce(sum(hashtextextended(({})::text, 0)), 0) || ':' || count(*) from {} t)"
    lines = {} if is_whole else LINES
    return _row(
        sql.SQL(one).format(lines.get(name, sql.SQL("t")), sql.Identifier(name)) for name in names
    )


@cache
def _asked_of_sequences(names: tuple[str, ...]) -> sql.Composed:
    one = "(select row(last_value, is_called)::text from {})"
    return _row(sql.SQL(one).format(sql.Identifier(name)) for name in names)


def _row(columns: Iterable[sql.Composed]) -> sql.Composed:
    return sql.SQL("select ") + sql.SQL(", ").join(columns)


def told(database: psycopg.Connection) -> dict[str, str]:
    """The same of what a reading leaves as it was: neither the journal, nor a sign-in, a search, nor that the feed or the bell was read."""
    names = _names(database, TABLES)
    kept = [name for name in names if name not in LEFT and not name.startswith("journal")]
    return digests(database, tuple(kept), is_whole=False)


def _rows(database: psycopg.Connection, name: str) -> bytes:
    with database.cursor().copy(sql.SQL("copy {} to stdout").format(sql.Identifier(name))) as copy:
        return b"".join(bytes(piece) for piece in copy)


def _declared(database: psycopg.Connection) -> str:
    (mark,) = database.execute(DECLARED, prepare=True).fetchone() or ("",)
    return str(mark)


def _names(database: psycopg.Connection, statement: str) -> tuple[str, ...]:
    return tuple(name for (name,) in database.execute(statement))


def _places(database: psycopg.Connection, names: tuple[str, ...]) -> dict[str, str]:
    found = database.execute(_asked_of_sequences(names), prepare=True).fetchone()
    return dict(zip(names, found or (), strict=True))
