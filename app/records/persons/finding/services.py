"""Search a person for an open request, say what is theirs, then correct it, erase it, or keep it and say why."""

from collections.abc import Collection, Mapping

from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import hold, take_turn
from app.core.errors import DomainError
from app.core.journal import Event
from app.core.now import utcnow
from app.core.persons.places import place_of
from app.core.persons.sought import Sought
from app.core.text.bounds import require_motive
from app.records.persons.finding import queries
from app.records.persons.finding.queries import MOST_FINDINGS
from app.records.persons.models import (
    LONGEST_MOTIVE,
    LONGEST_REASON,
    FindingAct,
    PersonFinding,
    PersonRequest,
    PersonSearch,
)
from app.records.persons.services import CLOSED, NO_PROOF

#: two who say at once what is theirs: the second knows what the first one said
KEEPING = 7_146_209
NO_MOTIVE = "Dites en quelques mots pourquoi vous cherchez cette personne : cela reste inscrit avec la recherche."
NO_REASON = "Dites en quelques mots pourquoi : cela figure dans la réponse à la personne."
DONE = "C’est déjà fait : un geste ne se reprend pas."
NOT_THERE = "Cela ne se rectifie pas dans Vigie : demandez-le à {}."
KEPT_BY_LAW = "Cela ne s’efface pas ici : refusez avec son motif."
TOO_MANY = "Plus de {} données pour une demande : faites-en une autre."


def search(
    session: Session, identity: Identity, request: PersonRequest, sought: Sought, *, motive: str | None
) -> PersonSearch:  # fmt: skip
    """Search a person, for a motive that stays with the search; the journal keeps its number, and how much each place holds."""
    _require_searchable(request)
    why = require_motive(motive, field="motive", limit=LONGEST_MOTIVE, too_short=NO_MOTIVE)
    found = PersonSearch(
        request_id=request.id, motive=why, name=sought.name, email=sought.email, telephone=sought.telephone,
        searched_by=identity.agent_id,
    )  # fmt: skip
    session.add(found)
    session.flush()
    counts = {each.place.kind: len(each.matches) for each in queries.find(session, request, sought)}
    journal.record(
        session, identity, Event.PERSON_SEARCHED, person_request=request.id, person_search=found.id, by_place=counts
    )  # fmt: skip
    return found


def keep(
    session: Session, identity: Identity, request: PersonRequest, chosen: Collection[tuple[str, int]], *,
    offered: Collection[tuple[str, int]],
) -> int:  # fmt: skip
    """Say which of the objects ``offered`` by a search are the person's; those of them said before and not chosen are not any more.

    Return how many are. What something was done of stays.
    """
    _require_searchable(request)
    take_turn(session, KEEPING, request.id)
    known = {
        (each.kind, each.object_id): each
        for each in queries.list_findings(session, identity, request)
    }
    wanted = set(chosen) & set(offered)
    dropped = [each for key, each in known.items() if key in set(offered) - wanted and each.act is None]  # fmt: skip
    added = wanted - known.keys()
    if len(known) + len(added) > MOST_FINDINGS:
        raise DomainError(TOO_MANY.format(MOST_FINDINGS))
    for each in dropped:
        session.delete(each)
    session.add_all(
        PersonFinding(request_id=request.id, kind=kind, object_id=number, kept_by=identity.agent_id)
        for kind, number in sorted(added)
    )
    session.flush()
    if added or dropped:
        journal.record(
            session, identity, Event.PERSON_FOUND, person_request=request.id, added=len(added), removed=len(dropped)
        )  # fmt: skip
    return len(known) + len(added) - len(dropped)


def correct(
    session: Session, identity: Identity, request: PersonRequest, finding: PersonFinding, said: Mapping[str, str], *, reason: str | None
) -> None:  # fmt: skip
    """Correct what an object says of the person, where its domain keeps former versions. Raise `DomainError`."""
    place, why = place_of(finding.kind), _reason(reason)
    if place.correct is None:
        raise DomainError(NOT_THERE.format(place.whom))
    _hold(session, request, finding)
    place.correct(session, identity, finding.object_id, {name: said.get(name, "") for name in place.fields})  # fmt: skip
    _record(session, identity, finding, FindingAct.CORRECTED, why)


def erase(
    session: Session, identity: Identity, request: PersonRequest, finding: PersonFinding, *, reason: str | None
) -> None:  # fmt: skip
    """Erase what an object says of the person, who is reached through it no more. Raise `DomainError` where the law keeps it."""
    place, why = place_of(finding.kind), _reason(reason)
    if place.erase is None:
        raise DomainError(KEPT_BY_LAW)
    _hold(session, request, finding)
    place.erase(session, identity, finding.object_id)
    _record(session, identity, finding, FindingAct.ERASED, why)


def refuse(
    session: Session, identity: Identity, request: PersonRequest, finding: PersonFinding, *, reason: str | None
) -> None:  # fmt: skip
    """Keep an object as it is, for a reason that the answer gives."""
    why = _reason(reason)
    _hold(session, request, finding)
    _record(session, identity, finding, FindingAct.REFUSED, why)


def _reason(said: str | None) -> str:
    return require_motive(said, field="reason", limit=LONGEST_REASON, too_short=NO_REASON)


def _require_searchable(request: PersonRequest) -> None:
    if not request.is_open:
        raise DomainError(CLOSED)
    if request.proof is None:
        raise DomainError(NO_PROOF)


def _hold(session: Session, request: PersonRequest, finding: PersonFinding) -> None:
    _require_searchable(request)
    hold(session, finding)
    if finding.act is not None:
        raise DomainError(DONE)


def _record(
    session: Session, identity: Identity, finding: PersonFinding, act: FindingAct, why: str
) -> None:
    finding.act, finding.act_reason = act, why
    finding.acted_by, finding.acted_at = identity.agent_id, utcnow()
    session.flush()
    journal.record(
        session, identity, Event.PERSON_ACT_DONE, person_request=finding.request_id, held_in=finding.kind,
        object_number=finding.object_id, act=act.label,
    )  # fmt: skip
