"""What row-level security costs on each page, and what the tables take on disk."""

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import text

from app.core.database.cluster import started_cluster
from app.core.database.unit_of_work import TransactionalFlask
from bench import rights
from bench.pages import subject
from bench.portal.building import SERVED, owner_url, superuser
from bench.portal.gestures import list_paths, search_paths
from bench.portal.people import MANAGER
from tests.factories.network import system

#: fewer than at 3 000 firms: there are more pages, and they are longer
TURNS = rights.Turns(6, 8)
#: the lists among the ten of which the cost is measured
LISTS = ("by level", "by debt", "kept by debt")
LARGEST = """
select table_name, pg_size_pretty(sum(pg_table_size(part))), pg_size_pretty(sum(pg_indexes_size(part)))
from (select c.oid as part, coalesce(i.inhparent, c.oid)::regclass::text as table_name
    from pg_class c left join pg_inherits i on i.inhrelid = c.oid
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace) parts
group by table_name order by sum(pg_total_relation_size(part)) desc limit 12
"""


def rights_table(app: TransactionalFlask, home: Path) -> str:
    """Markdown: each page with the policies and without, read by a manager of France."""
    key, siren = subject(f"{MANAGER}-01@exemple.invalid")
    pages = {"home": "/", "firm": f"/entreprises/{siren}"}
    pages |= {f"list {name}": path for name, path in list_paths().items() if name in LISTS}
    searches = {f"search of {kind}": paths[0] for kind, paths in search_paths().items()}
    # A number is answered by an address, not by a page.
    pages |= {name: path for name, path in searches.items() if not name.endswith("identifier")}
    return rights.of_pages(app, key, pages, owner_url=owner_url(home), turns=TURNS)


def sizes_table(home: Path) -> str:
    """Markdown: the largest tables, partitions together, and the whole database."""
    with superuser(started_cluster(home), SERVED) as database:
        rows = database.execute(LARGEST).fetchall()
        whole = database.execute("select pg_size_pretty(pg_database_size(%s))", [SERVED]).fetchone()
    lines = [f"| `{name}` | {table} | {indexes} |" for name, table, indexes in rows]
    total = f"The database: {whole[0] if whole else '?'}."
    return "\n".join(["| table | rows | indexes |", "|---|---|---|", *lines, "", total])


def counts() -> Mapping[str, int]:
    """How many firms, establishments, series and lines of the list there are."""
    tables = {
        "firms": "company",
        "establishments": "establishment",
        "series": "company_series",
        "lines of the list": "detection_entry",
    }
    with system() as session:
        return {
            what: int(session.scalar(text(f"select count(*) from {table}")) or 0)
            for what, table in tables.items()
        }
