"""Changing the factors of a local account, on behalf of its agent; each change is journaled and notified by e-mail."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.local import factors, notices, passkeys
from app.accounts.local.notices import Notice
from app.accounts.local.passkeys import Challenge
from app.accounts.models import Credential, Passkey
from app.core import journal
from app.core.access.identity import Identity
from app.core.errors import DomainError, NotFoundError
from app.core.now import utcnow

LAST_FACTOR = "C’est votre seul second facteur : ajoutez-en un autre avant de le retirer."
LONGEST_LABEL = 60


def enrol_totp(
    session: Session, identity: Identity, credential: Credential, *, secret: str, code: str
) -> None:
    """Store ``secret`` as the authenticator app's if ``code`` matches it; raise `DomainError` on ``code`` otherwise."""
    credential.totp_last_counter = None
    if not factors.use_totp_code(credential, code, secret=secret):
        raise DomainError(
            "Ce code n’est pas celui que l’application affiche. Vérifiez l’heure du téléphone, puis saisissez le code suivant.",
            field="code",
        )
    credential.totp_secret, credential.totp_since = secret, utcnow()
    _trace(session, identity, credential, Notice.TOTP_CHANGED)


def remove_totp(session: Session, identity: Identity, credential: Credential) -> None:
    """Remove the authenticator app; raise `DomainError` if no other second factor would remain."""
    if credential.totp_secret is None:
        raise NotFoundError
    if not passkeys.list_of(session, credential.agent_id):
        raise DomainError(LAST_FACTOR)
    credential.totp_secret = credential.totp_since = None
    _trace(session, identity, credential, Notice.TOTP_REMOVED)


def add_passkey(
    session: Session,
    identity: Identity,
    credential: Credential,
    *,
    answer: str,
    challenge: Challenge | None,
    label: str,
) -> None:
    """Store the passkey that a device created; raise `DomainError` when its response does not verify."""
    name = " ".join(label.split())[:LONGEST_LABEL] or "Clé d’accès"
    passkeys.register(session, credential.agent_id, answer=answer, challenge=challenge, label=name)
    _trace(session, identity, credential, Notice.PASSKEY_ADDED)


def remove_passkey(
    session: Session, identity: Identity, credential: Credential, passkey_id: int
) -> None:
    """Remove one of the agent's passkeys; raise `NotFoundError`, or `DomainError` if no other second factor would remain."""
    mine = Passkey.agent_id == credential.agent_id
    passkey = session.scalar(select(Passkey).where(Passkey.id == passkey_id, mine))
    if passkey is None:
        raise NotFoundError
    count = session.scalar(select(func.count()).select_from(Passkey).where(mine))
    if credential.totp_secret is None and count == 1:
        raise DomainError(LAST_FACTOR)
    session.delete(passkey)
    _trace(session, identity, credential, Notice.PASSKEY_REMOVED)


def renew_codes(session: Session, identity: Identity, credential: Credential) -> list[str]:
    """Replace the recovery codes and return them, readable only now; raise `DomainError` without a factor for them to replace."""
    if not queries.has_second_factor(session, credential):
        raise DomainError("Ajoutez d’abord un second facteur : les codes de secours le remplacent.")
    codes = factors.renew_recovery_codes(session, credential.agent_id)
    _trace(session, identity, credential, Notice.CODES_RENEWED)
    return codes


def _trace(session: Session, identity: Identity, credential: Credential, notice: Notice) -> None:
    session.flush()
    event = journal.Event.SECOND_FACTOR_CHANGED
    journal.record(session, identity, event, agent=credential.agent_id, change=notice)
    notices.notify(session, credential.agent_id, notice)
