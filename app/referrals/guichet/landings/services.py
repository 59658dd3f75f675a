"""Create, change, archive the guichet of a theme: its address, its words, its subjects, the sites that may hold it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import hold, take_turn
from app.core.errors import DomainError
from app.core.now import utcnow
from app.core.text.bounds import normalised
from app.referrals.directory.models import LONGEST_NAME
from app.referrals.guichet.landings.models import LONGEST_INTRO, LONGEST_SLUG, SLUG, Landing

TURNS = 7_147_193
#: addresses of the guichet that are not those of a theme
RESERVED = frozenset({"communes", "merci", "pour-une-entreprise", "suivi"})
MOST_ORIGINS = 20
BAD_SLUG = f"L’adresse tient en lettres sans accent, chiffres et tirets : tresorerie-bfc ; {LONGEST_SLUG} caractères au plus."  # fmt: skip
TAKEN = "Un guichet a déjà cette adresse : s’il est archivé, reprenez-le."
NO_TITLE = "Donnez un titre, dans les mots d’un chef d’entreprise."
LONG = "Raccourcissez : {} caractères au plus."
BAD_ORIGIN = "« {} » n’est pas l’origine d’un site : écrivez https:// et le nom, rien après : https://www.exemple.fr"  # fmt: skip
MANY = f"{MOST_ORIGINS} sites au plus."
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")


@dataclass(frozen=True, kw_only=True)
class LandingEntry:
    """What is typed of a guichet; ``origins``: one site a line."""

    slug: str | None
    title: str | None
    intro: str | None = ""
    partner: str | None = ""
    subject_ids: Sequence[int] = ()
    origins: str | None = ""


def add(session: Session, identity: Identity, entry: LandingEntry) -> Landing:
    """Create a guichet; raise `DomainError`."""
    take_turn(session, TURNS)
    landing = Landing(**_checked(session, entry, but=None))
    session.add(landing)
    session.flush()
    _record(session, identity, landing, change="created")
    return landing


def change(session: Session, identity: Identity, landing: Landing, entry: LandingEntry) -> None:
    """Change a guichet; raise `DomainError`."""
    take_turn(session, TURNS)
    hold(session, landing)
    values = _checked(session, entry, but=landing.id)
    changed = journal.changes({name: getattr(landing, name) for name in values}, values)
    for name, value in values.items():
        setattr(landing, name, value)
    session.flush()
    if changed:
        _record(session, identity, landing, change="changed", fields=sorted(changed))


def archive(session: Session, identity: Identity, landing: Landing, *, archived: bool) -> None:
    """Have the address of a guichet lead nowhere, or lead to it again; what came by it stays."""
    hold(session, landing)
    if landing.is_archived is not archived:
        landing.archived_at = utcnow() if archived else None
        session.flush()
        _record(session, identity, landing, change="archived" if archived else "brought_back")


def origins_of(text: str | None) -> list[str]:
    """Return the https origins that a text names, one a line; raise `DomainError`: a policy of security is made of them."""
    found = [_origin(line) for line in normalised(text).split()]
    if len(found) > MOST_ORIGINS:
        raise DomainError(MANY, field="origins")
    return list(dict.fromkeys(found))


def _origin(typed: str) -> str:
    try:
        url = urlsplit(typed.lower())
        port = f":{url.port}" if url.port else ""
    except ValueError:
        raise DomainError(BAD_ORIGIN.format(typed), field="origins") from None
    host = url.hostname or ""
    if url.scheme != "https" or not _HOST.fullmatch(host) or typed.lower().rstrip("/") != f"https://{host}{port}":  # fmt: skip
        raise DomainError(BAD_ORIGIN.format(typed), field="origins")
    return f"https://{host}{port}"


def _checked(session: Session, entry: LandingEntry, *, but: int | None) -> dict[str, object]:
    slug = normalised(entry.slug)
    if not re.fullmatch(SLUG, slug) or len(slug) > LONGEST_SLUG or slug in RESERVED:
        raise DomainError(BAD_SLUG, field="slug")
    known = session.scalar(select(Landing.id).where(Landing.slug == slug))
    if known is not None and known != but:
        raise DomainError(TAKEN, field="slug")
    title = _short(entry.title, "title", LONGEST_NAME)
    if not title:
        raise DomainError(NO_TITLE, field="title")
    return {
        "slug": slug,
        "title": title,
        "intro": _short(entry.intro, "intro", LONGEST_INTRO),
        "partner": _short(entry.partner, "partner", LONGEST_NAME),
        "subject_ids": sorted(set(entry.subject_ids)),
        "origins": origins_of(entry.origins),
    }


def _short(text: str | None, field: str, longest: int) -> str:
    said = normalised(text)
    if len(said) > longest:
        raise DomainError(LONG.format(longest), field=field)
    return said


def _record(session: Session, identity: Identity, landing: Landing, **details: Any) -> None:
    journal.record(
        session, identity, journal.Event.LANDING_CHANGED, landing=landing.id, slug=landing.slug, **details
    )  # fmt: skip
