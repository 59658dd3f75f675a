"""What of a partner's line may be shown to whom: one rule for the first lines, the refused ones and the checks.

Each source declares its nature. A public one is everybody's, a closed one nobody's. The text of a line of any other goes to whoever
holds the nature of the source in every département of the country, and to nobody else: the line may be refused because what says where
the firm is cannot be read, and a file is not cut by zone. Others see its shape: enough to tell what is wrong with a column, too little
to know of whom it speaks.
"""

from collections.abc import Collection, Iterable

from sqlalchemy.orm import Session

from app.core.access.identity import Identity, Nature
from app.habilitations.queries import list_departments
from scoring.data.sources.registry import SOURCES
from scoring.vocabulary import Openness


def raw_sources(session: Session, identity: Identity, sources: Iterable[str]) -> frozenset[str]:
    """Those of ``sources`` whose lines may be shown as they are to the agent."""
    country = [department.code for department in list_departments(session)]
    return frozenset(source for source in sources if _reads(identity, source, country))


def natures_of(sources: Iterable[str]) -> list[str]:
    """The natures of the lines of ``sources``, for the journal."""
    natures = (SOURCES[source].nature for source in sources)
    return sorted({nature for nature in natures if isinstance(nature, Nature)})


def shape(text: str) -> str:
    """``text`` with each digit as 9 and each letter as x: « 99999999999999;x ;99,9 »."""
    return "".join(
        "9" if letter.isdigit() else "x" if letter.isalpha() else letter for letter in text
    )


def _reads(identity: Identity, source: str, country: Collection[str]) -> bool:
    nature = SOURCES[source].nature
    if isinstance(nature, Openness):
        return nature is Openness.PUBLIC
    return bool(country) and set(country) <= set(identity.zones.get(nature, ()))
