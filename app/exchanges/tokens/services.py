"""Make, use and revoke tokens."""

import secrets
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts.local import notices
from app.accounts.local.notices import Notice
from app.accounts.models import Agent
from app.core import journal
from app.core.access.elevation import writing_as_system
from app.core.access.identity import Identity
from app.core.database.locks import hold, take_turn
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.core.text.bounds import require_text
from app.exchanges.tokens import queries
from app.exchanges.tokens.models import LONGEST_DAYS, LONGEST_NAME, ApiToken, Scope
from app.habilitations.queries import identity_of

#: what a secret begins with, for whoever finds one where it should not be
BEGINNING = "vigie_"
#: tokens in force of one agent
MOST = 10
TURNS = 7_146_077
NO_SCOPE = "Cochez au moins une chose que le jeton ouvre."
BAD_DAY = "Choisissez un jour à venir, dans un an au plus."


def make(
    session: Session, identity: Identity, *, name: str | None, scopes: Sequence[str], expires_on: date | None
) -> str:  # fmt: skip
    """Make a token, whose secret is returned and kept nowhere; its agent is told by e-mail. Raise `DomainError`."""
    said = require_text(name, field="name", absent="Donnez un nom au jeton : celui de l’outil.")
    if len(said) > LONGEST_NAME:
        raise DomainError(f"{LONGEST_NAME} caractères au plus.", field="name")
    known = [scope.value for scope in Scope if scope.value in scopes]
    if not known:
        raise DomainError(NO_SCOPE, field="scopes")
    if expires_on is None or not today() <= expires_on <= today() + timedelta(days=LONGEST_DAYS):
        raise DomainError(BAD_DAY, field="expires_on")
    take_turn(session, TURNS, identity.agent_id or 0)
    if len(queries.list_in_force(session, identity.agent_id)) >= MOST:
        raise DomainError(f"{MOST} jetons en service au plus : révoquez-en un d’abord.")
    secret = BEGINNING + secrets.token_urlsafe(32)
    token = ApiToken(
        agent_id=identity.agent_id,
        name=said,
        digest=queries.digest_of(secret),
        scopes=known,
        created_at=utcnow(),
        expires_on=expires_on,
    )
    session.add(token)
    session.flush()
    _trace(session, identity, token, change="créé", scopes=known)
    notices.notify(session, identity.agent_id or 0, Notice.TOKEN_MADE)
    return secret


def revoke(session: Session, identity: Identity, token: ApiToken) -> None:
    """Have a token open nothing any more."""
    hold(session, token)
    if token.revoked_at is not None:
        raise DomainError("Ce jeton est déjà révoqué.")
    token.revoked_at = utcnow()
    session.flush()
    _trace(session, identity, token, change="révoqué")


def revoke_lost(session: Session, identity: Identity, agent_id: int) -> None:
    """Revoke for good the tokens of somebody whose account was closed or suspended, or who has no habilitation any more."""
    with writing_as_system(session, identity, reason="Jetons d’un compte sans droits"):
        agent = session.get_one(Agent, agent_id, populate_existing=True)
        is_open = agent.active and agent.suspended_at is None
        if is_open and identity_of(session, agent).is_habilitated:
            return
    _revoke_all(session, identity, agent_id, change="révoqué avec les droits")


def revoke_of_reset(session: Session, identity: Identity, agent_id: int) -> None:
    """Revoke for good the tokens of an account that was reset: whoever had got into it may have made some."""
    _revoke_all(session, identity, agent_id, change="révoqué, compte remis à neuf")


def _revoke_all(session: Session, identity: Identity, agent_id: int, *, change: str) -> None:
    with writing_as_system(session, identity, reason="Jetons révoqués"):
        lost = queries.list_in_force(session, agent_id)
        for token in lost:
            token.revoked_at = utcnow()
    for token in lost:
        _trace(session, identity, token, change=change)


def touch(session: Session, token_id: int) -> None:
    """Remember that a token was used."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=utcnow()))


def _trace(
    session: Session, identity: Identity, token: ApiToken, *, change: str, scopes: Sequence[str] = ()
) -> None:  # fmt: skip
    journal.record(
        session, identity, journal.Event.API_TOKEN_CHANGED, api_token=token.id, agent=token.agent_id,
        change=change, scopes=list(scopes) or None,
    )  # fmt: skip
