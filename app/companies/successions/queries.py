"""Reading what became of establishments."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session, joinedload

from app.companies.models import Company, Establishment
from app.companies.successions.models import EstablishmentSuccession
from app.core.access.identity import Identity

#: links read of an establishment; more would be an error of the file
MOST = 20


@dataclass(frozen=True, kw_only=True)
class Succession:
    """A link, and the establishment at its other end, with its firm."""

    link: EstablishmentSuccession
    place: Establishment


@dataclass(frozen=True, kw_only=True)
class Lineage:
    """What took over an establishment, and what it took over, the last first."""

    successors: Sequence[Succession]
    predecessors: Sequence[Succession]


def list_links(session: Session, _identity: Identity, siret: str) -> Lineage:
    """What became of an establishment, and where it comes from."""
    link = EstablishmentSuccession
    is_before = link.predecessor == siret
    other = case((is_before, link.successor), else_=link.predecessor)
    rows = session.execute(
        select(link, Establishment)
        .join(Establishment, Establishment.siret == other)
        .where(or_(is_before, link.successor == siret))
        .options(joinedload(Establishment.company).undefer(Company.readable))
        .order_by(link.linked_on.desc(), other)
        .limit(MOST)
    )
    found = [Succession(link=each, place=place) for each, place in rows]
    after = [each for each in found if each.link.predecessor == siret]
    return Lineage(successors=after, predecessors=[each for each in found if each not in after])


def took_over(
    session: Session, _identity: Identity, siren: str, siret: str
) -> Establishment | None:
    """The establishment ``siret``, with its firm, if it took over one of the firm ``siren``."""
    link = EstablishmentSuccession
    of_firm = link.predecessor.between(siren, siren + "99999")
    return session.scalar(
        select(Establishment)
        .where(
            Establishment.siret == siret,
            select(link).where(link.successor == siret, of_firm).exists(),
        )
        .options(joinedload(Establishment.company).undefer(Company.readable))
    )


def map_successors(session: Session, _identity: Identity, sirets: Iterable[str]) -> dict[str, str]:
    """The last successor of each of these establishments that has one."""
    rows = session.execute(
        select(EstablishmentSuccession.predecessor, EstablishmentSuccession.successor)
        .where(EstablishmentSuccession.predecessor.in_(list(sirets)))
        .order_by(EstablishmentSuccession.linked_on)
    )
    return {row.predecessor: row.successor for row in rows}
