"""The list of sources. Adding a source is one module with a `SOURCE`, one line here, one test.

A monthly indicator needs no module: it is declared in `scoring/data/sources/series/`.
"""

from __future__ import annotations

from pathlib import Path

from scoring.data.sources import (
    admin_urssaf,
    ap_conso,
    ap_demande,
    bdf,
    bodacc,
    ccsf,
    communes,
    comptes,
    cotisation,
    debit,
    delai,
    diane,
    effectif,
    effectif_ent,
    ellisphere,
    listes,
    paydex,
    procol,
    sirene_etab,
    sirene_histo,
    sirene_succession,
    sirene_ul,
    sirene_ul_histo,
    terrind,
)
from scoring.data.sources.archives import COMPRESSIONS, plain_name
from scoring.data.sources.base import Source
from scoring.data.sources.returned import original_name, returned_name
from scoring.data.sources.series import SERIES, SeriesError

MODULES = (
    sirene_ul,
    sirene_etab,
    sirene_histo,
    sirene_ul_histo,
    sirene_succession,
    effectif,
    effectif_ent,
    cotisation,
    debit,
    delai,
    ccsf,
    procol,
    admin_urssaf,
    ap_demande,
    ap_conso,
    bodacc,
    comptes,
    bdf,
    diane,
    paydex,
    ellisphere,
    listes,
    communes,
    terrind,
)


def _all() -> dict[str, Source]:
    sources = {module.SOURCE.name: module.SOURCE for module in MODULES}
    for name, series in SERIES.items():
        if name in sources:
            raise SeriesError(f"{name}.yaml : ce nom est celui d’une source.")
        sources[name] = series.source
    return sources


SOURCES: dict[str, Source] = _all()
# The status of the command that gives rejected lines back, when it has none to give.
NOT_KEPT = 3


def identify(path: Path) -> Source | None:
    """Return the source a file belongs to, judging by its name alone; None when there is none."""
    name = plain_name(path)
    return next((source for source in SOURCES.values() if source.owns(name)), None)


def returned_as(file_name: str) -> str:
    """Return the name under which the rejected lines of a file are given back, and sent again."""
    return returned_name(original_name(file_name))


def why_ignored(path: Path) -> str:
    """Say in French, without naming it, why a file that belongs to no source is not read, and what to do."""
    alike = path.with_suffix("") if path.suffix.lower() in COMPRESSIONS else path
    readable = (alike.with_suffix(suffix) for suffix in (".csv", ".xlsx"))
    source = next((source for name in readable if (source := identify(name))), None)
    if source is None or alike.suffix.lower() == ".csv":
        return "son nom n’est celui d’aucun fichier partenaire connu"
    return (
        f"« {alike.suffix} » ne se lit pas : si c’est « {source.title} », enregistrez-le en CSV"
        " et renvoyez-le"
    )
