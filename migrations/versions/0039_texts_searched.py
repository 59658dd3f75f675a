"""What agents wrote is searched by index, by whoever reads it: comments, notes of visits, people met; what was searched lately."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
AS_NOBODY = "select set_config('vigie.system', '', true)"

#: French without accents: « trésorerie » is found by « tresoreries »
FRENCH = (
    "create text search configuration vigie_french (copy = pg_catalog.french)",
    "alter text search configuration vigie_french alter mapping for hword, hword_part, word with public.unaccent, french_stem",
)
#: words of a text, the people it names after « @ », and who reads it: its network after « #n », its firm's départements after « #d »,
#: its firm after « #s »
TERMS = """
create function vigie_text_terms(said text, met text, network_id integer, departments text[], siren text) returns tsvector
language sql stable parallel safe as $$
    select to_tsvector('public.vigie_french', said) || array_to_tsvector(
        coalesce(string_to_array('@' || replace(nullif(vigie_plain(met), ''), ' ', ' @'), ' '), '{}')
        || array['#n' || network_id, '#s' || siren]
        || array(select '#d' || code from unnest(departments) code))
$$
"""
OF_COMMENT = """
    insert into text_search (kind, text_id, written_at, terms)
    select 'comment', c.id, c.created_at, vigie_text_terms(c.body, '', c.network_id, c.departments, c.siren) from {rows} c
    where c.deleted_at is null
"""
OF_VISIT = """
    insert into text_search (kind, text_id, written_at, terms)
    select 'visit', v.visit_id, now(),
        vigie_text_terms(v.body || ' ' || v.next_step, v.people_met, v.network_id, v.departments, v.siren)
    from {rows} v
"""
#: what is rewritten is searched as it reads now, and keeps the date it was written on
AGAIN = " on conflict (kind, text_id) do update set terms = excluded.terms"
FOLLOW = f"""
create function text_search_follow() returns trigger language plpgsql {rls.DEFINER} as $$
begin
    if tg_table_name = 'comment' then
        {OF_COMMENT.format(rows="(select new.*)")}{AGAIN};
        if new.deleted_at is not null then
            delete from text_search where kind = 'comment' and text_id = new.id;
        end if;
    else
        {OF_VISIT.format(rows="(select new.*)")}{AGAIN};
    end if;
    return null;
end $$
"""
TRIGGER = "create trigger text_search_follow after insert or update on {table} for each row execute function text_search_follow()"
#: The texts that whoever asks reads, the last ones first: their audience and their zone narrow the index, then the policies of the
#: tables, which bind the owner too, say of each whether it is read. ``is_met``: it names somebody so called among the people met.
#: Whatever is thought of how many there are, the words are looked up in their index.
SEARCH = f"""
create function vigie_texts(typed text, bound integer) returns table (kind text, text_id integer, is_met boolean)
language plpgsql stable {rls.DEFINER} set enable_seqscan = off as $$
declare
    said tsquery := websearch_to_tsquery('public.vigie_french', typed);
    met tsquery := (
        select string_agg(quote_literal('@' || word)
            || case when rank = count and length(word) >= 3 then ':*' else '' end, ' & ')::tsquery
        from (select word, rank, count(*) over () as count
            from unnest(string_to_array(vigie_plain(typed), ' ')) with ordinality as words (word, rank)) words
        where word <> ''
    );
    audience tsquery := (select string_agg(quote_literal('#n' || number), ' | ')::tsquery from unnest(vigie_networks()) number);
    reach tsquery := (
        select string_agg(quote_literal(mark), ' | ')::tsquery from (
            select '#d' || code from unnest(vigie_departments()) code
            union all select '#s' || siren from unnest(vigie_case_sirens()) siren
        ) marks (mark)
    );
begin
    -- An empty query narrows nothing: whoever belongs nowhere reads nothing.
    if audience is null or reach is null or met is null then
        return;
    end if;
    return query
    with hits as materialized (
        select t.kind, t.text_id, t.written_at, t.terms @@ met as is_met from text_search t
        where t.terms @@ ((case when numnode(said) = 0 then met else said || met end) && audience && reach)
        limit 5000
    )
    select h.kind, h.text_id, h.is_met from hits h
    where case h.kind
        when 'comment' then exists (select from comment c where c.id = h.text_id)
        else exists (select from visit_note v where v.visit_id = h.text_id)
    end
    order by h.is_met desc, h.written_at desc, h.text_id desc
    limit bound;
end $$
"""


def upgrade() -> None:
    """Make the words of the texts, have them follow the texts, and the searches lately made."""
    for statement in FRENCH:
        op.execute(statement)
    op.execute(TERMS)
    _create_table()
    op.execute(AS_SYSTEM)
    op.execute(OF_COMMENT.format(rows="comment"))
    op.execute(OF_VISIT.format(rows="visit_note"))
    op.execute(AS_NOBODY)
    op.create_index("ix_text_search_terms", "text_search", ["terms"], postgresql_using="gin")
    op.execute(FOLLOW)
    for table in ("comment", "visit_note"):
        op.execute(TRIGGER.format(table=table))
    op.execute(SEARCH)
    _create_recent()


def downgrade() -> None:
    """Drop them: the texts have lost nothing."""
    op.drop_table("recent_search")
    op.execute("drop function vigie_texts(text, integer)")
    for table in ("comment", "visit_note"):
        op.execute(f"drop trigger text_search_follow on {table}")
    op.execute("drop function text_search_follow()")
    op.drop_table("text_search")
    op.execute("drop function vigie_text_terms(text, text, integer, text[], text)")
    op.execute("drop text search configuration vigie_french")


def _create_table() -> None:
    """The application holds no privilege on it: words of texts are reached through the function alone."""
    op.create_table(
        "text_search",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("text_id", sa.Integer, nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("terms", postgresql.TSVECTOR, nullable=False),
        sa.PrimaryKeyConstraint("kind", "text_id", name="pk_text_search"),
    )
    rls.revoke("text_search", "all")


def _create_recent() -> None:
    op.create_table(
        "recent_search",
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("searched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("agent_id", "query", name="pk_recent_search"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_recent_search_agent_id_agent"),
    )
    op.create_index("ix_recent_search_searched_at", "recent_search", ["searched_at"])
    mine = rls.MINE
    rls.protect("recent_search", read=mine, insert=mine, update=mine, delete=mine)
