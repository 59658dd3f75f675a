"""Where data come from, and where they are: sources as they are declared, tables as the database describes them."""

import re
from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.text.french import number_fr
from app.operations.homologation.document import DossierPart, DossierTable
from scoring.data.sources.registry import SOURCES
from scoring.vocabulary import Nature, Openness

#: what is asked of each row, where a policy looks at its own column
OF_ROW = "celle de la ligne"
OPENNESS = {
    Openness.PUBLIC: "publique",
    Openness.CLOSED: "lue par personne, tant qu’une nature n’est pas décidée",
}
_TABLES = text(
    """
    select c.relname,
        case when c.relkind = 'r' then greatest(c.reltuples, 0) else (
            select sum(greatest(l.reltuples, 0)) from pg_partition_tree(c.oid) t join pg_class l on l.oid = t.relid where t.isleaf
        ) end,
        c.relrowsecurity and c.relforcerowsecurity,
        (select count(*) from pg_policy p where p.polrelid = c.oid),
        coalesce((select string_agg(coalesce(pg_get_expr(p.polqual, c.oid), ''), ' ') from pg_policy p
            where p.polrelid = c.oid and p.polcmd in ('r', '*')), ''),
        exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'nature' and not a.attisdropped)
    from pg_class c where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
    order by 1
    """
)


def sources() -> DossierPart:
    """The sources, each with the right that its lines are read with."""
    lines = [(source.name, source.title, _nature(source.nature)) for source in SOURCES.values()]
    return DossierPart(
        title="Sources des données",
        said=[f"{number_fr(len(lines))} sources ; colonnes, contrôles et dates : docs/sources.md."],
        table=DossierTable(headings=["source", "titre", "nature"], lines=lines),
    )


def _nature(nature: Nature | Openness) -> str:
    return nature.label if isinstance(nature, Nature) else OPENNESS[nature]


def tables(session: Session) -> DossierPart:
    """Each table: the natures that its policies ask for, whether they are forced, how many rows it holds, about."""
    found = session.execute(_TABLES).all()
    lines = [
        (name, ", ".join(natures(qualifiers, has_nature)), "forcée" if is_forced else "non", str(policies), number_fr(rows))
        for name, rows, is_forced, policies, qualifiers, has_nature in found
    ]  # fmt: skip
    forced = sum(1 for line in lines if line[2] == "forcée")
    return DossierPart(
        title="Tables, natures et sécurité des lignes",
        said=[
            (f"{number_fr(len(lines))} tables, dont {number_fr(forced)} où PostgreSQL décide de chaque ligne, même pour le propriétaire. "
            "Les lignes sont un ordre de grandeur, tel que le serveur l’estime. Qui lit quoi, et pourquoi les autres n’ont pas de "
            "politique : docs/security-tables.md.")
        ],
        table=DossierTable(headings=["table", "natures", "sécurité des lignes", "politiques", "lignes"], lines=lines),
    )  # fmt: skip


def natures(qualifiers: str, has_nature: bool) -> Sequence[str]:
    """Return the natures that the policies of reading of a table ask for, as their text names them."""
    named = [nature.label for nature in Nature if re.search(rf"'{nature.value}'", qualifiers)]
    return [*named, OF_ROW] if has_nature and not named else named
