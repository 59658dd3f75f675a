"""Those whom a text names by « @Prénom Nom »: among its readers only, so that nobody is told of what they may not read."""

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Row, Select, SQLColumnExpression, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.text.folding import folded
from app.network.comments.readers import Texts, reads
from app.network.models import Comment, CommentMention

#: words that a name may have
LONGEST_NAME = 6
#: names in one text, at most
MOST = 20
#: people offered while a name is typed
OFFERED = 8
SIGN = re.compile(r"(?<![\w@])@(?=\w)")
WORD = re.compile(r"\w(?:[\w’'-]*\w)?")
NOT_A_READER = (
    "{name} ne pourra pas lire ce texte : choisissez des lecteurs dont cette personne fait partie,"
    " ou invitez-la d’abord dans l’accompagnement."
)
TOO_MANY = f"Citez {MOST} personnes au plus."


def record(session: Session, identity: Identity, comment: Comment) -> list[int]:
    """Write whom ``comment`` names; return those whom it did not name before.

    Raise `DomainError` when one of them may not read it.
    """
    named = _named(session, identity, comment)
    if len(named) > MOST:
        raise DomainError(TOO_MANY, field="body")
    rows = [{"comment_id": comment.id, "agent_id": agent_id} for agent_id in named]
    statement = insert(CommentMention).on_conflict_do_nothing().returning(CommentMention.agent_id)
    return sorted(session.scalars(statement, rows)) if rows else []


def list_named(session: Session, comment_id: int) -> Sequence[int]:
    """Return the agents whom a comment names."""
    mentions = select(CommentMention.agent_id).where(CommentMention.comment_id == comment_id)
    return session.scalars(mentions).all()


def offered(
    session: Session, identity: Identity, texts: Texts, network_id: int, typed: str
) -> Sequence[Row[int, str, str]]:
    """Return the numbers, names and administrations of a few readers of a network whose name begins by ``typed``."""
    if network_id not in identity.network_ids or not typed.strip():
        return []
    pattern = func.lower(func.unaccent(typed.strip()))
    begins = _plain(Agent.full_name).startswith(pattern) | _plain(Agent.last_name).startswith(
        pattern
    )
    others = Agent.id != identity.agent_id
    statement = (
        select(Agent.id, Agent.full_name.label("name"), Agent.administration)
        .where(reads(texts, network_id), begins, others)
        .order_by(Agent.last_name, Agent.first_name, Agent.id)
        .limit(OFFERED)
    )
    with reading_as_system(session, reason="Lecteurs d’un texte") as connection:
        return connection.execute(statement).all()


def _named(session: Session, identity: Identity, comment: Comment) -> set[int]:
    candidates = names_in(comment.body)
    if not candidates:
        return set()
    with reading_as_system(session, reason="Lecteurs d’un texte") as connection:
        found = connection.execute(_bearing(candidates, comment)).all()
    chosen = {row for place in candidates for row in _longest(place, found)}
    readers = {row.id for row in chosen if row.is_reader}
    told = {folded(row.name) for row in chosen if row.is_reader}
    for row in chosen:
        if folded(row.name) not in told:
            raise DomainError(NOT_A_READER.format(name=row.name), field="body")
    return readers - {identity.agent_id or 0}


def names_in(body: str) -> list[tuple[str, ...]]:
    """Return, for each « @ » of a text, the names that may follow it, the longest first."""
    return [tuple(_names_from(body, sign.end())) for sign in SIGN.finditer(body)]


def _names_from(body: str, start: int) -> list[str]:
    names: list[str] = []
    place = start
    while len(names) < LONGEST_NAME and (word := WORD.match(body, place)):
        names.append(body[start : word.end()].replace("\u00a0", " "))
        place = word.end() + 1
        if body[word.end() : place] not in {" ", "\u00a0"}:
            break
    return names[::-1]


def _bearing(places: Iterable[tuple[str, ...]], comment: Comment) -> Select[int, str, bool]:
    names = sorted({name for place in places for name in place})
    texts = Texts(siren=comment.siren, departments=comment.departments)
    wanted = [func.lower(func.unaccent(name.replace("’", "'"))) for name in names]
    is_reader = reads(texts, comment.network_id).label("is_reader")
    bearing = select(Agent.id, Agent.full_name.label("name"), is_reader)
    return bearing.where(Agent.active, _plain(Agent.full_name).in_(wanted))


def _longest(
    place: tuple[str, ...], found: Sequence[Row[int, str, bool]]
) -> list[Row[int, str, bool]]:
    for name in place:
        bearing = [row for row in found if folded(row.name) == folded(name)]
        if bearing:
            return bearing
    return []


def _plain(name: SQLColumnExpression[str]) -> ColumnElement[str]:
    return func.lower(func.unaccent(func.replace(name, "’", "'")))
