"""Read visits. The note of another network is simply absent: row-level security leaves it out."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    and_,
    exists,
    func,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, joinedload, with_expression

from app.accounts.models import Administration, Agent
from app.cases.queries import is_supported
from app.companies.models import Establishment
from app.companies.queries import HEAD_OFFICE_FIRST
from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity
from app.core.database.keyset import Key, Slice, slice_of
from app.core.errors import NotFoundError
from app.core.work.events import EventKind
from app.detections.models import DetectionEntry, DetectionList
from app.network.comments.readers import Texts, accompanies, reaches
from app.network.timeline import FeedText
from app.visits.models import (
    ContactResult,
    Verdict,
    Visit,
    VisitCompanion,
    VisitListing,
    VisitNote,
    VisitPlace,
)

#: agents offered as having taken part, other establishments offered, contacts of one day that are told
OFFERED, PLACES, SAME_DAY = 300, 30, 5

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
    visit = session.scalar(select_visits().where(Visit.id == visit_id))
    if visit is None:
        raise NotFoundError
    return visit


def list_same_day(
    session: Session, _identity: Identity, siren: str, sirets: Sequence[str], day: date
) -> Sequence[Visit]:
    """Return the contacts with some establishments of a firm that somebody logged for a day, the last ones first."""
    also = exists().where(VisitPlace.visit_id == Visit.id, VisitPlace.siret.in_(sirets))
    there = (Visit.siren == siren, or_(Visit.siret.in_(sirets), also))
    logged = select_visits().where(*there, Visit.visited_on == day)
    return session.scalars(logged.order_by(Visit.id.desc()).limit(SAME_DAY)).all()


def list_places(session: Session, _identity: Identity, visit: Visit) -> Sequence[Establishment]:
    """Return the establishments that a visit was of, besides the first one."""
    others = select(VisitPlace.siret).where(VisitPlace.visit_id == visit.id)
    found = select(Establishment).where(Establishment.siret.in_(others))
    return session.scalars(found.order_by(Establishment.siret)).all()


def list_other_places(
    session: Session, identity: Identity, establishment: Establishment
) -> Sequence[Establishment]:
    """Return the other active establishments of a firm where the agent may log a visit, the first ones."""
    place = Establishment
    others = (place.siren == establishment.siren, place.siret != establishment.siret)
    statement = select(place).where(*others, place.is_active, place.department.is_not(None))
    if establishment.siren not in identity.case_sirens:
        statement = statement.where(place.department.in_(identity.departments))
    return session.scalars(statement.order_by(*HEAD_OFFICE_FIRST).limit(PLACES)).all()


def find_places(
    session: Session, _identity: Identity, siren: str, sirets: Collection[str]
) -> Sequence[Establishment]:
    """Return the establishments of a firm that bear some numbers."""
    if not sirets:
        return []
    found = (Establishment.siren == siren, Establishment.siret.in_(sirets))
    return session.scalars(select(Establishment).where(*found).order_by(Establishment.siret)).all()


def list_companions(session: Session, visit_id: int) -> Sequence[Agent]:
    """Return the agents who took part in a visit besides its author, as it is now, by name."""
    took_part = select(Agent).join(VisitCompanion, VisitCompanion.agent_id == Agent.id)
    order = (Agent.last_name, Agent.first_name, Agent.id)
    return session.scalars(
        took_part.where(VisitCompanion.visit_id == visit_id).order_by(*order)
    ).all()


def list_offered(
    session: Session, identity: Identity, texts: Texts, *, among: Collection[int] | None = None
) -> Sequence[Row[int, str, Administration]]:
    """Return who may have taken part in a visit, with their administration: those who accompany the firm, colleagues, then others.

    They are those who read what the zone knows of the firm. ``among``: these agents only.
    """
    mine = select(Agent.administration).where(Agent.id == identity.agent_id).scalar_subquery()
    named = select(Agent.id, Agent.full_name.label("name"), Agent.administration)
    others = named.where(reaches(texts), Agent.id != identity.agent_id)
    if among is not None:
        others = others.where(Agent.id.in_(among))
    near = (~accompanies(texts.siren), Agent.administration != mine, Agent.administration)
    order = (*near, Agent.last_name, Agent.first_name, Agent.id)
    with reading_as_system(session, reason="Participants d’une visite") as connection:
        return connection.execute(others.order_by(*order).limit(OFFERED)).all()


def slice_of_visits(
    session: Session, _identity: Identity, siren: str, *, cursor: str | None = None
) -> Slice[Visit]:
    """Return the visits of the firm, latest first."""
    statement = select_visits().where(Visit.siren == siren)
    key: Key = [Visit.visited_on.desc(), Visit.id.desc()]
    return slice_of(session, statement, key=key, cursor=cursor).scalars()


def is_visited(_identity: Identity, siren: ColumnElement[str]) -> ColumnElement[bool]:
    """SQL condition: a contact was logged with the firm of the row; used to mark and filter lists."""
    return exists().where(Visit.siren == siren)


def is_met(_identity: Identity, siren: ColumnElement[str]) -> ColumnElement[bool]:
    """SQL condition: the firm of the row answered whoever contacted it, by whatever means: what the measure of impact calls answered."""
    return exists().where(Visit.siren == siren, Visit.contact_result == ContactResult.REPONDU)


def is_untouched(identity: Identity, siren: ColumnElement[str]) -> ColumnElement[bool]:
    """SQL condition: nobody logged a contact with the firm of the row, nor follows it up in an accompagnement in reach."""
    return and_(not_(is_visited(identity, siren)), not_(is_supported(identity, siren)))


def contacting() -> Select[*tuple[Any, ...]]:
    """Select the firms with which a contact was logged, and the day of each."""
    return select(Visit.siren, Visit.visited_on.label("day"))


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


def select_visits() -> Select[Visit]:
    """Select visits with who took part, and the notes that whoever asks reads."""
    note = joinedload(Visit.note).joinedload(VisitNote.network)
    return select(Visit).options(
        joinedload(Visit.author), note, with_expression(Visit.others, _others())
    )


def _others() -> ScalarSelect[Any]:
    """Select who took part in the visit of the row besides its author: in the same statement, whatever the page."""
    person = func.jsonb_build_array(Agent.full_name, Agent.administration)
    named = func.jsonb_agg(aggregate_order_by(person, Agent.last_name, Agent.first_name, Agent.id))
    took_part = select(named).join(VisitCompanion, VisitCompanion.agent_id == Agent.id)
    return took_part.where(VisitCompanion.visit_id == Visit.id).correlate(Visit).scalar_subquery()


def has_visit(session: Session, case_id: int) -> bool:
    """Return whether a visit was logged in an accompagnement within reach."""
    logged = select(Visit.id).where(Visit.case_id == case_id)
    return session.scalar(logged.limit(1)) is not None
