"""Read lists, entries, their reasons, human signals and runs; row-level security narrows each."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, Text, and_, cast, exists, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, joinedload

from app.core.access.identity import Identity, Nature
from app.core.errors import NotFoundError
from app.core.now import utcnow
from app.detections.lists.rows.branches import SIGNAL_LIFE
from app.detections.lists.why.causes import is_cause
from app.detections.models import (
    DetectionEntry,
    DetectionList,
    DetectionReason,
    DetectionRuleEffect,
    HumanSignal,
    RunState,
)
from scoring.vocabulary import Level

UNFINISHED = (RunState.WAITING, RunState.RUNNING)
#: a later run for the same day replaces the earlier one
LATEST_FIRST = (DetectionList.as_of.desc(), DetectionList.id.desc())


def _published() -> Select[DetectionList]:
    return select(DetectionList).where(DetectionList.published_at.is_not(None))


def _current() -> Select[DetectionList]:
    return _published().order_by(*LATEST_FIRST).limit(1)


def find_current_list(session: Session) -> DetectionList | None:
    """Return the last published list, if any."""
    return session.scalar(_current())


def current_list_id() -> ScalarSelect[int]:
    """SQL: the number of the last published list; null without any."""
    return _current().with_only_columns(DetectionList.id).scalar_subquery()


def get_list(session: Session, _identity: Identity, list_id: int) -> DetectionList:
    """Return a published list; raise `NotFoundError`."""
    detection_list = session.scalar(_published().where(DetectionList.id == list_id))
    if detection_list is None:
        raise NotFoundError
    return detection_list


def list_lists(session: Session, *, limit: int = 36) -> Sequence[DetectionList]:
    """Return the published lists, latest first; of several for the same day, the last one."""
    last = (
        _published()
        .with_only_columns(func.max(DetectionList.id))
        .group_by(DetectionList.as_of)
        .scalar_subquery()
    )
    return session.scalars(
        select(DetectionList).where(DetectionList.id.in_(last)).order_by(*LATEST_FIRST).limit(limit)
    ).all()


def in_force_until(
    session: Session, detection_list: DetectionList | None, *, newest: DetectionList | None = None
) -> datetime:
    """Return when a list was replaced: the publication of the next one, or now; the ``newest`` has no next one."""
    if detection_list is None or detection_list is newest:
        return utcnow()
    following = session.scalar(
        select(func.min(DetectionList.published_at)).where(
            DetectionList.published_at.is_not(None), DetectionList.as_of > detection_list.as_of
        )
    )
    return following or utcnow()


def get_entry(session: Session, _identity: Identity, entry_id: int) -> DetectionEntry:
    """Return an entry within reach, with its list; raise `NotFoundError`."""
    entry = session.scalar(
        select(DetectionEntry)
        .where(DetectionEntry.id == entry_id)
        .options(joinedload(DetectionEntry.list))
    )
    if entry is None:
        raise NotFoundError
    return entry


def find_entry(
    session: Session, detection_list: DetectionList, siren: str
) -> DetectionEntry | None:
    """Return the entry of a firm in a list, if it is in alert there."""
    of_firm = (DetectionEntry.list_id == detection_list.id, DetectionEntry.siren == siren)
    shown = DetectionEntry.level != Level.NONE
    return session.scalar(select(DetectionEntry).where(*of_firm, shown))


def is_out_of_alert(identity: Identity, *, siren: Any, departments: Any) -> ColumnElement[bool]:
    """SQL condition: the agent reads the alerts where the firm works, and it is in none: neither listed now nor signalled."""
    entry, signal = DetectionEntry, HumanSignal
    listed = exists().where(
        entry.siren == siren, entry.list_id == current_list_id(), entry.level != Level.NONE
    )
    signalled = exists().where(signal.siren == siren, signal.created_at > utcnow() - SIGNAL_LIFE)
    read = cast(list(identity.zones.get(Nature.SCORE, ())), ARRAY(Text()))
    return and_(departments.overlap(read), ~listed, ~signalled)


def list_history(session: Session, _identity: Identity, siren: str) -> Sequence[DetectionEntry]:
    """Return the firm's entries in published lists, latest first; of several lists for a day, the last."""
    last = (
        _published()
        .with_only_columns(func.max(DetectionList.id))
        .group_by(DetectionList.as_of)
        .scalar_subquery()
    )
    return session.scalars(
        select(DetectionEntry)
        .join(DetectionEntry.list)
        .where(DetectionEntry.siren == siren, DetectionList.id.in_(last))
        .options(joinedload(DetectionEntry.list))
        .order_by(*LATEST_FIRST)
    ).all()


def list_reasons(
    session: Session, _identity: Identity, entry: DetectionEntry
) -> Sequence[DetectionReason]:
    """Return why the firm is on the list, themes before variables, heaviest first; only natures the agent may read."""
    return session.scalars(
        select(DetectionReason)
        .where(DetectionReason.entry_id == entry.id)
        .order_by(DetectionReason.position)
    ).all()


def find_cause(session: Session, _identity: Identity, entry: DetectionEntry) -> str | None:
    """Return the sentence of the fact that raises the risk most, among those the agent may read; the context is no cause."""
    return session.scalar(
        select(DetectionReason.sentence)
        .where(DetectionReason.entry_id == entry.id, *is_cause(DetectionReason))
        .order_by(DetectionReason.position)
        .limit(1)
    )


def list_signals(session: Session, _identity: Identity, siren: str) -> Sequence[HumanSignal]:
    """Return the human signals about the firm, latest first."""
    return session.scalars(
        select(HumanSignal)
        .where(HumanSignal.siren == siren)
        .order_by(HumanSignal.created_at.desc(), HumanSignal.id.desc())
    ).all()


def effects_of(
    session: Session, _identity: Identity, entry_ids: Sequence[int]
) -> dict[int, list[DetectionRuleEffect]]:
    """Return the rules that applied to each entry, among those whose reason the agent may read."""
    by_entry: dict[int, list[DetectionRuleEffect]] = defaultdict(list)
    for effect in session.scalars(
        select(DetectionRuleEffect)
        .where(DetectionRuleEffect.entry_id.in_(entry_ids))
        .order_by(DetectionRuleEffect.entry_id, DetectionRuleEffect.position)
    ):
        by_entry[effect.entry_id].append(effect)
    return by_entry
