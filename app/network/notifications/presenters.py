"""How the bell reads: what happened, of which kind, why the agent is told, and where they change that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.front.addresses import path_to
from app.core.text.french import datetime_fr
from app.habilitations.models import Network
from app.messages.models import Announcement, NoticeKind, Reason
from app.network import presenters
from app.network.notifications import queries
from app.network.notifications.queries import BellItem
from app.network.presenters import ThreadLine
from app.network.queries import list_networks

#: reasons that the level chosen for the firm decides of
OF_FIRM = (Reason.MENTIONED, Reason.CONCERNED, Reason.MEMBER, Reason.FOLLOWED, Reason.IN_ZONE)


@dataclass(frozen=True, kw_only=True)
class BellLine:
    """A line of the bell; ``mark``: the field and the number that mark it as read, none once it is."""

    anchor: str
    when: str
    iso: str
    title: str
    url: str
    kind: str
    why: str
    #: where what is told is changed: the words of the link and its path; none: nowhere
    change: tuple[str, str] | None
    mark: tuple[str, int] | None
    #: of an event around a firm
    firm: str | None = None
    line: ThreadLine | None = None


def of_bell(
    session: Session, identity: Identity, cursor: str | None, kind: NoticeKind | None
) -> dict[str, Any]:
    """For `_notifications.html`: the lines of a page, of one kind if asked, and the kinds that there may be."""
    page = queries.page_of_bell(session, identity, cursor, kind=kind)
    return {
        "lines": _lines(session, page.rows),
        "results": page,
        "unread": queries.count_unread(session, identity),
        "kind": kind,
        "kinds": [_tab(None, kind), *(_tab(each, kind) for each in NoticeKind)],
    }


def why(reason: Reason) -> str:
    """Return « Pourquoi je reçois ceci : vous suivez l’entreprise. »."""
    return f"Pourquoi je reçois ceci : {reason.label}."


def _lines(session: Session, items: Sequence[BellItem]) -> list[BellLine]:
    networks = list_networks(session) if items else {}
    return [
        _announced(notice.announcement) if notice.announcement else _of_firm(notice, networks)
        for notice in items
    ]


def _of_firm(notice: BellItem, networks: Mapping[int, Network]) -> BellLine:
    told, company = notice.notification, notice.company
    if told is None or company is None:
        raise ValueError("neither an event of a firm nor an announcement")
    line = presenters.line(told.event, networks)
    of_firm = (
        "Choisir ce que j’apprends de cette entreprise",
        path_to("network.follow", siren=company.siren),
    )
    of_people = ("Choisir ce que je suis", path_to("network.follows"))
    return BellLine(
        anchor=f"notification-{told.id}",
        when=line.when,
        iso=line.iso,
        title=line.title,
        url=line.url or presenters.company_path(company.siren),
        kind=told.kind.label,
        why=why(told.reason),
        change=of_firm
        if told.reason in OF_FIRM
        else of_people
        if told.reason is Reason.COLLEAGUE
        else None,
        mark=None if told.read_at else ("notification_id", told.id),
        firm=company.name,
        line=line,
    )


def _announced(told: Announcement) -> BellLine:
    settings = {
        Reason.SUBSCRIBED: ("Choisir ce que je suis", path_to("network.follows")),
        Reason.OPENLAB: ("Choisir si les fiches me sont annoncées", path_to("openlab.index")),
    }
    return BellLine(
        anchor=f"annonce-{told.id}",
        when=datetime_fr(told.created_at),
        iso=told.created_at.isoformat(),
        title=told.subject,
        url=told.path,
        kind=told.kind.label,
        why=why(told.reason),
        change=settings.get(told.reason),
        mark=None if told.read_at else ("announcement_id", told.id),
    )


def _tab(kind: NoticeKind | None, asked: NoticeKind | None) -> dict[str, Any]:
    query = {"type": kind.value} if kind else {}
    return {
        "label": kind.label if kind else "Toutes",
        "url": path_to("notifications.index", **query),
        "is_current": kind == asked,
    }
