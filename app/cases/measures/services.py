"""Say which measures were mobilised; correct it, take it off. No row is rewritten: the history says before and after."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.cases.measures.models import LONGEST_NOTE, CaseMeasure
from app.cases.models import Case
from app.cases.services import require_open
from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import MEANWHILE, hold
from app.core.errors import DomainError
from app.core.now import utcnow
from app.core.text.bounds import normalised
from app.values.models import ValueList
from app.values.queries import list_usable

#: euros; beyond, a digit too many
LARGEST_AMOUNT = 10_000_000_000
FACTS = ("value_id", "amount", "starts_on", "ends_on", "note")


@dataclass(frozen=True, kw_only=True)
class Mobilised:
    """What an agent says of a measure: which value of the list, how many euros, from which day to which."""

    value_id: int | None
    starts_on: date
    ends_on: date | None = None
    amount: int | None = None
    note: str | None = ""


def add(session: Session, identity: Identity, case: Case, said: Mobilised) -> CaseMeasure:
    """Add a measure to an open accompagnement."""
    require_open(session, case)
    measure = _row(session, identity, case, said)
    session.add(measure)
    case.updated_at = measure.added_at
    session.flush()
    _record(session, identity, measure, case, change="added")
    return measure


def correct(
    session: Session, identity: Identity, case: Case, former: CaseMeasure, said: Mobilised
) -> CaseMeasure:
    """Replace a measure by what it really is; the former stays in the history."""
    require_open(session, case)
    _require_there(session, former)
    measure = _row(session, identity, case, said, held=former.value_id)
    if all(getattr(measure, name) == getattr(former, name) for name in FACTS):
        return former
    former.removed_at, former.removed_by = measure.added_at, identity.agent_id
    measure.replaces_id = former.id
    session.add(measure)
    case.updated_at = measure.added_at
    session.flush()
    _record(session, identity, measure, case, change="changed")
    return measure


def remove(session: Session, identity: Identity, case: Case, measure: CaseMeasure) -> None:
    """Take a measure off; it stays in the history."""
    require_open(session, case)
    _require_there(session, measure)
    measure.removed_at, measure.removed_by = utcnow(), identity.agent_id
    case.updated_at = measure.removed_at
    session.flush()
    _record(session, identity, measure, case, change="taken_off")


def _require_there(session: Session, measure: CaseMeasure) -> None:
    hold(session, measure)
    if measure.removed_at is not None:
        raise DomainError(MEANWHILE)


def _row(
    session: Session, identity: Identity, case: Case, said: Mobilised, *, held: int | None = None
) -> CaseMeasure:
    """A row as said; raise `DomainError` when it cannot be."""
    kept = [] if held is None else [held]
    offered = {each.id for each in list_usable(session, identity, ValueList.SCHEME, held=kept)}
    if said.value_id not in offered:
        raise DomainError("Choisissez un dispositif de la liste.", field="value_id")
    if said.ends_on is not None and said.ends_on < said.starts_on:
        raise DomainError("La fin ne peut pas précéder le début.", field="ends_on")
    if said.amount is not None and not 0 <= said.amount <= LARGEST_AMOUNT:
        raise DomainError("Saisissez un montant en euros, sans centimes.", field="amount")
    note = normalised(said.note)
    if len(note) > LONGEST_NOTE:
        raise DomainError(
            f"Raccourcissez cette note : {LONGEST_NOTE} caractères au plus.", field="note"
        )
    return CaseMeasure(
        case_id=case.id, value_id=said.value_id, amount=said.amount, starts_on=said.starts_on,
        ends_on=said.ends_on, note=note, added_by=identity.agent_id, added_at=utcnow(),
    )  # fmt: skip


def _record(
    session: Session, identity: Identity, measure: CaseMeasure, case: Case, *, change: str
) -> None:
    journal.record(
        session, identity, journal.Event.CASE_MEASURE_CHANGED, siren=case.siren, case_id=case.id,
        change=change, value=measure.value_id, amount=measure.amount,
    )  # fmt: skip
