"""Reading firms and what the published files say about them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, case, literal, select
from sqlalchemy.orm import Session, joinedload, undefer

from app.companies.models import (
    Company,
    CompanySeries,
    Establishment,
    PaymentPlan,
    ProcedureEvent,
    SourceFreshness,
)
from app.core.access.identity import Identity
from app.core.database.keyset import Page, page_of
from app.core.errors import NotFoundError

SIREN_LENGTH = 9


def find_company(session: Session, _identity: Identity, siren: str) -> Company | None:
    """The firm with this siren, if it exists and the agent may read firms."""
    statement = select(Company).options(undefer(Company.readable))
    return session.scalar(statement.where(Company.siren == siren))


def get_company(session: Session, identity: Identity, siren: str) -> Company:
    """The firm with this siren; raise `NotFoundError` if there is none."""
    company = find_company(session, identity, siren)
    if company is None:
        raise NotFoundError
    return company


def find_establishment(session: Session, _identity: Identity, siret: str) -> Establishment | None:
    """The establishment with this siret and its firm, if it exists."""
    return session.scalar(
        select(Establishment)
        .where(Establishment.siret == siret)
        .options(joinedload(Establishment.company).undefer(Company.readable))
    )


def get_establishment(session: Session, identity: Identity, siret: str) -> Establishment:
    """The establishment with this siret and its firm; raise `NotFoundError` if there is none."""
    establishment = find_establishment(session, identity, siret)
    if establishment is None:
        raise NotFoundError
    return establishment


def list_establishments(
    session: Session, _identity: Identity, siren: str, *, cursor: str | None = None
) -> Page[Establishment]:
    """A page of the firm's establishments: the head office, then the active ones, then the rest."""
    rank = case(
        (Establishment.is_head_office, literal(0)),
        (Establishment.is_active, literal(1)),
        else_=literal(2),
    )
    statement = select(Establishment).where(Establishment.siren == siren)
    key = [rank, Establishment.siret]
    return page_of(session, statement, key=key, cursor=cursor).scalars()


def list_series(session: Session, _identity: Identity, number: str) -> Sequence[CompanySeries]:
    """The series of a firm (siren) or of one establishment (siret) that the agent may read."""
    return session.scalars(
        select(CompanySeries)
        .where(_owned(CompanySeries, number))
        .order_by(CompanySeries.code, CompanySeries.siret)
    ).all()


def list_payment_plans(session: Session, _identity: Identity, number: str) -> Sequence[PaymentPlan]:
    """The payment plans of a firm or establishment that the agent may read, latest first."""
    return session.scalars(
        select(PaymentPlan)
        .where(_owned(PaymentPlan, number))
        .order_by(PaymentPlan.created_on.desc(), PaymentPlan.id.desc())
    ).all()


def list_procedure_events(
    session: Session, _identity: Identity, siren: str
) -> Sequence[ProcedureEvent]:
    """The court events of a firm, latest first."""
    return session.scalars(
        select(ProcedureEvent)
        .where(ProcedureEvent.siren == siren)
        .order_by(ProcedureEvent.effective_on.desc(), ProcedureEvent.id.desc())
    ).all()


def find_freshness(session: Session) -> dict[str, SourceFreshness]:
    """How recent each published source is, by source."""
    return {row.source: row for row in session.scalars(select(SourceFreshness))}


def _owned(model: type[CompanySeries] | type[PaymentPlan], number: str) -> ColumnElement[bool]:
    return model.siren == number if len(number) == SIREN_LENGTH else model.siret == number
