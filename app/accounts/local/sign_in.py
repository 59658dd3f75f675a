"""From the credentials somebody presents to the agent they are. Each step is a short system transaction, committed even on refusal.

An account that does not exist behaves like one that does: the e-mail address typed is delayed and locked, and a passphrase is
hashed for it too.
"""

import functools
import secrets
from dataclasses import dataclass

from flask_security.utils import hash_password, verify_password
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.local import backoff, factors, notices, passkeys
from app.accounts.local.backoff import AttemptSubject
from app.accounts.local.notices import Notice
from app.accounts.local.passkeys import Challenge
from app.accounts.models import Agent, Credential, LoginAttempt, Method, Throttled
from app.core import journal
from app.core.access.identity import system_identity
from app.core.database import locks
from app.core.database.unit_of_work import apart
from app.core.errors import DomainError
from app.core.text.addresses import is_address

#: on whose behalf an agent is identified: nobody is signed in yet
SIGN_IN = system_identity("Connexion")
#: the namespace of the locks of accounts on which somebody is trying to sign in
ATTEMPTS = 7_146_004
WAIT = (
    "Après plusieurs échecs, attendez une minute avant de réessayer ; après dix, le compte est bloqué pour une heure, ou "
    "jusqu’à ce qu’un administrateur le débloque."
)
REFUSED = f"Adresse ou phrase de passe incorrecte, ou trop d’essais. {WAIT}"
REFUSED_CODE = f"Code incorrect ou déjà utilisé, ou trop d’essais. {WAIT}"
REFUSED_PASSPHRASE = f"Phrase de passe incorrecte, ou trop d’essais. {WAIT}"
INTERRUPTED = "La connexion a été interrompue : recommencez par la phrase de passe."


@dataclass(frozen=True, kw_only=True)
class Entrance:
    """Somebody gave the passphrase of ``agent``; ``stamp`` changes with the credential."""

    agent: Agent
    needs_factor: bool
    stamp: str


def check_passphrase(*, email: str, passphrase: str, address: str) -> Entrance:
    """The agent with this address and passphrase; raise `DomainError` otherwise, the same whatever was wrong.

    Attempts on an account are checked one after the other: sent at once, right ones would otherwise be refused for those before
    them, which count as failed until they are checked.
    """
    with locks.in_turn(ATTEMPTS, backoff.of_account(email, None).value):
        return _checked(email=email, passphrase=passphrase, address=address)


def _checked(*, email: str, passphrase: str, address: str) -> Entrance:
    with apart(SIGN_IN) as session:
        agent = queries.find_agent_by_email(session, email)
        credential = queries.find_credential(session, agent.id) if agent else None
        account = backoff.of_account(email, agent.id if agent else None)
        subjects = [backoff.of_address(address), account]
        waiting = backoff.admit(session, subjects)
        if waiting is not None:
            _journal_refusal(session, account, email, address, reason=_reason(waiting))
    if waiting is not None:
        raise DomainError(REFUSED)
    # No lock is held on the rows while the hash is computed.
    expected = credential.passphrase_hash if credential else _decoy()
    is_right = verify_password(passphrase, expected)
    with apart(SIGN_IN) as session:
        if agent is not None and credential is not None and is_right:
            backoff.record_success(session, subjects)
            needs_factor = queries.has_second_factor(session, credential)
            return Entrance(agent=agent, needs_factor=needs_factor, stamp=_stamp(credential))
        _fail(session, account, email, address)
    raise DomainError(REFUSED)


def check_own_passphrase(agent: Agent, passphrase: str, *, address: str, field: str) -> None:
    """Raise `DomainError` on ``field`` unless ``passphrase`` is the agent's; failures count as sign-in failures."""
    try:
        check_passphrase(email=agent.email, passphrase=passphrase, address=address)
    except DomainError:
        raise DomainError(REFUSED_PASSPHRASE, field=field) from None


def check_code(agent_id: int, code: str, *, stamp: str, address: str) -> tuple[Agent, Method]:
    """The agent whose authenticator or recovery code this is, and which it was; raise `DomainError` otherwise.

    ``stamp`` comes from the `Entrance`: if the passphrase has changed since, sign-in must start again.
    """
    subject = backoff.of_factor(agent_id)
    with apart(SIGN_IN) as session:
        agent, credential = _locked_credential(session, agent_id, stamp)
        waiting = backoff.admit(session, [backoff.of_address(address), subject])
        method = None
        if waiting is not None:
            _journal_refusal(session, subject, agent.email, address, reason=_reason(waiting))
        else:
            method = _factor_of(session, credential, code)
            if method is None:
                _fail(session, subject, agent.email, address)
            else:
                backoff.record_success(session, [backoff.of_address(address), subject])
    if method is None:
        raise DomainError(REFUSED_CODE, field="code")
    return agent, method


def check_passkey(*, answer: str, challenge: Challenge | None, address: str) -> Agent:
    """The agent whose passkey signed ``challenge``; raise `DomainError` otherwise.

    A signature cannot be guessed: passkeys are not throttled, and still work while passphrases must wait.
    """
    with apart(SIGN_IN) as session:
        refusal, agent = DomainError(passkeys.UNKNOWN), None
        try:
            agent_id = passkeys.recognise(session, answer=answer, challenge=challenge)
            agent = _active(session, agent_id)
        except DomainError as error:
            refusal = error
        if agent is None:
            journal.record(
                session,
                SIGN_IN,
                journal.Event.ACCOUNT_REFUSED,
                factor="passkey",
                address=address,
                reason="wrong",
            )
    if agent is None:
        raise refusal
    return agent


def _locked_credential(session: Session, agent_id: int, stamp: str) -> tuple[Agent, Credential]:
    agent = _active(session, agent_id)
    # Locked: of two requests with the same code, only one passes.
    credential = session.get(Credential, agent_id, with_for_update=True)
    if agent is None or credential is None or _stamp(credential) != stamp:
        raise DomainError(INTERRUPTED)
    return agent, credential


def _factor_of(session: Session, credential: Credential, code: str) -> Method | None:
    if factors.use_totp_code(credential, code):
        return Method.PASSPHRASE_TOTP
    if factors.use_recovery_code(session, credential.agent_id, code):
        notices.notify(session, credential.agent_id, Notice.RECOVERY_USED)
        return Method.PASSPHRASE_RECOVERY
    return None


def _active(session: Session, agent_id: int) -> Agent | None:
    agent = queries.find_agent(session, agent_id)
    return agent if agent is not None and agent.active else None


def _fail(session: Session, subject: AttemptSubject, email: str, address: str) -> None:
    _journal_refusal(session, subject, email, address, reason="wrong")
    if not backoff.is_locked(session, subject):
        return
    journal.record(
        session,
        SIGN_IN,
        journal.Event.ACCOUNT_LOCKED,
        email=_readable(email),
        agent=subject.agent_id,
        factor=subject.kind,
    )
    if subject.agent_id is not None:
        is_account = subject.kind == Throttled.ACCOUNT
        notice = Notice.ACCOUNT_LOCKED if is_account else Notice.FACTOR_LOCKED
        notices.notify(session, subject.agent_id, notice)


def _journal_refusal(
    session: Session, subject: AttemptSubject, email: str, address: str, *, reason: str
) -> None:
    journal.record(
        session,
        SIGN_IN,
        journal.Event.ACCOUNT_REFUSED,
        email=_readable(email),
        agent=subject.agent_id,
        factor=subject.kind,
        address=address,
        reason=reason,
    )


def _reason(waiting: LoginAttempt) -> str:
    if waiting.kind == Throttled.ADDRESS:
        return "address"
    return "locked" if backoff.is_lock(waiting) else "delayed"


def _readable(email: str) -> str | None:
    """What was typed, if it reads as an e-mail address: some type their passphrase there, and the journal is for ever."""
    return email.strip()[:254] if is_address(email.strip()) else None


def _stamp(credential: Credential) -> str:
    return credential.changed_at.isoformat()


@functools.cache
def _decoy() -> str:
    """A hash like any other, of a passphrase that nobody knows."""
    return str(hash_password(secrets.token_urlsafe(32)))
