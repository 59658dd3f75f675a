"""Edit the lists of values: add, rename, define, order, archive and bring back. Nothing is deleted, no code changes."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import MEANWHILE, hold, take_turn
from app.core.errors import DomainError
from app.core.now import utcnow
from app.core.text.bounds import normalised, require_text
from app.habilitations.models import Network
from app.values.models import ListValue, ValueList

LONGEST_LABEL = 80
LONGEST_DEFINITION = 600
SAME_LABEL = "Une valeur de cette liste porte déjà ce nom ; si elle est archivée, reprenez-la."
#: the advisory lock of whoever orders or fills the lists
EDITING = 7_203_114


def add(
    session: Session, identity: Identity, kind: ValueList, *,
    label: str | None, definition: str | None, network_id: int | None = None,
) -> ListValue:  # fmt: skip
    """Add a value, last of its list; a tag belongs to a network."""
    text, meaning = _label(label), _definition(definition)
    network = _network(session, kind, network_id)
    take_turn(session, EDITING)
    last = session.scalar(
        select(func.max(ListValue.position)).where(ListValue.list_code == kind)
    )  # fmt: skip
    value = ListValue(
        list_code=kind, code=_free_code(session, kind, text, network), label=text,
        definition=meaning, position=(last or 0) + 1, network_id=network.id if network else None,
    )  # fmt: skip
    session.add(value)
    _write(session)
    _record(session, identity, value, change="added", label=text)
    return value


def change(
    session: Session, identity: Identity, value: ListValue, *,
    label: str | None, definition: str | None, shown: str | None = None,
) -> None:  # fmt: skip
    """Rename a value, or define it otherwise; the journal keeps the names, not the text of definitions.

    ``shown``: the definition that the form showed; raise `DomainError` when somebody rewrote it since.
    """
    text, meaning = _label(label), _definition(definition)
    hold(session, value)
    if shown is not None and normalised(shown) != value.definition:
        raise DomainError(MEANWHILE, field="definition")
    renamed = journal.changes({"label": value.label}, {"label": text})
    is_redefined = meaning != value.definition
    if not renamed and not is_redefined:
        return
    value.label, value.definition = text, meaning
    _write(session)
    _record(
        session, identity, value, change="changed", fields=renamed, definition_changed=is_redefined
    )


def move(session: Session, identity: Identity, value: ListValue, *, up: bool) -> None:
    """Swap a value with the one offered before (``up``) or after it, among those of its network; at either end, do nothing."""
    take_turn(session, EDITING)
    order = list(_neighbours(session, value))
    place = order.index(value) if value in order else None
    if place is None:
        return
    other = place - 1 if up else place + 1
    if not 0 <= other < len(order):
        return
    order[place], order[other] = order[other], order[place]
    for position, row in enumerate(order, start=1):
        row.position = position
    session.flush()
    _record(session, identity, value, change="moved", position=value.position)


def archive(session: Session, identity: Identity, value: ListValue) -> None:
    """Offer a value no more; it stays where it was chosen."""
    hold(session, value)
    if value.archived_at is not None:
        return
    value.archived_at = utcnow()
    session.flush()
    _record(session, identity, value, change="archived")


def bring_back(session: Session, identity: Identity, value: ListValue) -> None:
    """Offer an archived value again."""
    hold(session, value)
    if value.archived_at is None:
        return
    value.archived_at = None
    session.flush()
    _record(session, identity, value, change="brought_back")


def _neighbours(session: Session, value: ListValue) -> Sequence[ListValue]:
    """Those offered beside it, read anew: somebody may have moved them since the page was shown."""
    same = (
        ListValue.list_code == value.list_code,
        ListValue.network_id.is_not_distinct_from(value.network_id),
        ListValue.archived_at.is_(None),
    )
    statement = select(ListValue).where(*same).order_by(ListValue.position, ListValue.id)
    return session.scalars(statement.execution_options(populate_existing=True)).all()


def _network(session: Session, kind: ValueList, network_id: int | None) -> Network | None:
    if not kind.is_per_network:
        return None
    network = session.get(Network, network_id) if network_id is not None else None
    if network is None:
        raise DomainError("Choisissez le réseau de cette étiquette.", field="network_id")
    return network


def _label(text: str | None) -> str:
    label = require_text(text, field="label", absent="Donnez un nom à cette valeur.")
    if len(label) > LONGEST_LABEL:
        raise DomainError(
            f"Raccourcissez ce nom : {LONGEST_LABEL} caractères au plus.", field="label"
        )
    return label


def _definition(text: str | None) -> str:
    absent = "Définissez cette valeur : sa définition sert d’aide partout où elle est proposée."
    definition = require_text(text, field="definition", absent=absent)
    if len(definition) > LONGEST_DEFINITION:
        raise DomainError(
            f"Raccourcissez cette définition : {LONGEST_DEFINITION} caractères au plus.",
            field="definition",
        )
    return definition


def _free_code(session: Session, kind: ValueList, label: str, network: Network | None) -> str:
    """A code that files can use, made of the first label: no accent, no space, not taken."""
    letters = unicodedata.normalize("NFKD", f"{network.code} {label}" if network else label).lower()
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    code = re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or "valeur"
    taken = set(session.scalars(select(ListValue.code).where(ListValue.list_code == kind)))
    names = (code if number == 1 else f"{code}_{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _write(session: Session) -> None:
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError as error:
        if "uq_list_value_label" not in str(error.orig):
            raise
        raise DomainError(SAME_LABEL, field="label") from None


def _record(session: Session, identity: Identity, value: ListValue, **details: Any) -> None:
    journal.record(
        session, identity, journal.Event.VALUE_CHANGED, value_list=value.list_code, value=value.id,
        code=value.code, **details,
    )  # fmt: skip
