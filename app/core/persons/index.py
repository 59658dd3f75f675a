"""Which objects may name whoever is sought: the database answers for the open request of whoever asks, by index, and never a word."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, column, func, select
from sqlalchemy.orm import Session

from app.core.persons.sought import Sought

#: objects of a kind that a search looks at, the last ones first: more, and the search must say more
MOST = 50


def ids(session: Session, request_id: int, kind: str, sought: Sought) -> Sequence[int]:
    """Return the numbers of the objects of a kind that hold the names, the address or the telephone; one more than `MOST` at most.

    Nothing unless the request is open, the person's identity established, and whoever asks the one who treats it.
    """
    found = func.vigie_person_traces(
        request_id, kind, sought.name if sought.is_named else "", sought.email, sought.telephone, MOST + 1
    ).table_valued(column("object_id", BigInteger))  # fmt: skip
    return session.scalars(select(found.c.object_id)).all()
