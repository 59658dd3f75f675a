"""One transaction per request, job or command: reads cannot write, writes are all or nothing."""

import contextlib
from collections.abc import Callable, Iterator

from flask import Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from app.core.access.guard import SAFE_METHODS, GuardedFlask
from app.core.access.identity import Identity
from app.core.access.rows import acting_as, carry
from app.core.database.replica import pages, reading
from app.core.errors import DomainError, NotFoundError
from app.core.slots import Slot
from app.extensions import db

#: what is written last, with the answer of a view, before its transaction is committed
committing: Slot[Callable[[Response], None]] = Slot("last writes of a request")


class TransactionalFlask(GuardedFlask):
    """A Flask application whose views run in one transaction: read-only for safe methods; what others write is kept below 400 only.

    The same transaction identifies the requester before the view runs: see `recognise`.
    """

    def preprocess_request(self) -> ResponseReturnValue | None:
        """Run the hooks that precede the view; when one of them answers the request, its transaction ends here."""
        with _undone_by_an_error():
            answer = super().preprocess_request()
            if answer is not None:
                _undo()
            return answer

    def dispatch_request(self) -> Response:
        """Run the view inside its transaction."""
        with _undone_by_an_error():
            response = self.make_response(self._viewed())
            if response.status_code < 400:
                for hook in committing:
                    hook(response)
                db.session.commit()
                pages.remember_writing(response)
            else:
                _undo()
            return response

    def _viewed(self) -> ResponseReturnValue:
        """Run the view: on the replica when it may be read late, and from the beginning on the primary when the replica fails it."""
        replica = reading.readable()
        if replica is None:
            request_session()
            return super().dispatch_request()
        # What identified the requester was read on the primary: no right outlives its end there.
        _undo()
        try:
            with reading.moved(db.session(), replica):
                request_session()
                return super().dispatch_request()
        except DBAPIError as error:
            db.session.rollback()
            if not reading.is_lost(replica, error):
                raise
        request_session()
        return super().dispatch_request()


@contextlib.contextmanager
def _undone_by_an_error() -> Iterator[None]:
    try:
        yield
    except (HTTPException, NotFoundError, DomainError):
        _undo()
        raise
    except BaseException:
        db.session.rollback()
        raise


def _undo() -> None:
    """End the request's transaction, keeping nothing of it.

    A read ends by COMMIT: PostgreSQL let it write nothing, and at a ROLLBACK psycopg forgets the statements it has prepared.
    """
    if request.method in SAFE_METHODS:
        db.session.expunge_all()
        db.session.commit()
    else:
        db.session.rollback()


def request_session() -> Session:
    """The session of the request, in its transaction; for a safe method, PostgreSQL refuses any write in it."""
    session = db.session()
    if request.method in SAFE_METHODS and not session.in_transaction():
        session.connection(execution_options={"postgresql_readonly": True})
    return session


def recognise(system: Identity, ask: Callable[[], Identity | None]) -> Identity | None:
    """Begin the request's transaction as ``system`` while ``ask`` identifies the requester, then continue as that identity.

    When there is nobody, the transaction ends.
    """
    # The transaction in progress, if any, does not belong to this request.
    db.session.rollback()
    with acting_as(system):
        identity = ask()
    if identity is None:
        _undo()
    else:
        # Every setting is overwritten: nothing is left of the system's rights.
        carry(request_session().connection(), identity)
    return identity


@contextlib.contextmanager
def unit_of_work(identity: Identity) -> Iterator[Session]:
    """A transaction on behalf of ``identity``, for jobs and commands: committed at the end, rolled back on error."""
    # The transaction in progress, if any, carries another identity.
    db.session.rollback()
    with acting_as(identity):
        try:
            yield db.session()
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
        finally:
            db.session.remove()


@contextlib.contextmanager
def apart(identity: Identity) -> Iterator[Session]:
    """A short separate transaction on behalf of ``identity``, alongside the one in progress.

    For writes on a GET, and for writes that must survive when the request is refused. Rows stay readable afterwards. It waits
    for the locks of the transaction in progress: what the request has journaled there must be committed first.
    """
    with (
        acting_as(identity),
        Session(db.engine, expire_on_commit=False) as session,
        session.begin(),
    ):
        yield session
