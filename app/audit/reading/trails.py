"""The readings of one firm: who opened its pages, and on what grounds."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from app.cases.queries import list_cases_of_company
from app.companies.queries import get_company
from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity, Role
from app.core.database.keyset import Page, page_of
from app.core.errors import NotFoundError
from app.core.journal import Event, JournalEntry

DIGITS = 9


@dataclass(frozen=True, kw_only=True)
class Trail:
    """The firm whose readings are requested. It has no ``siren``: opening the trail is not reading the firm."""

    number: str
    #: unknown to those who may read no firm
    name: str | None = None
    is_referent: bool = False


def get_trail(session: Session, identity: Identity, siren: str) -> Trail:
    """Return the trail of a firm; a controller, who reads no firm, sees only its number. Raise `NotFoundError` out of reach."""
    if identity.has_role(Role.CONTROLEUR):
        if not (siren.isascii() and siren.isdigit() and len(siren) == DIGITS):
            raise NotFoundError
        return Trail(number=siren)
    company = get_company(session, identity, siren)
    cases = list_cases_of_company(session, identity, siren)
    refers = any(case.is_open and case.is_referent(identity.agent_id) for case in cases)
    return Trail(number=siren, name=company.name, is_referent=refers)


def page_of_readings(session: Session, trail: Trail, *, cursor: str | None) -> Page[Row[Any]]:
    """Return ``(id, recorded_at, actor_name, details)`` of each reading of the firm, latest first.

    Read with the system's rights: a référent sees others' readings of this firm, and nothing else.
    """
    line = JournalEntry
    of_firm = (line.siren == trail.number, line.event == Event.COMPANY_READ.value)
    statement = select(line.id, line.recorded_at, line.actor_name, line.details).where(*of_firm)
    counted = select(func.count()).where(*of_firm)
    with reading_as_system(session, reason="Consultations d’une entreprise") as connection:
        return page_of(connection, statement, key=[line.id.desc()], cursor=cursor, counted=counted)
