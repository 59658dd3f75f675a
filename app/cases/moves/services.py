"""Move an accompagnement to the establishment that took over its own, or a follow to the firm that did."""

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.cases import queries
from app.cases.models import Case
from app.cases.services import ALREADY_OPEN, record_state, require_open
from app.companies.models import Company, Establishment
from app.companies.successions.queries import list_links, took_over
from app.core import journal
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.text.french import siret_fr
from app.network import queries as network
from app.network.services import follow, follow_by_acting, unfollow
from app.unlocks import services as unlocks
from app.unlocks.policies import to_open

NOT_SUCCESSOR = "Cet établissement n’a pas succédé à celui de l’accompagnement."
NOT_MINE = (
    "L’établissement qui a succédé n’est pas dans votre zone : un agent de son département peut y ouvrir"
    " un accompagnement et vous y inviter."
)
CLOSED_TOO = "L’établissement qui a succédé est fermé lui aussi."
NEEDS_A_MOTIVE = (
    "Cela vous ouvrirait les données confidentielles d’une autre entreprise : ouvrez un accompagnement"
    " sur l’établissement qui a succédé, en disant pourquoi."
)


def move_case(session: Session, identity: Identity, case: Case, siret: str) -> None:
    """Move an open accompagnement to an establishment that took over its own.

    To another firm, what it had opened of the former one ends, and what invitations gave stays behind; it opens nothing there.
    """
    require_open(session, case)
    place = _successor(session, identity, case, siret)
    former, is_elsewhere = case.siret, place.siren != case.siren
    if is_elsewhere:
        _require_nothing_to_open(identity, place.company)
        unlocks.end_with_case(session, identity, case.unlock_id)
    _carry(session, case, siret)
    said = f"Déplacé de l’établissement {siret_fr(former)} à celui qui lui a succédé, {siret_fr(siret)}."
    record_state(session, identity, case, before=case.state, reason=said)
    journal.record(
        session, identity, journal.Event.CASE_MOVED, siren=case.siren,
        case_id=case.id, before=former, after=siret,
    )  # fmt: skip
    if is_elsewhere:
        follow_by_acting(session, identity, place.company)


def move_follow(session: Session, identity: Identity, company: Company, siret: str) -> Company:
    """Follow the firm that took over an establishment of ``company`` instead of it, at the same level; return that firm."""
    place = took_over(session, identity, company.siren, siret)
    current = network.find_follow(session, identity, company.siren)
    if place is None or place.siren == company.siren:
        raise DomainError("Cette entreprise n’a pas succédé à celle que vous suivez.")
    if current is None:
        raise DomainError("Vous ne suivez pas cette entreprise.")
    level = current.level
    unfollow(session, identity, company)
    if network.find_follow(session, identity, place.siren) is None:
        follow(session, identity, place.company, level=level)
    return place.company


def _successor(session: Session, identity: Identity, case: Case, siret: str) -> Establishment:
    places = [row.place for row in list_links(session, identity, case.siret).successors]
    place = next((place for place in places if place.siret == siret), None)
    if place is None:
        raise DomainError(NOT_SUCCESSOR)
    if not identity.covers([place.department]):
        raise DomainError(NOT_MINE)
    if not place.is_active:
        raise DomainError(CLOSED_TOO)
    if queries.find_open_case(session, siret) is not None:
        raise DomainError(ALREADY_OPEN)
    return place


def _require_nothing_to_open(identity: Identity, company: Company) -> None:
    if to_open(identity, company):
        raise DomainError(NEEDS_A_MOTIVE)


def _carry(session: Session, case: Case, siret: str) -> None:
    """Change where the accompagnement is, as the database alone may."""
    session.flush()
    try:
        with session.begin_nested():
            session.execute(select(func.case_move(case.id, siret)))
    except IntegrityError as error:
        if "uq_support_case_open_siret" not in str(error.orig):
            raise
        raise DomainError(ALREADY_OPEN) from None
    session.refresh(case)
