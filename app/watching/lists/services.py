"""Make lists of firms, fill them, archive them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core import journal
from app.core.access.identity import Identity, Nature
from app.core.errors import DomainError
from app.core.now import utcnow
from app.watching.lists import policies, queries
from app.watching.lists.models import CompanyList, CompanyListMember, ListSource

#: lists in use that an agent makes, and characters of a name and of a description
MOST, LONGEST_LABEL, LONGEST_DESCRIPTION = 50, 60, 500


@dataclass(frozen=True, kw_only=True)
class ListRequest:
    """A list as it is asked for; ``network_id``: who reads it besides its author; ``is_open``: every habilitated agent does."""

    label: str
    description: str = ""
    source: ListSource = ListSource.AGENTS
    network_id: int | None = None
    is_open: bool = False
    nature: Nature | None = None


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What becomes of the firms that somebody puts on a list: those added, the numbers of the others."""

    firms: Sequence[Company]
    #: on it already
    known: Sequence[str]
    #: in Vigie, but not in the zone nor in an accompagnement of the agent
    out_of_reach: Sequence[str]
    unknown: Sequence[str]

    @property
    def added(self) -> list[str]:
        """The numbers of those added."""
        return [firm.siren for firm in self.firms]


def create(session: Session, identity: Identity, asked: ListRequest) -> CompanyList:
    """Make a list. Raise `DomainError` when it may not be, by whom it is asked or in what it says."""
    _require_allowed(identity, asked)
    mine = select(func.count()).where(
        CompanyList.author_id == identity.agent_id, CompanyList.archived_at.is_(None)
    )
    if (session.scalar(mine) or 0) >= MOST:
        raise DomainError(f"Vous avez déjà {MOST} listes : archivez-en une d’abord.")
    known = CompanyList(
        label=asked.label, description=asked.description, source=asked.source, author_id=identity.agent_id,
        network_id=asked.network_id, is_open=asked.is_open, nature=asked.nature,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(known)
    except IntegrityError:
        raise DomainError("Vous avez déjà une liste de ce nom.", field="label") from None
    _trace(session, identity, known, change="créée")
    return known


def archive(session: Session, identity: Identity, known: CompanyList) -> None:
    """Archive a list: it labels no firm any more, and its firms stay written."""
    if known.archived_at is not None:
        raise DomainError("Cette liste est déjà archivée.")
    known.archived_at = utcnow()
    session.flush()
    _trace(session, identity, known, change="archivée")


def fill(
    session: Session, identity: Identity, known: CompanyList, sirens: Collection[str]
) -> Filled:
    """Put firms on a list: those within the agent's reach alone."""
    put = foresee(session, identity, known, sirens)
    rows = [
        {
            "list_id": known.id,
            "siren": firm.siren,
            "departments": firm.departments,
            "added_by": identity.agent_id,
            "added_at": utcnow(),
        }
        for firm in put.firms
    ]
    if rows:
        session.execute(insert(CompanyListMember).on_conflict_do_nothing(), rows)
        _trace_firms(session, identity, known, change="ajoutées", sirens=put.added)
    return put


def foresee(
    session: Session, identity: Identity, known: CompanyList, sirens: Collection[str]
) -> Filled:
    """Return what becomes of firms that the agent puts on a list; nothing is done."""
    _require_filled(identity, known)
    firms = {firm.siren: firm for firm in queries.find_firms(session, identity, sirens)}
    on = queries.already_on(session, identity, known, sirens)
    mine = {siren for siren, firm in firms.items() if _reaches(identity, firm)}
    return Filled(
        firms=[firms[siren] for siren in sirens if siren in mine and siren not in on],
        known=[siren for siren in sirens if siren in on],
        out_of_reach=[siren for siren in sirens if siren in firms and siren not in mine | on],
        unknown=[siren for siren in sirens if siren not in firms],
    )


def empty(
    session: Session, identity: Identity, known: CompanyList, sirens: Collection[str]
) -> list[str]:
    """Take firms off a list; return those that were on it."""
    _require_filled(identity, known)
    member = CompanyListMember
    those = delete(member).where(member.list_id == known.id, member.siren.in_(sirens))
    gone = list(session.scalars(those.returning(member.siren)))
    if gone:
        _trace_firms(session, identity, known, change="retirées", sirens=gone)
    return gone


def out_of_reach() -> DomainError:
    """What is said of a firm that an agent may not put on a list."""
    return DomainError("Cette entreprise n’est pas dans votre zone : vous ne pouvez pas la lister.")


def _reaches(identity: Identity, firm: Company) -> bool:
    return identity.covers(firm.departments) or firm.siren in identity.case_sirens


def _require_allowed(identity: Identity, asked: ListRequest) -> None:
    partners = asked.source is not ListSource.AGENTS
    if partners and not policies.makes_partners(identity):
        raise DomainError(
            "Seul un responsable de réseau dépose la liste d’un partenaire.", field="source"
        )
    if asked.network_id is not None and asked.network_id not in identity.network_ids:
        raise DomainError("Choisissez un de vos réseaux.", field="audience")
    if asked.is_open and not partners:
        raise DomainError(
            "Seule la liste d’un partenaire est ouverte à tous : choisissez un réseau.",
            field="audience",
        )
    if asked.nature is not None and asked.nature not in identity.natures:
        raise DomainError("Vous n’êtes pas habilité à cette nature.", field="nature")


def _require_filled(identity: Identity, known: CompanyList) -> None:
    if not policies.fills(identity, known):
        raise DomainError("Cette liste ne se remplit plus, ou pas par vous.")


def _trace(session: Session, identity: Identity, known: CompanyList, *, change: str) -> None:
    event = journal.Event.COMPANY_LIST_CHANGED
    journal.record(session, identity, event, company_list=known.id, change=change)


def _trace_firms(
    session: Session, identity: Identity, known: CompanyList, *, change: str, sirens: Sequence[str]
) -> None:
    """A line for one firm names it; for many, they are in its details."""
    one = sirens[0] if len(sirens) == 1 else None
    journal.record(
        session, identity, journal.Event.COMPANY_LIST_FILLED, siren=one,
        company_list=known.id, change=change, count=len(sirens), sirens=sirens,
    )  # fmt: skip
