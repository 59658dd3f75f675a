"""Count the replies to alerts of everybody, and read those of the alerts that the reader reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, func, literal, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.companies.models import Company
from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity
from app.core.database.keyset import Key, Page, page_of
from app.detections.answers.models import AnswerKind, AnswerReason, DetectionAnswer
from app.detections.models import DetectionEntry
from app.openlab.sheets.themes import TextTheme, speaks_of
from scoring.vocabulary import Level

#: why the replies of everybody are counted
WHY = "Réponses aux alertes, en nombres"
#: fewer replies than this are not told apart to whoever does not read them
FEWEST = 3


@dataclass(frozen=True, kw_only=True)
class ReplyFilter:
    """Which replies; `None` or empty filters nothing. ``said`` and ``theme`` look at comments: among those that are read alone."""

    kind: AnswerKind | None = None
    reason: AnswerReason | None = None
    level: Level | None = None
    list_id: int | None = None
    theme: TextTheme | None = None
    said: str = ""


def count_replies(session: Session, wanted: ReplyFilter) -> Sequence[Row[Any, str, int]]:
    """Return ``(kind, reason, count)`` of everybody's replies; an empty reason counts the kind. Never by what is said: a word of a text
    that one may not read would be found by trying.

    Read with the system's rights: numbers of the whole country, without firm, place or person.
    """
    answer, counted = DetectionAnswer, _conditions(wanted)
    reasons = select(answer.kind, func.unnest(answer.reasons).label("reason"))
    each = reasons.join(answer.entry).where(*counted).subquery()
    by_reason = select(each.c.kind, each.c.reason, func.count()).group_by(
        each.c.kind, each.c.reason
    )
    whole = select(answer.kind, literal(""), func.count()).join(answer.entry).where(*counted)
    with reading_as_system(session, reason=WHY) as connection:
        return connection.execute(by_reason.union_all(whole.group_by(answer.kind))).all()


def page_of_replies(
    session: Session, _identity: Identity, wanted: ReplyFilter, cursor: str | None
) -> Page[Row[DetectionAnswer, Company]]:
    """Return the replies to the alerts that the reader reads, with their firm, the latest first."""
    comment = DetectionAnswer.comment
    said = [func.strpos(_plain(comment), _plain(literal(wanted.said))) > 0] if wanted.said else []
    spoken = [speaks_of(wanted.theme, comment.expression)] if wanted.theme else []
    statement = (
        select(DetectionAnswer, Company)
        .join(DetectionAnswer.entry)
        .join(DetectionEntry.list)
        .join(Company, Company.siren == DetectionAnswer.siren)
        .where(*_conditions(wanted), *said, *spoken)
        .options(
            contains_eager(DetectionAnswer.entry).contains_eager(DetectionEntry.list),
            joinedload(DetectionAnswer.agent),
        )
    )
    key: Key = [DetectionAnswer.answered_at.desc(), DetectionAnswer.id.desc()]
    return page_of(session, statement, key=key, cursor=cursor)


def _conditions(wanted: ReplyFilter) -> list[ColumnElement[bool]]:
    answer = DetectionAnswer
    asked: list[tuple[object, ColumnElement[bool]]] = [
        (wanted.kind, answer.kind == wanted.kind),
        (wanted.reason, answer.reasons.any_() == (wanted.reason.value if wanted.reason else "")),
        (wanted.level, DetectionEntry.level == wanted.level),
        (wanted.list_id, DetectionEntry.list_id == wanted.list_id),
    ]
    return [answer.is_shared.is_(True), *(condition for value, condition in asked if value)]


def _plain(text: Any) -> ColumnElement[str]:
    return func.lower(func.unaccent(text))
