"""Find what may be of a person, place by place, and what was recognised as theirs; the journal says that both were read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity
from app.core.errors import NotFoundError
from app.core.persons.index import MOST
from app.core.persons.places import HeldObject, PersonPlace, person_places
from app.core.persons.sought import MatchGround, Sought
from app.records.persons.models import PersonFinding, PersonRequest, PersonSearch

WHY = "Recherche d’une personne pour sa demande"
#: searches of one request that its page lists; findings that one request may have
SHOWN, MOST_FINDINGS = 20, 500


@dataclass(frozen=True, kw_only=True)
class Match:
    """Something that may be of the person: the place, the object, by what they were recognised."""

    place: PersonPlace
    held: HeldObject
    grounds: frozenset[MatchGround]
    #: same names, but another address or telephone: somebody else, perhaps
    is_elsewhere: bool


@dataclass(frozen=True, kw_only=True)
class PlaceMatches:
    """What a place holds of the person; ``has_more`` when it would be too long to show."""

    place: PersonPlace
    matches: Sequence[Match]
    has_more: bool


def list_searches(
    session: Session, _identity: Identity, request: PersonRequest
) -> Sequence[PersonSearch]:
    """Return the last searches of a request."""
    mine = select(PersonSearch).where(PersonSearch.request_id == request.id)
    return session.scalars(mine.order_by(PersonSearch.id.desc()).limit(SHOWN)).all()


def list_names(session: Session, identity: Identity, request: PersonRequest) -> list[Sought]:
    """Return how the person is known: as the request describes them, then as its last searches did."""
    return [request.sought, *(each.sought for each in list_searches(session, identity, request))]


def get_search(
    session: Session, _identity: Identity, request: PersonRequest, search_id: int
) -> PersonSearch:
    """Return a search of a request that may still be searched; raise `NotFoundError`."""
    search = session.get(PersonSearch, search_id)
    if search is None or search.request_id != request.id or not request.may_be_searched:
        raise NotFoundError
    return search


def list_findings(
    session: Session, _identity: Identity, request: PersonRequest
) -> Sequence[PersonFinding]:
    """Return what was recognised as the person's."""
    mine = select(PersonFinding).where(PersonFinding.request_id == request.id)
    return session.scalars(mine.order_by(PersonFinding.id).limit(MOST_FINDINGS)).all()


def get_finding(
    session: Session, _identity: Identity, request: PersonRequest, finding_id: int
) -> PersonFinding:
    """Return something that was recognised as the person's; raise `NotFoundError`."""
    finding = session.get(PersonFinding, finding_id)
    if finding is None or finding.request_id != request.id:
        raise NotFoundError
    return finding


def find(session: Session, request: PersonRequest, sought: Sought) -> list[PlaceMatches]:
    """Return what may be of a person, the places that hold nothing left out.

    The database gives numbers to whoever treats the request; each object is then read, and the person recognised in it or not.
    """
    numbers = [(place, place.ids(session, request.id, sought)) for place in person_places]
    found = []
    with reading_as_system(session, reason=WHY):
        for place, candidates in numbers:
            matches = _matches(place, place.read(session, candidates[:MOST]), sought)
            if matches:
                found.append(PlaceMatches(place=place, matches=matches, has_more=len(candidates) > MOST))  # fmt: skip
    return found


def read_findings(
    session: Session, findings: Sequence[PersonFinding]
) -> Mapping[tuple[str, int], tuple[PersonPlace, HeldObject]]:
    """Return what was recognised as it reads now, by kind and number; what is gone since is absent."""
    found: dict[tuple[str, int], tuple[PersonPlace, HeldObject]] = {}
    with reading_as_system(session, reason=WHY):
        for place in person_places:
            numbers = [each.object_id for each in findings if each.kind == place.kind]
            if numbers:
                found.update(
                    ((place.kind, held.object_id), (place, held))
                    for held in place.read(session, numbers)
                )
    return found


def _matches(place: PersonPlace, objects: Sequence[HeldObject], sought: Sought) -> list[Match]:
    told = (
        Match(
            place=place, held=held, grounds=held.grounds(sought),
            is_elsewhere=sought.is_elsewhere(email=held.email, telephone=held.telephone),
        )
        for held in objects
    )  # fmt: skip
    return [match for match in told if match.grounds]
