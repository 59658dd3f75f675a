"""One transaction per request, job or command: reads cannot write, writes are committed whole or not at all."""

import contextlib
from collections.abc import Iterator

from flask import Response, request
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.access.guard import SAFE_METHODS, GuardedFlask
from app.core.access.identity import Identity
from app.core.access.rows import acting_as
from app.extensions import db


class TransactionalFlask(GuardedFlask):
    """A Flask whose views run in one transaction: read-only for safe methods, committed below 400, rolled back otherwise."""

    def dispatch_request(self) -> Response:
        """Run the view inside its transaction."""
        reads_only = request.method in SAFE_METHODS
        try:
            if reads_only:
                db.session.execute(text("set transaction read only"))
            response = self.make_response(super().dispatch_request())
            if reads_only or response.status_code >= 400:
                db.session.rollback()
            else:
                db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
        return response


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
    """A short transaction of its own on behalf of ``identity``, beside the one in progress.

    For what is written on a GET, and for what must remain when the answer is a refusal. Rows stay readable afterwards. It
    waits for the locks of the one in progress: what the request has journaled there must be committed before.
    """
    with (
        acting_as(identity),
        Session(db.engine, expire_on_commit=False) as session,
        session.begin(),
    ):
        yield session
