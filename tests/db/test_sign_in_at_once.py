"""Two people behind one address who sign in at the same moment: the success of one does not take away what the other counts on."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from app.accounts.local import backoff
from app.accounts.local.sign_in import SIGN_IN
from app.core.database.unit_of_work import apart
from app.extensions import db

ADDRESS = backoff.of_address("192.0.2.7")


@pytest.fixture(autouse=True)
def first_attempt(fresh_database: None) -> None:
    """Somebody behind the address is signing in."""
    with apart(SIGN_IN) as session:
        backoff.admit(session, [ADDRESS])


@contextmanager
def success_of_the_first() -> Iterator[list[bool]]:
    """The first one succeeds between two statements of the second; yield whether that had to wait."""
    waited: list[bool] = []

    def succeed(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("INSERT INTO login_attempt") and not waited:
            waited.append(False)
            try:
                with apart(SIGN_IN) as session:
                    session.execute(text("set local lock_timeout = '200ms'"))
                    backoff.unlock(session, [ADDRESS])
            except OperationalError:
                waited[0] = True

    event.listen(db.engine, "after_cursor_execute", succeed)
    try:
        yield waited
    finally:
        event.remove(db.engine, "after_cursor_execute", succeed)


def test_an_attempt_holds_what_it_counts_from_its_first_statement(fresh_database: None) -> None:
    with success_of_the_first() as waited, apart(SIGN_IN) as session:
        assert backoff.admit(session, [ADDRESS]) is None
    assert waited == [True]
