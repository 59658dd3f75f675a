"""Persons are found by index: names, addresses and telephones of what names somebody, answered to whoever treats an open request."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0111"
down_revision = "0110"
branch_labels = None
depends_on = None

AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
AS_NOBODY = "select set_config('vigie.system', '', true)"
#: table -> (its key, the columns where persons are named); the kind of a trace is the name of its table
NAMED = {
    "agent": ("id", ("first_name", "last_name", "email", "telephone")),
    "interlocutor": ("id", ("name", "telephone", "email", "given_by")),
    "expert": ("id", ("name", "telephone", "email")),
    "solicitation_contact": ("solicitation_id", ("name", "telephone", "email")),
    "solicitation": ("id", ("firm_name", "message", "consent_by")),
    "need_message": ("id", ("body",)),
    "satisfaction": ("need_id", ("comment",)),
    "comment": ("id", ("body",)),
    "comment_version": ("id", ("body",)),
    "visit_note": ("visit_id", ("people_met", "body", "next_step")),
    "case_summary": ("id", ("context", "difficulties", "actions")),
    "attachment": ("id", ("name",)),
    "detection_answer": ("id", ("comment",)),
    "human_signal": ("id", ("comment",)),
    "deadline": ("id", ("what",)),
    "sitting_item": ("id", ("note", "decision")),
}
#: the words of a name, without case nor accents
PLAIN = """
create function vigie_person_plain(said text) returns text language sql stable parallel safe as $$
    select btrim(regexp_replace(lower(public.unaccent('public.unaccent'::regdictionary, said)), '[^a-z0-9]+', ' ', 'g'))
$$
"""
#: its words; its addresses after « @ »; the last nine digits of its telephones after « + »; its kind after « # »
TERMS = r"""
create function vigie_person_terms(kind text, said text) returns tsvector language sql stable parallel safe as $$
    select array_to_tsvector(array_agg(distinct term)) from (
        select '#' || kind as term
        union all select left(word, 200) from unnest(string_to_array(vigie_person_plain(said), ' ')) word where length(word) >= 2
        union all select '@' || lower(found[1]) from regexp_matches(said, '([\w.%+''-]+@[\w-]+(?:\.[\w-]+)+)', 'g') found
        union all select '+' || right(regexp_replace(found[1], '\D', '', 'g'), 9)
            from regexp_matches(said, '((?:\+|00)?\d(?:[ .()\u00a0\u202f-]{0,2}\d){8,14})', 'g') found
    ) terms
$$
"""
FOLLOW = f"""
create function person_trace_follow() returns trigger language plpgsql {rls.DEFINER} as $$
declare
    line jsonb := to_jsonb(case when tg_op = 'DELETE' then old else new end);
    number bigint := (line ->> tg_argv[0])::bigint;
    said text := (select string_agg(line ->> name, E'\\n') from unnest(string_to_array(tg_argv[1], ',')) name);
begin
    if tg_op = 'DELETE' then
        delete from person_trace where kind = tg_table_name and object_id = number;
        return null;
    end if;
    insert into person_trace (kind, object_id, terms)
    values (tg_table_name, number, vigie_person_terms(tg_table_name, coalesce(said, '')))
    on conflict (kind, object_id) do update set terms = excluded.terms;
    return null;
end $$
"""
#: what agents typed in the search box may be a name: kept as long as the line of the journal
TYPED = f"""
create function person_trace_typed() returns trigger language plpgsql {rls.DEFINER} as $$
begin
    insert into person_trace (kind, object_id, terms)
    values ('search', new.id, vigie_person_terms('search', coalesce(new.details ->> 'query', '')));
    return null;
end $$
"""
ON_JOURNAL = """
create trigger person_trace_typed after insert on journal for each row
when (new.event in ('search:box:used', 'search:box:suggested')) execute function person_trace_typed()
"""
FORGET = f"""
create function vigie_person_forget() returns void language plpgsql {rls.DEFINER} set enable_seqscan = off as $$
begin
    if vigie_system() then
        delete from person_trace where kind = 'search' and object_id < coalesce((select min(id) from journal), 0);
    end if;
end $$
"""
#: Numbers of objects of a kind, the last ones first, to whoever treats an open request, in person, once its person is known to be
#: who they say. Whatever is thought of how many there are, they are looked up in their index.
SEARCH = f"""
create function vigie_person_traces(request integer, place text, name text, email text, telephone text, bound integer)
returns table (object_id bigint) language plpgsql stable {rls.DEFINER} set enable_seqscan = off as $$
declare
    names text := (
        select '(' || string_agg(quote_literal(word), ' & ') || ')'
        from (select distinct unnest(string_to_array(vigie_person_plain(name), ' ')) as word) words where length(word) >= 2
    );
    sought text := concat_ws(' | ',
        names,
        quote_literal('@' || lower(nullif(email, ''))),
        quote_literal('+' || right(regexp_replace(nullif(telephone, ''), '\\D', '', 'g'), 9))
    );
begin
    if sought = '' or vigie_seen_by() is not null or not {rls.has_role("controleur")} or not exists (
        select from person_request r where r.id = request and r.handler_id = vigie_agent() and r.outcome is null and r.proof is not null
    ) then
        return;
    end if;
    return query
    with hits as materialized (
        select t.object_id from person_trace t where t.terms @@ (quote_literal('#' || place)::tsquery && sought::tsquery) limit 5000
    )
    select h.object_id from hits h order by h.object_id desc limit bound;
end $$
"""
FUNCTIONS = (
    "vigie_person_traces(integer, text, text, text, text, integer)", "vigie_person_forget()",
    "person_trace_typed()", "person_trace_follow()", "vigie_person_terms(text, text)", "vigie_person_plain(text)",
)  # fmt: skip


def upgrade() -> None:
    """Make the traces of what is held, have them follow it."""
    _create_table()
    for statement in (PLAIN, TERMS, FOLLOW, TYPED, FORGET, SEARCH):
        op.execute(statement)
    op.execute(AS_SYSTEM)
    for table, (key, columns) in NAMED.items():
        said = ", ".join(columns)
        op.execute(
            f"insert into person_trace (kind, object_id, terms) select '{table}', {key},"
            f" vigie_person_terms('{table}', concat_ws(E'\\n', {said})) from {table}"
        )
    op.execute(
        "insert into person_trace (kind, object_id, terms)"
        " select 'search', id, vigie_person_terms('search', coalesce(details ->> 'query', ''))"
        " from journal where event in ('search:box:used', 'search:box:suggested')"
    )
    op.execute(AS_NOBODY)
    op.create_index("ix_person_trace_terms", "person_trace", ["terms"], postgresql_using="gin")
    for table, (key, columns) in NAMED.items():
        follow = f"execute function person_trace_follow('{key}', '{','.join(columns)}')"
        op.execute(
            f"create trigger person_trace_follow after insert or update of {', '.join(columns)} or delete on {table}"
            f" for each row {follow}"
        )
    op.execute(ON_JOURNAL)


def downgrade() -> None:
    """Drop them: what is held has lost nothing."""
    op.execute("drop trigger person_trace_typed on journal")
    for table in NAMED:
        op.execute(f"drop trigger person_trace_follow on {table}")
    for function in FUNCTIONS:
        op.execute(f"drop function {function}")
    op.drop_table("person_trace")


def _create_table() -> None:
    """The application holds no privilege on it: under row-level security, PostgreSQL would not read its index (docs/adr/0028)."""
    op.create_table(
        "person_trace",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("object_id", sa.BigInteger, nullable=False),
        sa.Column("terms", postgresql.TSVECTOR, nullable=False),
        sa.PrimaryKeyConstraint("kind", "object_id", name="pk_person_trace"),
    )
    rls.revoke("person_trace", "all")
