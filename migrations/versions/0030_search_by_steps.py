"""What is searched of a firm stands apart, in plain letters: names, towns and words, each found by an index."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

AS_SYSTEM = "select set_config('vigie.system', 'on', true)"
AS_NOBODY = "select set_config('vigie.system', '', true)"

#: legal forms as names write them: they tell firms apart for nobody
FORMS = "sarl|sas|sasu|eurl|sa|sci|scp|snc|scop|scic|scm|sca|scs|scea|earl|gaec|gie|ei|eirl|selarl|selas|selafa|selca"
#: lower case, no accent, no punctuation (« S.A.R.L. » is one word), « saint » in full, no legal form unless there is nothing else;
#: cut where an index could not hold it
PLAIN = rf"""
create function vigie_plain(said text) returns text language sql immutable strict parallel safe as $$
    select coalesce(nullif(btrim(regexp_replace(full_words, '\m({FORMS})\M *', '', 'g')), ''), btrim(full_words))
    from (select regexp_replace(regexp_replace(regexp_replace(
        lower(public.unaccent('public.unaccent'::regdictionary, left(said, 400))),
        '\m([a-z])\.(?=[a-z]\M)', '\1', 'g'), '[^a-z0-9]+', ' ', 'g'), '\mst(e?)\M', 'saint\1', 'g') as full_words) said
$$
"""
#: the words of a name as they are; those of a town after « @ », the town itself after « = », the départements after « # »
TERMS = """
create function vigie_terms(name text, town text, departments text[]) returns tsvector language sql immutable parallel safe as $$
    select array_to_tsvector(
        string_to_array(name, ' ') || string_to_array('@' || replace(town, ' ', ' @'), ' ') || ('=' || town)
        || string_to_array('#' || array_to_string(departments, ' #'), ' '))
$$
"""
#: what is searched of the rows of `company` that {changed} gives, and the words that a mistyped one is looked for among: too short,
#: one would resemble anything
WRITE = """
    with changed as ({changed}),
    plain as (
        select siren, vigie_plain(name) as name, coalesce(vigie_plain(commune), '') as town, department, departments from changed
    ),
    written as (
        insert into company_search as known (siren, name, town, department, terms)
        select siren, name, town, department, vigie_terms(name, town, departments) from plain
        on conflict (siren) do update set (name, town, department, terms)
            = row (excluded.name, excluded.town, excluded.department, excluded.terms)
    )
    insert into search_word
    select distinct word from plain, unnest(string_to_array(name || ' ' || town, ' ')) word where length(word) >= 4
    on conflict do nothing
"""
SEARCHED = "siren, name, commune, department, departments"
EVERY = WRITE.format(changed=f"select {SEARCHED} from company")
ADDED = WRITE.format(changed=f"select {SEARCHED} from after_it")
#: a month changes the workforce of most firms, and what is searched of a few
CHANGED = WRITE.format(
    changed=f"select {SEARCHED} from after_it except select {SEARCHED} from before_it"
)
FOLLOW = f"""
create function company_search_follow() returns trigger language plpgsql {rls.DEFINER} as $$
begin
    if tg_op = 'INSERT' then
        {ADDED};
    else
        {CHANGED};
    end if;
    return null;
end $$
"""
TRIGGER = """
create trigger company_search_{act} after {act} on company referencing {tables}
for each statement execute function company_search_follow()
"""


def upgrade() -> None:
    """Make the tables, fill them, and have them follow `company`."""
    op.execute(PLAIN)
    op.execute(TERMS)
    _create_tables()
    op.execute(AS_SYSTEM)
    op.execute(EVERY)
    op.execute(AS_NOBODY)
    _create_indexes()
    op.execute(FOLLOW)
    op.execute(TRIGGER.format(act="insert", tables="new table as after_it"))
    op.execute(TRIGGER.format(act="update", tables="old table as before_it new table as after_it"))
    op.drop_index("ix_company_name_sort_trgm", "company")
    _create_typing()


def downgrade() -> None:
    """Drop them: `company` has lost nothing."""
    op.drop_table("search_typing")
    op.create_index(
        "ix_company_name_sort_trgm",
        "company",
        ["name_sort"],
        postgresql_using="gin",
        postgresql_ops={"name_sort": "gin_trgm_ops"},
    )
    for act in ("insert", "update"):
        op.execute(f"drop trigger company_search_{act} on company")
    op.execute("drop function company_search_follow()")
    op.drop_table("search_word")
    op.drop_table("company_search")
    op.execute("drop function vigie_terms(text, text, text[])")
    op.execute("drop function vigie_plain(text)")


def _create_tables() -> None:
    """Without row-level security: under it, PostgreSQL reads no index but those of its own safe comparisons (docs/adr/0028)."""
    op.create_table(
        "company_search",
        sa.Column("siren", sa.String(9), nullable=False),
        sa.Column("name", sa.Text(collation="C"), nullable=False),
        sa.Column("town", sa.Text(collation="C"), nullable=False),
        sa.Column("department", sa.Text),
        sa.Column("terms", postgresql.TSVECTOR, nullable=False),
        sa.PrimaryKeyConstraint("siren", name="pk_company_search"),
    )
    op.create_table(
        "search_word",
        sa.Column("word", sa.Text(collation="C"), nullable=False),
        sa.PrimaryKeyConstraint("word", name="pk_search_word"),
    )
    for table in ("company_search", "search_word"):
        rls.revoke(table, "insert", "update", "delete")


def _create_indexes() -> None:
    op.create_index("ix_company_search_name", "company_search", ["name", "siren"])
    op.create_index(
        "ix_company_search_department_name", "company_search", ["department", "name", "siren"]
    )
    op.create_index(
        "ix_company_search_terms",
        "company_search",
        ["terms"],
        postgresql_using="gin",
        # What is not yet in its place is read by every search: little of it.
        postgresql_with={"gin_pending_list_limit": "1024"},
    )
    op.create_index(
        "ix_search_word_trgm",
        "search_word",
        ["word"],
        postgresql_using="gin",
        postgresql_ops={"word": "gin_trgm_ops"},
        # Few words are new once a country is known; what is pending would make PostgreSQL prefer reading them all.
        postgresql_with={"fastupdate": "off"},
    )


def _create_typing() -> None:
    """Suggestions read by an agent since the last line of the journal that says so."""
    op.create_table(
        "search_typing",
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("lists", sa.Integer, nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("agent_id", name="pk_search_typing"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_search_typing_agent_id_agent"),
    )
    rls.protect("search_typing", read=rls.MINE, insert=rls.MINE, update=rls.MINE)
    rls.revoke("search_typing", "delete")
