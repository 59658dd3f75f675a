"""Reading what became of establishments."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.companies.models import Company, Establishment
from app.companies.successions.models import EstablishmentSuccession
from app.core.access.identity import Identity

#: links read of an establishment; more would be an error of the file
MOST = 10


@dataclass(frozen=True, kw_only=True)
class Succession:
    """A link, and the establishment at its other end, with its firm."""

    link: EstablishmentSuccession
    place: Establishment


def list_successors(session: Session, _identity: Identity, siret: str) -> Sequence[Succession]:
    """Which establishments took over this one, the last first."""
    return _linked(session, siret, is_forward=True)


def list_predecessors(session: Session, _identity: Identity, siret: str) -> Sequence[Succession]:
    """Which establishments this one took over, the last first."""
    return _linked(session, siret, is_forward=False)


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


def _linked(session: Session, siret: str, *, is_forward: bool) -> list[Succession]:
    own, other = EstablishmentSuccession.predecessor, EstablishmentSuccession.successor
    if not is_forward:
        own, other = other, own
    rows = session.execute(
        select(EstablishmentSuccession, Establishment)
        .join(Establishment, Establishment.siret == other)
        .where(own == siret)
        .options(joinedload(Establishment.company).undefer(Company.readable))
        .order_by(EstablishmentSuccession.linked_on.desc(), other)
        .limit(MOST)
    )
    return [Succession(link=link, place=place) for link, place in rows]
