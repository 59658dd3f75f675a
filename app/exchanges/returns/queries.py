"""Read the files that came back, and who changed what they would change."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.cases.models import CaseChange, CaseStateChange, CaseValue, ChangeKind
from app.core.access.identity import Identity
from app.core.errors import NotFoundError
from app.core.text.french import datetime_fr
from app.exchanges.returns.models import CaseImport
from app.values.models import ListValue, ValueList

#: files that the page shows
SHOWN = 20


def get_import(session: Session, _identity: Identity, import_id: int) -> CaseImport:
    """Return a file that the agent sent; raise `NotFoundError`."""
    known = session.get(CaseImport, import_id)
    if known is None:
        raise NotFoundError
    return known


def list_imports(session: Session, identity: Identity) -> Sequence[CaseImport]:
    """Return the last files that the agent sent."""
    mine = select(CaseImport).where(CaseImport.agent_id == identity.agent_id)
    return session.scalars(mine.order_by(CaseImport.id.desc()).limit(SHOWN)).all()


def count_since(session: Session, identity: Identity, moment: datetime) -> int:
    """Return how many files the agent sent since a moment."""
    mine = (CaseImport.agent_id == identity.agent_id, CaseImport.sent_at > moment)
    return session.scalar(select(func.count()).select_from(CaseImport).where(*mine)) or 0


def who_changed_state(session: Session, case_id: int) -> str:
    """Return who changed the state of an accompagnement last, and when."""
    last = (
        select(Agent.first_name, Agent.last_name, CaseStateChange.changed_at)
        .join(Agent, Agent.id == CaseStateChange.agent_id)
        .where(CaseStateChange.case_id == case_id)
        .order_by(CaseStateChange.id.desc())
    )
    return _said(session.execute(last.limit(1)).first())


def who_changed_criticality(session: Session, case_id: int) -> str:
    """Return who changed its criticality last, and when."""
    last = (
        select(Agent.first_name, Agent.last_name, CaseChange.changed_at)
        .join(Agent, Agent.id == CaseChange.agent_id)
        .where(CaseChange.case_id == case_id, CaseChange.kind == ChangeKind.CRITICALITY)
        .order_by(CaseChange.id.desc())
    )
    return _said(session.execute(last.limit(1)).first())


def who_changed_values(session: Session, case_id: int, kind: ValueList) -> str:
    """Return who added or took off a value of a list last, and when."""
    moment = func.coalesce(CaseValue.removed_at, CaseValue.added_at)
    person = func.coalesce(CaseValue.removed_by, CaseValue.added_by)
    last = (
        select(Agent.first_name, Agent.last_name, moment)
        .join(ListValue, ListValue.id == CaseValue.value_id)
        .join(Agent, Agent.id == person)
        .where(CaseValue.case_id == case_id, ListValue.list_code == kind)
        .order_by(moment.desc(), CaseValue.id.desc())
    )
    return _said(session.execute(last.limit(1)).first())


def _said(last: Row[str, str, datetime] | None) -> str:
    return f"{last[0]} {last[1]}, le {datetime_fr(last[2])}" if last else ""
