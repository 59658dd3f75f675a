"""Creating and changing agents, their passphrases and their commitments."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from flask_security.utils import hash_password
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.commitment import TEXT_SHA256, VERSION
from app.accounts.local import backoff, notices, passphrases
from app.accounts.local.notices import Notice
from app.accounts.models import (
    AccountRole,
    Administration,
    Agent,
    Commitment,
    Credential,
    Passkey,
    RecoveryCode,
)
from app.accounts.sessions import lifecycle
from app.core import journal
from app.core.access.identity import Identity, Role
from app.core.errors import DomainError
from app.core.now import utcnow
from app.core.slots import Slot
from app.core.text.addresses import is_address
from app.core.text.telephone import telephone_of

#: those who gave something that opens Vigie to an agent, and take it back once their account is reset
resets: Slot[Callable[[Session, Identity, int], None]] = Slot("who hears of reset accounts")


@dataclass(frozen=True, kw_only=True)
class NewAccount:
    """The data to open an account with; without ``password`` it cannot sign in locally."""

    email: str
    first_name: str
    last_name: str
    administration: Administration
    job_title: str = ""
    roles: tuple[Role, ...] = ()
    password: str | None = field(default=None, repr=False)


def create_agent(session: Session, account: NewAccount) -> Agent:
    """A new account; only the system may open one with a password."""
    agent = Agent(
        email=account.email,
        first_name=account.first_name,
        last_name=account.last_name,
        administration=account.administration,
        job_title=account.job_title,
        fs_uniquifier=secrets.token_urlsafe(32),
        roles=list(session.scalars(select(AccountRole).where(AccountRole.name.in_(account.roles)))),
    )
    session.add(agent)
    session.flush()
    if account.password:
        store_passphrase(session, agent, account.password)
    return agent


def change_telephone(session: Session, identity: Identity, agent: Agent, said: str | None) -> None:
    """Record the number that the agent gives, in groups of two digits when it is French; empty text withdraws it."""
    number = telephone_of(said, field="telephone")
    agent.telephone = number or None
    session.flush()
    journal.record(
        session,
        identity,
        journal.Event.TELEPHONE_CHANGED,
        change="given" if number else "withdrawn",
    )


def open_account(session: Session, identity: Identity, account: NewAccount) -> Agent:
    """A new account with a passphrase, journaled; raise `DomainError` when the e-mail address or the passphrase is not acceptable."""
    if not is_address(account.email):
        raise DomainError(f"« {account.email} » n’est pas une adresse électronique.", field="email")
    names = (account.first_name, account.last_name, account.email)
    passphrases.check(account.password or "", names=names)
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


def store_passphrase(session: Session, agent: Agent, passphrase: str) -> None:
    """Store the argon2id hash of ``passphrase``, without checking its strength."""
    credential = queries.find_credential(session, agent.id)
    if credential is None:
        credential = Credential(agent_id=agent.id)
        session.add(credential)
    credential.passphrase_hash = hash_password(passphrase)
    credential.changed_at = utcnow()
    session.flush()


def change_passphrase(session: Session, identity: Identity, agent: Agent, passphrase: str) -> None:
    """Change the agent's passphrase, journaled and notified by e-mail; raise `DomainError` on ``passphrase`` if it is not acceptable."""
    names = (agent.first_name, agent.last_name, agent.email)
    passphrases.check(passphrase, names=names, field="passphrase")
    store_passphrase(session, agent, passphrase)
    journal.record(session, identity, journal.Event.PASSPHRASE_CHANGED, agent=agent.id)
    notices.notify(session, agent.id, Notice.PASSPHRASE_CHANGED)


def unlock_account(session: Session, identity: Identity, agent: Agent) -> bool:
    """Forget the failures of an account and of its second factor; return whether there were any. Journaled."""
    subjects = [backoff.of_account(agent.email, agent.id), backoff.of_factor(agent.id)]
    had_failures = backoff.unlock(session, subjects)
    journal.record(
        session, identity, journal.Event.ACCOUNT_UNLOCKED, agent=agent.id, had_failures=had_failures
    )
    return had_failures


def reset_account(session: Session, identity: Identity, agent: Agent) -> str:
    """Recover an account whose agent lost everything: a new random passphrase, which is returned, no factor, no session, no token."""
    passphrase = secrets.token_urlsafe(18)
    change_passphrase(session, identity, agent, passphrase)
    credential = session.get_one(Credential, agent.id)
    credential.totp_secret = credential.totp_since = credential.totp_last_counter = None
    for model in (Passkey, RecoveryCode):
        session.execute(delete(model).where(model.agent_id == agent.id))
    journal.record(
        session, identity, journal.Event.SECOND_FACTOR_CHANGED, agent=agent.id, change="reset"
    )
    lifecycle.close_all(session, identity, agent.id, why="compte remis à neuf")
    for hear in resets:
        hear(session, identity, agent.id)
    unlock_account(session, identity, agent)
    return passphrase


def accept_commitment(session: Session, identity: Identity) -> None:
    """Sign the current text of the commitment."""
    if identity.agent_id is None:
        raise DomainError("Seule une personne peut s’engager.")
    session.add(Commitment(agent_id=identity.agent_id, version=VERSION))
    session.flush()
    journal.record(
        session,
        identity,
        journal.Event.COMMITMENT_ACCEPTED,
        version=VERSION,
        text_sha256=TEXT_SHA256,
    )
