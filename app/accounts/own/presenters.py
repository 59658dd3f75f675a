"""What the account's pages show: browsers in words, the QR code for an authenticator app, links to other pages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import segno
from flask import url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from app.accounts.local import factors
from app.accounts.models import Agent, AgentSession
from app.accounts.sessions.store import OpenSession
from app.core.access.identity import Identity, Nature
from app.core.access.permissions import Permission, permits
from app.core.slots import Slot

#: a substring of a user agent, and the browser's name; the first match wins, since most claim to be others too
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class AccountPage:
    """A page about the agent that belongs to another domain, linked from the account's page."""

    position: int
    label: str
    endpoint: str
    #: what is there, or what it says of the agent
    detail: str | Callable[[Session, Identity], str]
    #: what is needed to open it; none for a page of everybody
    permission: Permission | None = None

    def told(self, session: Session, identity: Identity) -> str:
        """Return what is said beside the link."""
        return self.detail if isinstance(self.detail, str) else self.detail(session, identity)


#: the pages that upper domains provide
account_pages: Slot[AccountPage] = Slot("pages of an account")


def page_links(session: Session, identity: Identity) -> list[dict[str, str]]:
    """The links to these pages, in order."""
    return [
        {"label": page.label, "url": url_for(page.endpoint), "detail": page.told(session, identity)}
        for page in sorted(account_pages, key=lambda page: page.position)
        if page.permission is None or permits(identity, page.permission)
    ]


def browser(user_agent: str) -> str:
    """``Firefox sur Windows``."""
    name = next((name for mark, name in BROWSERS if mark in user_agent), "Navigateur inconnu")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), None)
    return f"{name} sur {system}" if system else name


def session_row(row: AgentSession, *, present: OpenSession | None) -> dict[str, Any]:
    """A session as « Mes sessions » shows it."""
    return {
        "id": row.id,
        "browser": browser(row.user_agent),
        "address": row.address or None,
        "method": row.method.label,
        "since": row.created_at,
        "last_seen": row.last_seen_at,
        "is_present": present is not None and row.id == present.id,
    }


def totp_setup(agent: Agent, secret: str) -> dict[str, Any]:
    """The secret as a QR code and as text; the QR code is SVG without style, dark on white in both colour schemes."""
    uri = factors.totp().get_totp_uri(agent.email, secret)
    code = segno.make(uri, error="m", micro=False)
    picture = code.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=False)
    return {
        # Safe: generated here by segno, which encodes the secret and the e-mail address as squares.
        "picture": Markup(picture),  # noqa: S704
        "groups": factors.spaced(secret),
    }


def held(identity: Identity, nature: Nature) -> str:
    """A nature, and where it is held unless that is the whole zone."""
    where = identity.zones[nature]
    is_whole = set(where) == set(identity.departments)
    return nature.label if is_whole else f"{nature.label} ({', '.join(where)} seulement)"
