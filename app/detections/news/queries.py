"""Read what lists change, as far as whoever asks reads the score."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.core.access.identity import Identity, Nature
from app.core.database.keyset import Slice, slice_of
from app.core.database.tables import current_day, day_of
from app.core.slots import Slot
from app.detections.answers.models import REASONS, AnswerKind, DetectionAnswer
from app.detections.lists.queries import LATEST_FIRST
from app.detections.models import DetectionEntry, DetectionList
from app.detections.news.models import ListTally
from scoring.vocabulary import Level

#: lists of a page of the history
LISTS_SHOWN = 12
#: what confirms that a firm was rightly in alert: firms (``siren``), and the day of each (``day``); the domains above say what
confirmations: Slot[Callable[[], Select[*tuple[Any, ...]]]] = Slot("what confirms alerts")


@dataclass(frozen=True, kw_only=True)
class Totals:
    """The firms of a list in the reader's zone: by level, by novelty, and those that left since the list before."""

    elevee: int = 0
    moderee: int = 0
    first_alerts: int = 0
    aggravations: int = 0
    re_alerts: int = 0
    leavers: int = 0


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """What the answers to the list before led to, in the reader's zone, as counted when the list was announced: numbers of firms."""

    answered: int
    inexact_gone: int
    watched_back: int
    confirmed: int


@dataclass(frozen=True, kw_only=True)
class AnswersLedTo:
    """Of the firms answered so on the list before: how many, how many are still in alert, how many of them are worse."""

    kind: AnswerKind
    answered: int
    still: int
    worse: int


def slice_of_lists(session: Session, cursor: str | None) -> Slice[DetectionList]:
    """Return the published lists, the latest first; of several for a day, the last."""
    last = select(func.max(DetectionList.id)).where(DetectionList.published_at.is_not(None))
    last = last.group_by(DetectionList.as_of)
    these = select(DetectionList).where(DetectionList.id.in_(last.scalar_subquery()))
    found = slice_of(session, these, key=LATEST_FIRST, cursor=cursor, size=LISTS_SHOWN)
    return found.scalars()


def find_former(session: Session, detection_list: DetectionList) -> DetectionList | None:
    """Return the list published before, of an earlier day."""
    earlier = (
        DetectionList.published_at.is_not(None),
        DetectionList.as_of < detection_list.as_of,
    )
    return session.scalar(select(DetectionList).where(*earlier).order_by(*LATEST_FIRST).limit(1))


def totals_of(session: Session, identity: Identity, list_ids: Sequence[int]) -> dict[int, Totals]:
    """Return the totals of some lists where the reader holds the score: a département that they lack is no part of them."""
    names = list(Totals.__dataclass_fields__)
    sums = [func.sum(getattr(ListTally, name)).label(name) for name in names]
    zone = identity.zones.get(Nature.SCORE, ())
    these = (ListTally.list_id.in_(list_ids), ListTally.department.in_(zone))
    rows: Sequence[Row[int, int]] = session.execute(
        select(ListTally.list_id, *sums).where(*these).group_by(ListTally.list_id)
    ).all()
    return {row[0]: Totals(**dict(zip(names, row[1:], strict=True))) for row in rows}


def find_outcomes(
    session: Session, identity: Identity, detection_list: DetectionList
) -> Outcomes | None:
    """Return what the answers to the list before led to where the reader holds the score; `None` when it was not counted."""
    names = list(Outcomes.__dataclass_fields__)
    zone = identity.zones.get(Nature.SCORE, ())
    these = (ListTally.list_id == detection_list.id, ListTally.department.in_(zone))
    row = session.execute(
        select(*(func.sum(getattr(ListTally, name)) for name in names)).where(*these)
    ).one()
    return None if row[0] is None else Outcomes(**dict(zip(names, row, strict=True)))


def count_outcomes(former: DetectionList, published: DetectionList) -> Select[*tuple[Any, ...]]:
    """Select, by département, what the answers to the alerts of a list led to once the next is there: numbers of firms."""
    answer, entry = DetectionAnswer, aliased(DetectionEntry)
    still = exists().where(
        entry.list_id == published.id, entry.siren == answer.siren, entry.level != Level.NONE
    )
    answered_on = day_of(answer.answered_at)
    since = [
        exists().where(each.c.siren == answer.siren, each.c.day >= answered_on)
        for each in (confirming().subquery() for confirming in confirmations)
    ]
    # What was taken back led to nothing; the day of a watch ends it, and takes nothing back.
    ended_on = day_of(answer.ended_at)
    counts = or_(answer.ended_at.is_(None), answer.returns_on <= ended_on)
    firms = func.count(func.distinct(answer.siren))
    is_back = answer.returns_on <= current_day()
    return (
        select(
            DetectionEntry.department,
            firms.label("answered"),
            firms.filter(answer.kind == AnswerKind.INEXACT, ~still).label("inexact_gone"),
            firms.filter(answer.kind == AnswerKind.WATCHED, is_back).label("watched_back"),
            firms.filter(or_(false(), *since)).label("confirmed"),
        )
        .join(answer.entry)
        .where(
            DetectionEntry.list_id == former.id, DetectionEntry.department.is_not(None),
            answer.is_shared, answer.kind.in_(list(REASONS)), counts,
        )
        .group_by(DetectionEntry.department)
    )  # fmt: skip


def answers_led_to(
    session: Session, _identity: Identity, former: DetectionList, detection_list: DetectionList
) -> list[AnswersLedTo]:
    """Return what the answers to the alerts of a list led to on the next, as far as the reader reads both."""
    answer, entry = DetectionAnswer, aliased(DetectionEntry)
    now_listed = and_(
        entry.list_id == detection_list.id,
        entry.siren == answer.siren,
        entry.level != Level.NONE,
    )
    still = exists().where(now_listed)
    # Only what a list says new or worse ends an answer.
    worse = exists().where(now_listed, entry.novelty != "none")
    firms = func.count(func.distinct(answer.siren))
    rows = session.execute(
        select(answer.kind, firms, firms.filter(still), firms.filter(worse))
        .join(answer.entry)
        .where(
            DetectionEntry.list_id == former.id,
            answer.is_shared,
            answer.kind.in_(list(REASONS)),
        )
        .group_by(answer.kind)
    ).all()
    found = {
        row[0]: AnswersLedTo(kind=row[0], answered=row[1], still=row[2], worse=row[3])
        for row in rows
    }
    return [found[kind] for kind in REASONS if kind in found]
