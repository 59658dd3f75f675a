"""Read lists of firms; row-level security gives the lists one may read, and of each the firms within one's reach."""

from collections.abc import Collection, Sequence

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session, joinedload

from app.companies.models import Company
from app.core.access.identity import Identity
from app.core.database.keyset import COUNTED, PAGE_SIZE, Key, Page, Slice, page_of, slice_of
from app.core.errors import NotFoundError
from app.detections.lists.queries import is_out_of_alert
from app.watching.lists.models import CompanyList, CompanyListMember
from app.watching.lists.policies import fills

#: lists offered as filters and to be filled: nobody chooses among more
OFFERED = 100


def slice_of_lists(
    session: Session, identity: Identity, cursor: str | None = None, *, size: int = PAGE_SIZE
) -> Slice[Row[CompanyList, int]]:
    """Return the lists that the agent reads, their own first, each with how many firms they see there (`COUNTED` + 1 beyond)."""
    some = select(CompanyListMember.siren).where(CompanyListMember.list_id == CompanyList.id)
    some = some.correlate(CompanyList).limit(COUNTED + 1)
    count = select(func.count()).select_from(some.subquery()).scalar_subquery()
    key: Key = [CompanyList.author_id != identity.agent_id, CompanyList.label, CompanyList.id]
    statement = _lists().add_columns(count)
    return slice_of(session, statement, key=key, cursor=cursor, size=size)


def list_offered(session: Session, _identity: Identity) -> Sequence[CompanyList]:
    """Return the lists in use that the agent reads, by name."""
    return session.scalars(
        _lists().order_by(CompanyList.label, CompanyList.id).limit(OFFERED)
    ).all()


def list_filled(session: Session, identity: Identity) -> Sequence[CompanyList]:
    """Return those that the agent may add firms to."""
    return [known for known in list_offered(session, identity) if fills(identity, known)]


def get_list(session: Session, _identity: Identity, company_list_id: int) -> CompanyList:
    """Return a list that the agent reads, archived or not; raise `NotFoundError`."""
    one = select(CompanyList).options(*_WITH).where(CompanyList.id == company_list_id)
    known = session.scalar(one)
    if known is None:
        raise NotFoundError
    return known


def page_of_firms(
    session: Session,
    identity: Identity,
    known: CompanyList,
    cursor: str | None,
    *,
    out_of_alert: bool = False,
) -> Page[Row[Company, CompanyListMember]]:
    """Return the firms of a list within the agent's reach, by name; ``out_of_alert``: those that no alert tells of."""
    member = CompanyListMember
    those = [member.list_id == known.id]
    if out_of_alert:
        those.append(is_out_of_alert(identity, siren=member.siren, departments=member.departments))
    statement = select(Company, member).join(member, member.siren == Company.siren).where(*those)
    key: Key = [Company.name_sort, Company.siren]
    counted = select(member.siren).where(*those).limit(COUNTED + 1)
    total = select(func.count()).select_from(counted.subquery())
    return page_of(session, statement, key=key, cursor=cursor, counted=total)


def list_of_firm(session: Session, _identity: Identity, siren: str) -> Sequence[CompanyList]:
    """Return the lists in use that the firm is on, as far as the agent may know, by name."""
    member = CompanyListMember
    on = select(member.list_id).where(member.siren == siren)
    statement = _lists().where(CompanyList.id.in_(on))
    return session.scalars(statement.order_by(CompanyList.label).limit(OFFERED)).all()


def already_on(
    session: Session, _identity: Identity, known: CompanyList, sirens: Collection[str]
) -> set[str]:
    """Return which of these firms the list has."""
    member = CompanyListMember
    on = select(member.siren).where(member.list_id == known.id, member.siren.in_(sirens))
    return set(session.scalars(on))


def find_firms(session: Session, _identity: Identity, sirens: Collection[str]) -> Sequence[Company]:
    """Return the firms of some numbers that Vigie knows."""
    return session.scalars(select(Company).where(Company.siren.in_(sirens))).all()


_WITH = (joinedload(CompanyList.author), joinedload(CompanyList.network))


def _lists() -> Select[CompanyList]:
    return select(CompanyList).options(*_WITH).where(CompanyList.archived_at.is_(None))
