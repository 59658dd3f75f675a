"""The readings of one firm: who opened its pages, and on what grounds."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.cases.queries import refers_to
from app.companies.queries import get_company
from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity, Role
from app.core.database.keyset import Key, Page, page_of
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
    refers = refers_to(session, identity, siren)
    return Trail(number=siren, name=company.name, is_referent=refers)


def page_of_readings(session: Session, trail: Trail, *, cursor: str | None) -> Page[Row[Any]]:
    """Return ``(id, recorded_at, actor_name, details)`` of each reading of the firm, latest first.

    Read with the system's rights: a référent sees others' readings of this firm, and nothing else.
    """
    line = JournalEntry
    of_firm = (line.siren == trail.number, line.event == Event.COMPANY_READ.value)
    statement = select(line.id, line.recorded_at, line.actor_name, line.details).where(*of_firm)
    # Lines follow one another in time as by number: the index of the firm is in the order of time.
    key: Key = [line.recorded_at.desc(), line.id.desc()]
    with reading_as_system(session, reason="Consultations d’une entreprise") as connection:
        return page_of(connection, statement, key=key, cursor=cursor)
