"""Writing agents, their sign-ins and their commitments."""

import re
import secrets
from dataclasses import dataclass, field

from flask_security.utils import hash_password, verify_and_update_password
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.commitment import VERSION
from app.accounts.models import AccountRole, Administration, Agent, Commitment
from app.core import journal
from app.core.errors import DomainError
from app.core.identity import Identity, Role, system_identity

REFUSED = "Adresse ou mot de passe incorrect."
SHORTEST_PASSPHRASE = 15
#: verified when the address is unknown, so that the answer takes as long
_DECOY = Agent(password=None)


@dataclass(frozen=True, kw_only=True)
class NewAccount:
    """What an account is opened with; without ``password`` it cannot sign in locally."""

    email: str
    first_name: str
    last_name: str
    administration: Administration
    job_title: str = ""
    roles: tuple[Role, ...] = ()
    password: str | None = field(default=None, repr=False)


def create_agent(session: Session, account: NewAccount) -> Agent:
    """A new account; the password is stored as an argon2id hash."""
    agent = Agent(
        email=account.email,
        first_name=account.first_name,
        last_name=account.last_name,
        administration=account.administration,
        job_title=account.job_title,
        password=hash_password(account.password) if account.password else None,
        fs_uniquifier=secrets.token_urlsafe(32),
        roles=list(session.scalars(select(AccountRole).where(AccountRole.name.in_(account.roles)))),
    )
    session.add(agent)
    session.flush()
    return agent


def open_account(session: Session, identity: Identity, account: NewAccount) -> Agent:
    """A new account with a passphrase, journaled; raise `DomainError` when the address or the passphrase will not do."""
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", account.email):
        raise DomainError(f"« {account.email} » n’est pas une adresse électronique.", field="email")
    if len(account.password or "") < SHORTEST_PASSPHRASE:
        raise DomainError(
            f"La phrase de passe compte au moins {SHORTEST_PASSPHRASE} caractères.",
            field="password",
        )
    try:
        with session.begin_nested():
            agent = create_agent(session, account)
    except IntegrityError as error:
        if "uq_agent_email_lower" not in str(error.orig):
            raise
        raise DomainError(f"Un compte existe déjà pour {account.email}.", field="email") from None
    journal.record(
        session, identity, journal.Event.ACCOUNT_OPENED, agent=agent.id, roles=account.roles
    )
    return agent


def authenticate(session: Session, *, email: str, password: str) -> Agent:
    """The agent whose password this is; raise `DomainError`, the same whatever was wrong."""
    agent = queries.find_agent_by_email(session, email)
    if agent is None or agent.password is None:
        if _DECOY.password is None:
            _DECOY.password = hash_password(secrets.token_urlsafe(16))
        verify_and_update_password(password, _DECOY)
        raise DomainError(REFUSED)
    if not verify_and_update_password(password, agent):
        raise DomainError(REFUSED)
    return agent


def record_refusal(session: Session, *, email: str) -> None:
    """Journal a refused sign-in, by the address that was tried."""
    journal.record(
        session, system_identity("Connexion"), journal.Event.ACCOUNT_REFUSED, email=email[:254]
    )


def accept_commitment(session: Session, identity: Identity) -> None:
    """Sign the present text of the commitment."""
    if identity.agent_id is None:
        raise DomainError("Seule une personne peut s’engager.")
    session.add(Commitment(agent_id=identity.agent_id, version=VERSION))
    session.flush()
    journal.record(session, identity, journal.Event.COMMITMENT_ACCEPTED, version=VERSION)
