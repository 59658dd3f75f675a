"""Which legal units and establishments of Sirene are shown, and which are left out: closed, and named by nothing.

INSEE’s files hold all that ever was: sixteen million closed legal units, twenty-five million closed establishments. The lake keeps
them (a firm that failed is learnt from once it is closed); what is shown of them is what something refers to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import ibis
from ibis.expr.types import Table

from scoring.data.engine import Backend
from scoring.data.lake import Tables
from scoring.data.sources.registry import SOURCES

STOCK = ("sirene_ul", "sirene_etab")
#: What tells of units and establishments by themselves refers to none of them.
ITSELF = (*STOCK, "sirene_histo", "sirene_ul_histo")
#: Columns that name an establishment.
PLACES = ("siret", "predecessor", "successor")


@dataclass(frozen=True, kw_only=True)
class Held:
    """What whoever shows Sirene already holds: firms (siren), establishments (siret), and the firms (siren) that people work on."""

    firms: Table
    places: Table
    followed: Table


def left_out_units(tables: Tables, con: Backend, known: Held) -> Table:
    """Return siren: the legal units that are closed, without an open establishment, and that nothing names."""
    units, places = (tables.table(con, source) for source in STOCK)
    idle = units.filter(~units.is_active).select("siren")
    open_places = places.filter(places.is_active.fill_null(True)).select("siren")
    for named in (_named(tables, con, by="siren"), known.firms, known.followed, open_places):
        idle = idle.anti_join(named.select("siren"), "siren")
    return idle


def left_out_places(tables: Tables, con: Backend, known: Held, *, units: Table) -> Table:
    """Return siret: the closed establishments that nothing names; the head office of a firm that is shown stays.

    `units` are the legal units left out.
    """
    shown = tables.table(con, "sirene_ul").anti_join(units, "siren").select("siren")
    places = tables.table(con, "sirene_etab")
    idle = places.filter(~places.is_active)
    for named in (_named(tables, con, by="siret"), known.places):
        idle = idle.anti_join(named.select("siret"), "siret")
    others = idle.filter(~idle.is_head_office).select("siret")
    seats = idle.filter(idle.is_head_office)
    for firms in (shown, _named(tables, con, by="siren"), known.firms):
        seats = seats.anti_join(firms.select("siren"), "siren")
    return ibis.union(others, seats.select("siret"))


def _named(tables: Tables, con: Backend, *, by: str) -> Table:
    """Return what the other sources name: `siret`, or `siren` (that of their establishments included), many times over."""
    return ibis.union(
        ibis.memtable([], schema={by: "string"}),
        *(
            tables.table(con, source).select(
                **{by: ibis._[column].left(9 if by == "siren" else 14)}
            )
            for source, column in _naming(by)
            if tables.published(source)
        ),
    )


def _naming(by: str) -> Iterator[tuple[str, str]]:
    """Yield the sources and the columns by which they name a firm or an establishment."""
    for name, source in SOURCES.items():
        if name not in ITSELF:
            firms = ("siren",) if by == "siren" and "siren" in source.schema else ()
            for column in firms or PLACES:
                if column in source.schema:
                    yield name, column
