"""Describe an accompagnement with values of the lists. Two people at once lose nothing: each adds and takes off what they did."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from app.cases.models import Case, CaseValue
from app.cases.qualification.queries import LISTS, list_held
from app.cases.services import require_open
from app.core import journal
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.now import utcnow
from app.values.models import ListValue
from app.values.queries import list_usable

NOT_OFFERED = "Une valeur choisie n’est plus proposée : rouvrez la page avant de recommencer."


def qualify(
    session: Session, identity: Identity, case: Case, *, shown: Collection[int], chosen: Collection[int]
) -> None:  # fmt: skip
    """Add the values ``chosen`` that the form did not show, and take off those of ``shown`` that are not chosen any more.

    What others did since the form was shown stays. Raise `DomainError` for a value that is not offered.
    """
    require_open(session, case)
    held = {row.value_id: row for row in list_held(session, case)}
    usable = {
        value.id: value for value in list_usable(session, identity, *LISTS, held=[*held])
    }  # fmt: skip
    wanted = set(chosen) - set(shown)
    if wanted - usable.keys():
        raise DomainError(NOT_OFFERED)
    added = [usable[number] for number in sorted(wanted - held.keys())]
    gone = set(shown) - set(chosen)
    removed = [row for number, row in held.items() if number in gone and number in usable]
    _write(session, identity, case, added=added, removed=removed)


def copy_values(session: Session, identity: Identity, *, origin: Case, target: Case) -> None:
    """Describe ``target`` as ``origin`` is, with what is still offered and the agent reads."""
    offered = {value.id: value for value in list_usable(session, identity, *LISTS)}
    held = [row.value_id for row in list_held(session, origin)]
    added = [offered[number] for number in held if number in offered]
    _write(session, identity, target, added=added, removed=[])


def _write(
    session: Session, identity: Identity, case: Case, *, added: list[ListValue], removed: list[CaseValue]
) -> None:  # fmt: skip
    if not added and not removed:
        return
    moment = utcnow()
    session.add_all(
        CaseValue(
            case_id=case.id, value_id=value.id, network_id=value.network_id,
            added_by=identity.agent_id, added_at=moment,
        )
        for value in added
    )  # fmt: skip
    for row in removed:
        row.removed_at, row.removed_by = moment, identity.agent_id
    case.updated_at = moment
    session.flush()
    journal.record(
        session, identity, journal.Event.CASE_QUALIFIED, siren=case.siren, case_id=case.id,
        added=[_named(value) for value in added], removed=[_named(row.value) for row in removed],
    )  # fmt: skip


def _named(value: ListValue) -> str:
    return f"{value.list_code.value} : {value.code}"
