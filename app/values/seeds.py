"""Planting the values that every instance begins with; one that is there keeps the words of its administrators."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.habilitations.models import Network
from app.values.models import ListValue, ValueList
from app.values.reference import SHARED, TAGS


def plant(session: Session) -> None:
    """Add the values that are missing, by their codes."""
    session.flush()
    known = {
        (row.list_code, row.code)
        for row in session.execute(select(ListValue.list_code, ListValue.code))
    }
    networks = {row.code: row.id for row in session.execute(select(Network.code, Network.id))}
    for kind, values in SHARED.items():
        _add(session, kind, values, known)
    for network, values in TAGS.items():
        _add(session, ValueList.TAG, values, known, network_id=networks[network])


def _add(
    session: Session, kind: ValueList, values: tuple[tuple[str, str, str], ...],
    known: set[tuple[ValueList, str]], *, network_id: int | None = None,
) -> None:  # fmt: skip
    session.add_all(
        ListValue(
            list_code=kind, code=code, label=label, definition=definition, position=position,
            network_id=network_id,
        )
        for position, (code, label, definition) in enumerate(values, start=1)
        if (kind, code) not in known
    )  # fmt: skip
