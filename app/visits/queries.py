"""Read visits. The note of another network is simply absent: row-level security leaves it out."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, not_, select, true
from sqlalchemy.orm import Session, joinedload

from app.cases.queries import is_supported
from app.companies.models import Establishment
from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity
from app.core.database.keyset import Key, Slice, slice_of
from app.core.errors import NotFoundError
from app.core.work.events import EventKind
from app.detections.models import DetectionEntry, DetectionList
from app.network.timeline import FeedText
from app.visits.models import ContactResult, Verdict, Visit, VisitListing, VisitNote

#: what the feed begins of a contact that was logged: its correction is another event, of the same note
NOTES = FeedText(
    kind=EventKind.VISIT_LOGGED,
    table=VisitNote,
    number=VisitNote.__table__.c.visit_id,
    body=func.nullif(VisitNote.__table__.c.body, ""),
    network_id=VisitNote.__table__.c.network_id,
    is_kept=true(),
)


def get_visit(session: Session, _identity: Identity, visit_id: int) -> Visit:
    """Return the visit, with its note if the agent is in its audience; raise `NotFoundError` out of reach."""
    visit = session.scalar(_visits().where(Visit.id == visit_id))
    if visit is None:
        raise NotFoundError
    return visit


def find_same_day(session: Session, establishment: Establishment, day: date) -> Visit | None:
    """Return the last contact with the establishment that somebody logged for a day, if any."""
    there = (Visit.siren == establishment.siren, Visit.siret == establishment.siret)
    logged = _visits().where(*there, Visit.visited_on == day)
    return session.scalars(logged.order_by(Visit.id.desc()).limit(1)).first()


def slice_of_visits(
    session: Session, _identity: Identity, siren: str, *, cursor: str | None = None
) -> Slice[Visit]:
    """Return the visits of the firm, latest first."""
    statement = _visits().where(Visit.siren == siren)
    key: Key = [Visit.visited_on.desc(), Visit.id.desc()]
    return slice_of(session, statement, key=key, cursor=cursor).scalars()


def is_visited(_identity: Identity, siren: ColumnElement[str]) -> ColumnElement[bool]:
    """SQL condition: a contact was logged with the firm of the row; used to mark and filter lists."""
    return exists().where(Visit.siren == siren)


def is_met(_identity: Identity, siren: ColumnElement[str]) -> ColumnElement[bool]:
    """SQL condition: the firm of the row answered whoever contacted it, which the measure of impact calls met."""
    return exists().where(Visit.siren == siren, Visit.contact_result == ContactResult.REPONDU)


def is_untouched(identity: Identity, siren: ColumnElement[str]) -> ColumnElement[bool]:
    """SQL condition: nobody logged a contact with the firm of the row, nor follows it up in an accompagnement in reach."""
    return and_(not_(is_visited(identity, siren)), not_(is_supported(identity, siren)))


def confirming() -> Select[*tuple[Any, ...]]:
    """Select the firms where a contact confirmed a difficulty, and the day of each."""
    confirmed = Visit.verdict == Verdict.CONFIRMEE
    return select(Visit.siren, Visit.visited_on.label("day")).where(confirmed)


def find_listed(session: Session, siren: str) -> Row[int, float] | None:
    """Return the firm's ``(entry_id, p_select)`` in the last published list, if it is listed.

    Read with the system's rights: the selection probability weights the verdict whoever visits the firm; it is never shown.
    """
    last = select(DetectionList.id).where(DetectionList.published_at.is_not(None))
    last = last.order_by(DetectionList.published_at.desc(), DetectionList.id.desc()).limit(1)
    statement = select(DetectionEntry.id, DetectionEntry.p_select).where(
        DetectionEntry.list_id == last.scalar_subquery(), DetectionEntry.siren == siren
    )
    with reading_as_system(session, reason="Liste en vigueur") as connection:
        return connection.execute(statement).one_or_none()


def find_p_select(session: Session, visit_id: int) -> float | None:
    """Return the probability with which the firm was selected for the list in force at the time of a visit; `None` outside a list."""
    listed = VisitListing.entry_id == DetectionEntry.id
    statement = select(DetectionEntry.p_select).join(VisitListing, listed)
    statement = statement.where(VisitListing.visit_id == visit_id)
    with reading_as_system(session, reason="Liste en vigueur") as connection:
        return connection.execute(statement).scalar_one_or_none()


def _visits() -> Select[Visit]:
    note = joinedload(Visit.note).joinedload(VisitNote.network)
    return select(Visit).options(joinedload(Visit.author), note)


def has_visit(session: Session, case_id: int) -> bool:
    """Return whether a visit was logged in an accompagnement within reach."""
    logged = select(Visit.id).where(Visit.case_id == case_id)
    return session.scalar(logged.limit(1)) is not None
