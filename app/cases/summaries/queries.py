"""Read the synthèses of an accompagnement. Row-level security leaves out those of other networks."""

from collections.abc import Sequence

from sqlalchemy import Row, and_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from app.accounts.models import Agent
from app.cases.models import Case
from app.cases.summaries.models import CaseSummary, SummaryVersion
from app.core.access.identity import Identity
from app.core.database.keyset import Key, Slice, slice_of
from app.core.errors import NotFoundError
from app.habilitations.models import Network

#: former texts on a page: each is shown whole
VERSIONS_SHOWN = 10


def get_summary(session: Session, _identity: Identity, summary_id: int) -> CaseSummary:
    """Return the synthèse with its accompagnement and its network; raise `NotFoundError` outside its audience."""
    whole = (
        joinedload(CaseSummary.case).joinedload(Case.company),
        joinedload(CaseSummary.network),
    )
    summary = session.scalar(
        select(CaseSummary).options(*whole).where(CaseSummary.id == summary_id)
    )
    if summary is None:
        raise NotFoundError
    return summary


def find_summary(session: Session, case_id: int, network_id: int) -> CaseSummary | None:
    """Return the synthèse of an accompagnement for a network, as it is now, if there is one."""
    of_both = (CaseSummary.case_id == case_id, CaseSummary.network_id == network_id)
    whole = select(CaseSummary).options(joinedload(CaseSummary.editor)).where(*of_both)
    return session.scalar(whole.execution_options(populate_existing=True))


def list_of_case(
    session: Session, identity: Identity, case_id: int
) -> Sequence[Row[Network, CaseSummary | None]]:
    """Return each network of the agent, with its synthèse of the accompagnement and who wrote last, if there is one."""
    of_case = and_(CaseSummary.network_id == Network.id, CaseSummary.case_id == case_id)
    statement = (
        select(Network, CaseSummary)
        .outerjoin(CaseSummary, of_case)
        .outerjoin(CaseSummary.editor)
        .options(contains_eager(CaseSummary.editor))
        .where(Network.id.in_(identity.network_ids))
    )
    return session.execute(statement.order_by(Network.position, Network.id)).all()


def find_version(session: Session, summary_id: int, version: int) -> SummaryVersion | None:
    """Return a text that a synthèse had, if it had that many."""
    return session.get(SummaryVersion, (summary_id, version))


def slice_of_versions(
    session: Session, summary: CaseSummary, cursor: str | None
) -> Slice[Row[SummaryVersion, SummaryVersion | None]]:
    """Return each text of a synthèse with the one that it replaced, latest first."""
    former = aliased(SummaryVersion)
    comes_before = and_(
        former.summary_id == SummaryVersion.summary_id,
        former.version == SummaryVersion.version - 1,
    )
    statement = (
        select(SummaryVersion, former)
        .outerjoin(former, comes_before)
        .outerjoin(Agent, Agent.id == SummaryVersion.edited_by)
        .options(contains_eager(SummaryVersion.editor))
        .where(SummaryVersion.summary_id == summary.id)
    )
    key: Key = [SummaryVersion.version.desc()]
    return slice_of(session, statement, key=key, cursor=cursor, size=VERSIONS_SHOWN)


def get_network(session: Session, identity: Identity, network_id: int) -> Network:
    """Return a network of the agent; raise `NotFoundError` for any other."""
    network = session.get(Network, network_id) if network_id in identity.network_ids else None
    if network is None:
        raise NotFoundError
    return network


def find_widest(session: Session, identity: Identity) -> Network | None:
    """Return the network of the agent with the most readers: CODEFI, or else their own."""
    mine = select(Network).where(Network.id.in_(identity.network_ids))
    return session.scalar(mine.order_by(Network.is_codefi.desc(), Network.position).limit(1))
