"""Opening, strengthening and closing the sessions of agents. Sessions are opened only here, and journaled."""

from datetime import timedelta
from typing import Any, cast

from flask import g, request, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import ColumnElement, Row, delete
from sqlalchemy.orm import Session

from app.accounts.models import Agent, AgentSession, Method
from app.accounts.sessions import store
from app.accounts.sessions.cookie import SESSIONS, BrowserSession
from app.accounts.sessions.store import Browser
from app.core import journal
from app.core.access.elevation import writing_as_system
from app.core.access.identity import Identity
from app.core.access.rows import carry
from app.core.database.unit_of_work import apart
from app.core.errors import NotFoundError
from app.core.now import is_within
from app.core.text.bounds import writable

#: how long a proof of identity is valid, for changing how an agent signs in
PROOF_LASTS = timedelta(minutes=15)
LONGEST_USER_AGENT = 300


def begin(agent: Agent, *, method: Method | str, id_token: str | None = None) -> None:
    """Open a session for ``agent`` in the current browser, replacing any previous one; journaled, committed at once.

    ``id_token`` is the identity provider's, kept in ``flask.session["id_token"]`` to sign out there.
    """
    browser, method = current(), Method(method)
    previous_key = browser.key
    _start_afresh(browser)
    if id_token is not None:
        browser["id_token"] = id_token
    with apart(SESSIONS) as transaction:
        if previous_key is not None:
            store.discard(transaction, previous_key)
        key = store.insert(transaction, agent, method=method, browser=where(), data=dict(browser))
        browser.row = store.find(transaction, key)
        closed = store.keep_latest(transaction, agent.id)
        if closed:
            why = f"plus de {store.MOST} sessions ouvertes"
            _journal_closing(transaction, SESSIONS, agent.id, count=closed, why=why)
        who = Identity(agent_id=agent.id, name=agent.full_name)
        _journal_own(
            transaction,
            who,
            journal.Event.ACCOUNT_SIGNED_IN,
            method=method,
            address=where().address,
        )
    browser.hold(key)
    browser.modified = False


def strengthen(method: Method | None = None) -> None:
    """Give the current session a new key, after a proof of identity; ``method`` is set if that proof makes the session stronger."""
    browser = current()
    if browser.key is None:
        return
    with apart(SESSIONS) as transaction:
        key = store.renew(transaction, browser.key, method=method)
        browser.row = store.find(transaction, key)
    browser.hold(key)


def close_current() -> None:
    """Close the session of the current browser, journaled."""
    browser = current()
    row = browser.row
    if row is not None and browser.key is not None:
        with apart(SESSIONS) as transaction:
            store.discard(transaction, browser.key)
            who = Identity(agent_id=row.agent_id, name=row.agent_name)
            _journal_own(transaction, who, journal.Event.ACCOUNT_SIGNED_OUT)
    browser.forget()
    g.pop("csrf_token", None)


def close_one(transaction: Session, identity: Identity, session_id: int) -> None:
    """Close one of the agent's own sessions; raise `NotFoundError` if it is not theirs or not open."""
    mine = delete(AgentSession).where(
        AgentSession.id == session_id, AgentSession.agent_id == identity.agent_id
    )
    if transaction.scalar(mine.returning(AgentSession.id)) is None:
        raise NotFoundError
    _journal_closing(transaction, identity, identity.agent_id, count=1, why="fermée par l’agent")


def close_others(transaction: Session, identity: Identity, *, why: str) -> int:
    """Close the agent's sessions except the current one; return how many."""
    row = current().row
    others = delete(AgentSession).where(
        AgentSession.agent_id == identity.agent_id, AgentSession.id != (row.id if row else 0)
    )
    count = len(transaction.scalars(others.returning(AgentSession.id)).all())
    if count:
        _journal_closing(transaction, identity, identity.agent_id, count=count, why=why)
    return count


def close_all(transaction: Session, identity: Identity, agent_id: int, *, why: str) -> int:
    """Close every session of an agent, in the transaction of the act that requires it; return how many. Journaled."""
    with writing_as_system(transaction, identity, reason="Fermeture de sessions") as connection:
        theirs = delete(AgentSession).where(AgentSession.agent_id == agent_id)
        count = len(connection.execute(theirs.returning(AgentSession.id)).all())
    if count:
        _journal_closing(transaction, identity, agent_id, count=count, why=why)
    return count


def find_holder(*columns: ColumnElement[Any]) -> Row[Any] | None:
    """The holder of this request's session: ``agent_id``, ``agent_name`` and ``columns`` of their `Agent`."""
    row = current().load(*columns)
    return row.agent if row else None


def is_committed() -> bool:
    """Whether the holder of this request's session has a valid signed commitment."""
    row = current().row
    return row is not None and row.is_committed


def is_strong() -> bool:
    """Whether this request's session was opened with two factors."""
    row = current().row
    return row is not None and row.method.is_strong


def is_recently_proved() -> bool:
    """Whether the holder proved their identity recently enough to change how they sign in."""
    row = current().row
    return row is not None and is_within(row.proved_at, PROOF_LASTS)


def current() -> BrowserSession:
    """This request's session, a visitor's or an agent's."""
    return cast("BrowserSession", session._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001


def where() -> Browser:
    """The browser the request comes from."""
    return Browser(
        address=writable(request.remote_addr or ""),
        user_agent=writable(request.user_agent.string)[:LONGEST_USER_AGENT],
    )


def _start_afresh(browser: BrowserSession) -> None:
    """Drop everything that was in the browser before the sign-in, including the CSRF token."""
    browser.forget()
    g.pop("csrf_token", None)
    generate_csrf()


def _journal_own(transaction: Session, who: Identity, event: journal.Event, **details: Any) -> None:
    """Journal what the holder of a session does with it, in their name: from there, the transaction is theirs."""
    carry(transaction.connection(), who)
    journal.record(transaction, who, event, **details)


def _journal_closing(
    transaction: Session, identity: Identity, agent_id: int | None, *, count: int, why: str
) -> None:
    journal.record(
        transaction,
        identity,
        journal.Event.SESSIONS_CLOSED,
        agent=agent_id,
        sessions=count,
        why=why,
    )
