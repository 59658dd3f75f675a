"""Putting many firms on a list at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core.access.identity import Identity
from app.core.errors import DomainError, NotFoundError
from app.detections.bulk.kinds import BulkKind
from app.watching.lists import queries, services
from app.watching.lists.models import CompanyList


def _lists(session: Session, identity: Identity) -> Sequence[tuple[str, str]]:
    return [(str(known.id), known.label) for known in queries.list_filled(session, identity)]


def _chosen(session: Session, identity: Identity, choice: str) -> CompanyList:
    try:
        return queries.get_list(session, identity, int(choice))
    except NotFoundError:
        raise DomainError("Cette liste n’est plus la vôtre : choisissez-en une autre.") from None


def _already(
    session: Session, identity: Identity, firms: Sequence[Company], choice: str
) -> Mapping[str, str]:
    known = _chosen(session, identity, choice)
    on = queries.already_on(session, identity, known, [firm.siren for firm in firms])
    return dict.fromkeys(on, "déjà sur cette liste")


def _fill(
    session: Session, identity: Identity, firms: Sequence[Company], choice: str
) -> Mapping[str, Any]:
    known = _chosen(session, identity, choice)
    put = services.fill(session, identity, known, [firm.siren for firm in firms])
    return dict.fromkeys(put.added, known.id)


def _empty(session: Session, identity: Identity, taken: Mapping[str, Any]) -> Sequence[str]:
    (choice,) = set(taken.values())
    return services.empty(session, identity, _chosen(session, identity, str(choice)), list(taken))


FILL = BulkKind(
    code="list",
    label="Ajouter à une liste",
    position=20,
    question="Quelle liste ?",
    choices=_lists,
    leaves_out=_already,
    do=_fill,
    undo=_empty,
)
