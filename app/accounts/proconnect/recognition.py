"""From a person whom ProConnect identified to their agent account, if they may enter.

``sub`` decides. The first time, the account that a correspondant prepared is found by e-mail address and linked, once and for
all: a later change of address has no effect, and an address alone is never enough to take over an account.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from app.accounts.models import Agent
from app.accounts.proconnect.person import Person
from app.accounts.proconnect.refusals import RefusalReason, SignInRefusedError
from app.accounts.queries import holders_of
from app.core import journal
from app.core.access.identity import Identity, Role
from app.core.errors import DomainError
from app.core.slots import Slot

#: ``(session, agent) -> whether there is anything they may do here``
Admission = Callable[[Session, Agent], bool]

#: who may enter, provided by habilitations: an agent without rights is refused at sign-in
admission: Slot[Admission] = Slot("who may enter")


def recognise(session: Session, identity: Identity, person: Person) -> Agent:
    """The agent account of ``person``; raise `SignInRefusedError` if none may enter. A first sign-in links it, journaled."""
    agent = session.scalar(_agents().where(Agent.proconnect_sub == person.sub))
    is_linked = agent is not None
    if agent is None:
        agent = _prepared(session, person)
    if not agent.active:
        raise SignInRefusedError(RefusalReason.INACTIVE, person=person, agent_id=agent.id)
    if not admission.only(session, agent):
        raise SignInRefusedError(RefusalReason.NO_RIGHTS, person=person, agent_id=agent.id)
    if not is_linked:
        agent.proconnect_sub = person.sub
        journal.record(
            session,
            identity,
            journal.Event.ACCOUNT_LINKED,
            agent=agent.id,
            email=person.email,
            sub=person.sub,
        )
    return agent


def record_refusal(session: Session, identity: Identity, error: SignInRefusedError) -> None:
    """Journal a sign-in with ProConnect that opened no session: why, and whom ProConnect identified, if anybody."""
    journal.record(
        session,
        identity,
        journal.Event.ACCOUNT_REFUSED,
        method="proconnect",
        reason=error.reason,
        detail=error.detail,
        agent=error.agent_id,
        email=error.person.email if error.person else None,
        sub=error.person.sub if error.person else None,
    )


def unlink(session: Session, identity: Identity, email: str) -> Agent:
    """Unlink an account from ProConnect, journaled; the next sign-in links it again. Raise `DomainError` if it is not linked."""
    agent = session.scalar(_agents().where(func.lower(Agent.email) == email.strip().lower()))
    if agent is None or agent.proconnect_sub is None:
        raise DomainError(f"Aucun compte relié à ProConnect ne porte l’adresse {email}.")
    journal.record(
        session,
        identity,
        journal.Event.ACCOUNT_UNLINKED,
        agent=agent.id,
        sub=agent.proconnect_sub,
    )
    agent.proconnect_sub = None
    return agent


def list_contacts(session: Session, agent_id: int | None) -> Sequence[Agent]:
    """The correspondants of the agent's administration, by name; none when the agent is unknown."""
    own = select(Agent.administration).where(Agent.id == agent_id).scalar_subquery()
    return session.scalars(
        select(Agent)
        .where(Agent.active, Agent.administration == own, Agent.id != agent_id)
        .where(Agent.id.in_(holders_of(Role.CORRESPONDANT)))
        .order_by(Agent.last_name, Agent.first_name, Agent.id)
    ).all()


def _prepared(session: Session, person: Person) -> Agent:
    """The account prepared under the e-mail address of ``person``, linked to nobody yet; raise `SignInRefusedError`."""
    # With two simultaneous first sign-ins, the second waits and finds the account already linked.
    agent = session.scalar(
        _agents().where(func.lower(Agent.email) == person.email).with_for_update(of=Agent)
    )
    if agent is None:
        raise SignInRefusedError(RefusalReason.UNKNOWN, person=person)
    if agent.proconnect_sub is not None:
        raise SignInRefusedError(RefusalReason.OTHER_PERSON, person=person, agent_id=agent.id)
    return agent


def _agents() -> Select[Agent]:
    return select(Agent).options(selectinload(Agent.roles))
