"""Firms found by steps, each read by an index and bounded: beginnings of names, words, towns, then what resembles them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.companies import queries as companies
from app.companies.models import Company
from app.core.access.identity import Identity
from app.core.database.keyset import PAGE_SIZE
from app.core.now import utcnow
from app.search import steps
from app.search.models import RecentSearch
from app.search.question import SearchQuery
from app.search.spelling import NEIGHBOURS, SHORTEST, close_to
from app.search.steps import Asked, FoundBy, Zone

#: firms that a search finds at most: beyond, it says « plus de » and what is typed must say more
MOST = 200
#: firms that a list of suggestions names at most
SUGGESTED = 5
#: with fewer firms that are what was typed, those that resemble it are looked for
FEW = 5
#: départements from which a zone narrows nothing: it is searched as the country
WIDE = 20
#: searches of an agent that are kept, and for how long
MOST_RECENT, KEPT = 8, timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Found:
    """The sirens found, best first; ``has_more`` when there are others, ``likened`` those that only resemble what was typed."""

    sirens: Sequence[str]
    has_more: bool
    likened: frozenset[str]
    asked: Asked


@dataclass(frozen=True, kw_only=True)
class FoundPage:
    """A page of the firms found, and the siren after which the next one begins."""

    rows: Sequence[Company]
    found: Found
    #: by what each was found, unless its name or town only resembles what was typed
    grounds: Mapping[str, FoundBy]
    next_cursor: str | None


def page_of_companies(
    session: Session, identity: Identity, typed: str, *, cursor: str | None
) -> FoundPage:
    """The firms whose names, towns or both are what was ``typed``, or resemble it when few are: those of the zone first.

    ``cursor`` is the siren that ends the page before; any other means the first page.
    """
    found = find(session, identity, typed)
    start = found.sirens.index(cursor) + 1 if cursor in found.sirens else 0
    shown = found.sirens[start : start + PAGE_SIZE]
    is_last = start + PAGE_SIZE >= len(found.sirens)
    rows = _read(session, shown)
    grounds = _grounds(session, found, shown)
    return FoundPage(
        rows=rows, found=found, grounds=grounds, next_cursor=None if is_last else shown[-1]
    )


def suggest(session: Session, identity: Identity, typed: str) -> Sequence[Company]:
    """The first firms of the page that ``typed`` would give."""
    return _read(session, find(session, identity, typed, enough=SUGGESTED).sirens[:SUGGESTED])


def sirens_named(session: Session, identity: Identity, typed: str) -> Sequence[str]:
    """The sirens of those firms; see `guichet.door.queries.by_name`."""
    return find(session, identity, typed, enough=SUGGESTED).sirens[:SUGGESTED]


def suggested(session: Session, identity: Identity, query: SearchQuery) -> Sequence[Company] | None:
    """The firms to suggest for what is being typed; `None` when nothing is looked for."""
    if query.siren or query.siret:
        siren = query.siren or (query.siret or "")[: companies.SIREN_LENGTH]
        firm = companies.find_company(session, identity, siren)
        return [firm] if firm else []
    return suggest(session, identity, query.words) if query.words else None


def list_recent(session: Session, identity: Identity) -> Sequence[str]:
    """Return what the agent searched lately, the last first; nothing to somebody seeing Vigie as that agent."""
    if identity.impersonated_by is not None:
        return []
    mine = (RecentSearch.agent_id == identity.agent_id, RecentSearch.searched_at > utcnow() - KEPT)
    recent = select(RecentSearch.query).where(*mine)
    return session.scalars(
        recent.order_by(RecentSearch.searched_at.desc()).limit(MOST_RECENT)
    ).all()


def find(session: Session, identity: Identity, typed: str, *, enough: int = MOST) -> Found:
    """The firms found step by step, at most `MOST`: no step is asked once ``enough`` are found."""
    asked = Asked.of(session.scalar(select(func.vigie_plain(typed))) or "")
    zones = _zones(identity)
    sirens: dict[str, None] = {}
    for zone in zones if asked.words else ():
        for found in _exact(session, asked, zone):
            sirens |= dict.fromkeys(found)
            if len(sirens) > enough:
                return _bounded(sirens, asked, exact=sirens)
    exact = dict(sirens)
    if len(exact) < FEW and asked.words:
        likened = _likened(session, asked)
        for zone in zones if likened != asked else ():
            sirens |= dict.fromkeys(session.scalars(steps.resembling(likened, zone, MOST + 1)))
    return _bounded(sirens, asked, exact=exact)


def _bounded(sirens: Iterable[str], asked: Asked, *, exact: Collection[str]) -> Found:
    first = [*sirens]
    likened = frozenset(first[:MOST]).difference(exact)
    return Found(sirens=first[:MOST], has_more=len(first) > MOST, likened=likened, asked=asked)


def _grounds(session: Session, found: Found, shown: Sequence[str]) -> dict[str, FoundBy]:
    exact = [siren for siren in shown if siren not in found.likened]
    if not exact:
        return {}
    return {
        siren: FoundBy(code) for siren, code in session.execute(steps.grounds(found.asked, exact))
    }


def _zones(identity: Identity) -> Sequence[Zone]:
    """Where to search: in the zone of whoever asks, then in the country."""
    zone = identity.departments
    return (zone, None) if 0 < len(zone) <= WIDE else (None,)


def _exact(session: Session, asked: Asked, zone: Zone) -> Iterator[Sequence[str]]:
    """What is what was typed, from names that begin with it to names and towns that hold it."""
    limit = MOST + 1
    yield session.scalars(steps.beginning(asked, zone, limit)).all()
    town = session.scalars(steps.in_town(asked, zone, limit)).all()
    held: Sequence[str] = ()
    if len(town) < limit:
        held = session.scalars(steps.anywhere(asked, zone, limit)).all()
    if limit in (len(town), len(held)):
        # Others were left out, perhaps better ones: the best are asked for by name.
        yield session.scalars(steps.in_name(asked, zone, limit)).all()
        yield town
    yield held


def _likened(session: Session, asked: Asked) -> Asked:
    """What is asked, with the known words that each of its words may stand for."""
    mistyped = [word for (word,) in asked.words if len(word) >= SHORTEST]
    if not mistyped:
        return asked
    (near,) = session.execute(steps.neighbours(mistyped, NEIGHBOURS))
    known = dict(zip(mistyped, near, strict=True))
    words = [close_to(word, known.get(word, ())) for (word,) in asked.words]
    return Asked(plain=asked.plain, words=words)


def _read(session: Session, sirens: Sequence[str]) -> Sequence[Company]:
    """The firms that whoever asks may read among ``sirens``, in that order."""
    if not sirens:
        return []
    firms = {
        firm.siren: firm
        for firm in session.scalars(select(Company).where(Company.siren.in_(sirens)))
    }
    return [firms[siren] for siren in sirens if siren in firms]
