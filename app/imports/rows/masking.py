"""What of a partner's line may be shown to whom: one rule for the first lines, the refused ones and the checks.

A public source is everybody's. The text of a line of any other goes to whoever holds the nature of the source in every
département of the country, and to nobody else: the line may be refused because what says where the firm is cannot be read, and a
file is not cut by zone. Others see its shape: enough to tell what is wrong with a column, too little to know of whom it speaks.
"""

from collections.abc import Collection, Iterable

from sqlalchemy.orm import Session

from app.core.access.identity import Identity, Nature
from app.habilitations.queries import list_departments
from scoring.data.sources.series import SERIES

#: sources that anybody may read
PUBLIC = frozenset(
    {
        "bodacc", "communes", "comptes", "sirene_etab", "sirene_histo", "sirene_succession", "sirene_ul",
        "sirene_ul_histo", "terrind",
        *(name for name, series in SERIES.items() if series.nature is None),
    }
)  # fmt: skip
#: the natures of the lines of the others; a source that is in neither is shown raw to nobody
NATURES: dict[str, frozenset[Nature]] = {
    **dict.fromkeys(
        (
            "admin_urssaf", "ccsf", "cotisation", "debit", "delai", "effectif", "effectif_ent",
            "paydex", "procol",
        ),
        frozenset({Nature.URSSAF}),
    ),
    **dict.fromkeys(("ap_conso", "ap_demande"), frozenset({Nature.ACTIVITE_PARTIELLE})),
    "bdf": frozenset({Nature.BANQUE_DE_FRANCE}),
    "diane": frozenset({Nature.COMPTES_CONFIDENTIELS}),
    **{name: frozenset({Nature(one.nature)}) for name, one in SERIES.items() if one.nature},
}  # fmt: skip


def raw_sources(session: Session, identity: Identity, sources: Iterable[str]) -> frozenset[str]:
    """Those of ``sources`` whose lines may be shown as they are to the agent."""
    country = [department.code for department in list_departments(session)]
    return frozenset(source for source in sources if _reads(identity, source, country))


def natures_of(sources: Iterable[str]) -> list[str]:
    """The natures of the lines of ``sources``, for the journal."""
    return sorted({nature for source in sources for nature in NATURES.get(source, ())})


def shape(text: str) -> str:
    """``text`` with each digit as 9 and each letter as x: « 99999999999999;x ;99,9 »."""
    return "".join(
        "9" if letter.isdigit() else "x" if letter.isalpha() else letter for letter in text
    )


def _reads(identity: Identity, source: str, country: Collection[str]) -> bool:
    if source in PUBLIC:
        return True
    natures = NATURES.get(source)
    if natures is None or not country:
        return False
    return all(set(country) <= set(identity.zones.get(nature, ())) for nature in natures)
