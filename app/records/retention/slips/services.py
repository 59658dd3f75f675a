"""Propose a slip, sign it or refuse, hand over what it lists, say that it was received."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.accounts.queries import holders_of, list_awake
from app.core import journal
from app.core.access.elevation import writing_as_system
from app.core.access.identity import Identity, Role
from app.core.database.locks import take_turn
from app.core.errors import DomainError
from app.core.front.addresses import path_to
from app.core.journal import Event
from app.core.now import utcnow
from app.core.text.bounds import normalised
from app.core.text.french import number_fr
from app.core.work.jobs import defer
from app.core.work.tasks import Task
from app.messages import bell
from app.messages.models import Reason
from app.records.retention import queries as rules
from app.records.retention.models import LONGEST_REASON, FinalFate, RetentionRule
from app.records.retention.services import LOCK
from app.records.retention.slips import queries
from app.records.retention.slips.models import EliminationItem, EliminationSlip, SlipState

#: objects that a slip lists: a person reads them before they sign
MOST = 500
#: after the places of the rules
SLIPS = 1_000
SIGNED = "Ce bordereau est déjà visé."
WHY = "Dites pourquoi le visa est refusé : ce qui est à garder, et jusqu’à quand."
NOT_PACKAGED = (
    "Le versement n’est pas encore prêt : téléchargez-le, vérifiez-le, puis confirmez sa réception."
)
NOT_HANDED = "Ce bordereau ne se verse pas aux archives."
TOO_LONG = f"{number_fr(LONGEST_REASON)} caractères au plus."
TO_SIGN = "Un bordereau d’élimination attend votre visa"
PROPOSED = text("""
select d.id, d.day from retention_due(:object, :until) d where not exists (
    select from elimination_item i join elimination_slip s on s.id = i.slip_id
    where i.subject_id = d.id and s.object = :object and s.is_accepted = false and s.decided_at > :since
) order by d.day, d.id limit :most
""")


def propose(session: Session, identity: Identity, rule: RetentionRule, *, on: date) -> EliminationSlip | None:  # fmt: skip
    """Propose to eliminate what is due of a rule, unless a slip of it is not over; return the slip, if any. For the system."""
    if queries.find_open(session, rule.object) is not None:
        return None
    until = rules.last_due(session, rule, on)
    values = {"object": rule.object, "until": until, "since": queries.refused_since(), "most": MOST}
    due = session.execute(PROPOSED, values).all()
    if not due:
        return None
    slip = open_slip(session, rule, until=until, takes_visa=True)
    session.add_all(EliminationItem(slip_id=slip.id, subject_id=number, began_on=day) for number, day in due)  # fmt: skip
    days = [day for _, day in due]
    slip.quantity, slip.oldest_on, slip.newest_on = len(days), min(days), max(days)
    session.flush()
    journal.record(
        session, identity, Event.SLIP_PROPOSED, slip=slip.id, rule=rule.object, count=len(days)
    )
    _tell(session, slip)
    return slip


def open_slip(
    session: Session, rule: RetentionRule, *, until: date, takes_visa: bool
) -> EliminationSlip:
    """Write a slip with the rule as it is, of nothing yet."""
    slip = EliminationSlip(
        object=rule.object, in_use_months=rule.in_use_months, intermediate_months=rule.intermediate_months,
        fate=rule.fate, basis=rule.basis, until_on=until, quantity=0, takes_visa=takes_visa,
    )  # fmt: skip
    session.add(slip)
    session.flush()
    return slip


def sign(
    session: Session, identity: Identity, slip: EliminationSlip, *, is_accepted: bool, remark: str | None
) -> None:  # fmt: skip
    """Give the visa of the archives, or refuse it with a reason: what is refused stays, and is not proposed for a year."""
    said = normalised(remark)
    if not is_accepted and not said:
        raise DomainError(WHY, field="remark")
    if len(said) > LONGEST_REASON:
        raise DomainError(TOO_LONG, field="remark")
    take_turn(session, LOCK, SLIPS + slip.id)
    session.refresh(slip)
    if slip.state is not SlipState.WAITING:
        raise DomainError(SIGNED)
    slip.decided_by, slip.decided_at = identity.agent_id, utcnow()
    slip.is_accepted, slip.remark = is_accepted, said
    session.flush()
    journal.record(
        session, identity, Event.SLIP_DECIDED, slip=slip.id, rule=slip.object,
        choice="donné" if is_accepted else "refusé",
    )  # fmt: skip
    with writing_as_system(session, identity, reason="Bordereau visé"):
        bell.settle(session, [_key(slip)])
    if not is_accepted:
        return
    if slip.fate is FinalFate.ARCHIVING:
        defer(session, Task.RECORDS_PACKAGE, slip_id=slip.id)
    else:
        defer(session, Task.RECORDS_EXECUTE)


def receive(session: Session, identity: Identity, slip: EliminationSlip) -> None:
    """Say that the archives hold what the slip lists: it is then eliminated. Raise `DomainError` before it was made."""
    take_turn(session, LOCK, SLIPS + slip.id)
    session.refresh(slip)
    if slip.state is not SlipState.TO_HAND_OVER:
        raise DomainError(NOT_HANDED)
    if slip.package_sha256 is None:
        raise DomainError(NOT_PACKAGED)
    slip.received_by, slip.received_at = identity.agent_id, utcnow()
    session.flush()
    journal.record(
        session,
        identity,
        Event.RECORDS_RECEIVED,
        slip=slip.id,
        sha256=slip.package_sha256,
    )
    defer(session, Task.RECORDS_EXECUTE)


def record_package(session: Session, identity: Identity, slip: EliminationSlip, *, sha256: str, size: int) -> None:  # fmt: skip
    """Write down the package that was made of a slip. For the system."""
    slip.package_sha256, slip.package_size = sha256, size
    session.flush()
    journal.record(session, identity, Event.RECORDS_PACKAGED, slip=slip.id, sha256=sha256)


def _tell(session: Session, slip: EliminationSlip) -> None:
    for number in list_awake(session, Agent.id.in_(holders_of(Role.ARCHIVISTE))):
        bell.announce(
            session, agent_id=number, key=_key(slip), subject=TO_SIGN, path=path_to("slips.show", slip_id=slip.id),
            reason=Reason.DECIDES,
        )  # fmt: skip


def _key(slip: EliminationSlip) -> str:
    return f"slip:{slip.id}"
