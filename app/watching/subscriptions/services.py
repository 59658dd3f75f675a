"""Subscribe, stop, and tell: what is told and that it was told are written together."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import hold
from app.core.errors import DomainError
from app.core.front.addresses import path_to
from app.core.now import utcnow
from app.core.text.french import counted_fr
from app.detections.lists.queries import find_current_list
from app.messages import bell
from app.messages.bell import Followed
from app.messages.stops.links import ToStop
from app.messages.stops.services import SYSTEM
from app.watching.models import SavedView
from app.watching.subscriptions import queries
from app.watching.subscriptions.models import Subscription, TellingLevel, TellingPace
from app.watching.subscriptions.news import NewsCount


def subscribe(
    session: Session, identity: Identity, *, view: SavedView | None, department: str | None, pace: TellingPace, by_mail: bool
) -> Subscription:  # fmt: skip
    """Be told of a view or of a département, or be told otherwise; what is there today is not news."""
    if view is None and department not in identity.departments:
        raise DomainError("Choisissez un département de votre zone.", field="departement")
    view_id = view.id if view else None
    known = queries.find_of(session, identity, view_id=view_id, department=department)
    if known is None:
        known = Subscription(
            agent_id=identity.agent_id, view_id=view_id, department=None if view else department,
            told_list_id=_current_id(session), told_until=utcnow(),
        )  # fmt: skip
    _take_up(session, known)
    known.pace, known.by_mail = pace, by_mail
    try:
        with session.begin_nested():
            session.add(known)
    except IntegrityError:
        raise DomainError("Vous venez de vous abonner : rechargez la page.") from None
    _trace(session, identity, known, change="réglé")
    return known


def set_level(
    session: Session, identity: Identity, known: Subscription, level: TellingLevel
) -> None:
    """Be told nothing for a while, or all again; what came meanwhile is not news."""
    hold(session, known)
    if level is TellingLevel.of(known):
        return
    if level is TellingLevel.ALL:
        _take_up(session, known)
    else:
        known.stopped_at = utcnow()
    _trace(session, identity, known, change="repris" if level is TellingLevel.ALL else "suspendu")


def stop(session: Session, identity: Identity, known: Subscription) -> None:
    """Be told no more."""
    _trace(session, identity, known, change="arrêté")
    session.delete(known)


def list_from_mail(session: Session, asked: ToStop) -> list[str]:
    """Return what the subscriptions of an e-mail still tell of, as that e-mail said it. For the system."""
    running = queries.list_running(session, asked.agent_id, asked.numbers)
    return [f"Ce qui entre dans : {named_in_mail(known)}" for known in running]


def stop_from_mail(session: Session, asked: ToStop) -> None:
    """Tell no more of what an e-mail told, on behalf of whoever holds it: its agent may take each up again. For the system."""
    for known in queries.list_running(session, asked.agent_id, asked.numbers, hold=True):
        known.stopped_at = utcnow()
        _trace(session, SYSTEM, known, change="arrêté depuis un courriel", agent_id=known.agent_id)


def tell(
    session: Session, agent_id: int, found: Mapping[int, NewsCount], *, list_id: int | None, moment: datetime
) -> int:  # fmt: skip
    """Tell an agent of what entered, by subscription; return of how many. For the system.

    The bell tells it now, their next e-mail too if they want. What was told meanwhile, or stopped, is told no more: the rows are held.
    """
    held = (
        select(Subscription)
        .where(Subscription.id.in_(found), Subscription.agent_id == agent_id)
        .options(joinedload(Subscription.view))
        .order_by(Subscription.id)
        .with_for_update(of=Subscription)
    )
    count = 0
    for known in session.scalars(held).all():
        told = _still(known, found[known.id], list_id=list_id, moment=moment)
        known.told_list_id, known.told_until = list_id, moment
        if told.count:
            _ring(session, known, told, moment)
            count += 1
    session.flush()
    return count


def _still(
    known: Subscription, told: NewsCount, *, list_id: int | None, moment: datetime
) -> NewsCount:
    """What remains to be told of what was counted before the row was held."""
    if known.told_until >= moment:
        return NewsCount()
    return NewsCount(
        alerts=0 if known.told_list_id == list_id else told.alerts, signals=told.signals
    )


def path_of(known: Subscription) -> str:
    """Return the list as the subscription narrows it."""
    return f"{path_to('detections.index')}?{known.asked}"


def name_of(known: Subscription) -> str:
    """« Élevées » ; « Département 21 »."""
    return f"« {known.view.name} »" if known.view else f"Département {known.department}"


def named_in_mail(known: Subscription) -> str:
    """« Une de vos vues », whose name may be that of a firm; « Département 21 »."""
    return "Une de vos vues" if known.view_id else f"Département {known.department}"


def said(told: NewsCount) -> str:
    """« 3 alertes à voir et 1 signalement »."""
    parts = [counted_fr(told.alerts, "alerte") + " à voir"] if told.alerts else []
    parts += [counted_fr(told.signals, "signalement")] if told.signals else []
    return " et ".join(parts)


def _ring(session: Session, known: Subscription, told: NewsCount, moment: datetime) -> None:
    followed = Followed(
        subscription_id=known.id,
        subject=f"{name_of(known)} : {said(told)}",
        path=path_of(known),
        mail_text=f"{named_in_mail(known)} : {said(told)}" if known.by_mail else None,
    )
    key = f"subscription:{known.id}:{moment.isoformat()}"
    bell.announce_followed(session, followed, agent_id=known.agent_id, key=key)


def _take_up(session: Session, known: Subscription) -> None:
    if known.stopped_at is not None:
        known.told_list_id, known.told_until = _current_id(session), utcnow()
        known.stopped_at = None


def _current_id(session: Session) -> int | None:
    current = find_current_list(session)
    return current.id if current else None


def _trace(
    session: Session, identity: Identity, known: Subscription, *, change: str, **details: Any
) -> None:
    journal.record(
        session, identity, journal.Event.SUBSCRIPTION_CHANGED,
        view_id=known.view_id, department=known.department, pace=known.pace, by_mail=known.by_mail, change=change,
        **details,
    )  # fmt: skip
