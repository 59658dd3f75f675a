"""Reading firms and what the published files say about them."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import Row, func, select, union_all
from sqlalchemy.orm import Session, joinedload, undefer

from app.companies.models import (
    AnnualAccounts,
    Company,
    CompanySeries,
    CompanyTotals,
    Establishment,
    PaymentPlan,
    ProcedureEvent,
    SourceFreshness,
    Territory,
)
from app.core.access.identity import Identity
from app.core.database.keyset import PAGE_SIZE, Key, Page, page_of
from app.core.errors import NotFoundError

SIREN_LENGTH = 9

#: the head office, then the active establishments, then the rest
HEAD_OFFICE_FIRST: Key = [
    ~Establishment.is_head_office,
    ~Establishment.is_active,
    Establishment.siret,
]
#: the code of a series, its first month, its values: `None` where the source has none
Series = Row[str, date, list[float | None]]


def head_offices(session: Session, sirens: Sequence[str]) -> dict[str, str]:
    """The siret of the head office of some firms, by siren."""
    seats = select(Establishment.siren, Establishment.siret).where(
        Establishment.siren.in_(sirens), Establishment.is_head_office
    )
    # A head office that moved is no longer active: the one that is comes last.
    ordered = seats.order_by(Establishment.is_active, Establishment.siret)
    return {row.siren: row.siret for row in session.execute(ordered)}


def list_territories(session: Session, departments: Sequence[str]) -> Sequence[Territory]:
    """The Territoires d'industrie of some départements, by name."""
    here = Territory.departments.overlap(list(departments))
    return session.scalars(select(Territory).where(here).order_by(Territory.name)).all()


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


def find_names(session: Session, sirens: Collection[str]) -> dict[str, str]:
    """The names of some firms, by siren."""
    if not sirens:
        return {}
    named = select(Company.siren, Company.name).where(Company.siren.in_(sirens))
    return dict(session.execute(named).all())


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


def find_head_office(session: Session, _identity: Identity, siren: str) -> Establishment | None:
    """The head office of a firm; without one, its first active establishment."""
    statement = select(Establishment).where(Establishment.siren == siren)
    return session.scalar(statement.order_by(*HEAD_OFFICE_FIRST).limit(1))


def list_establishments(
    session: Session, _identity: Identity, siren: str, *,
    typed: str = "", cursor: str | None = None, size: int = PAGE_SIZE,
) -> Page[Establishment]:  # fmt: skip
    """A page of the firm's establishments: the head office, then the active ones, then the rest.

    ``typed`` keeps those of which the number, the address, the postal code or the town contains it, accents apart.
    """
    statement = select(Establishment).where(Establishment.siren == siren)
    if typed:
        said = func.concat_ws(
            " ",
            Establishment.siret,
            Establishment.address,
            Establishment.postal_code,
            Establishment.commune,
        )
        plain = func.lower(func.unaccent(said))
        statement = statement.where(func.strpos(plain, func.lower(func.unaccent(typed))) > 0)
    return page_of(session, statement, key=HEAD_OFFICE_FIRST, cursor=cursor, size=size).scalars()


def list_series(session: Session, _identity: Identity, number: str) -> Sequence[Series]:
    """The series of a firm (siren) or of one establishment (siret) that the agent may read: ``(code, first_month, values)``.

    Those of a firm of many establishments are added up already.
    """
    series = select(CompanySeries.code, CompanySeries.first_month, CompanySeries.values)
    if len(number) != SIREN_LENGTH:
        return session.execute(series.where(CompanySeries.siret == number)).all()
    totals = select(CompanyTotals.code, CompanyTotals.first_month, CompanyTotals.values)
    totals = totals.where(CompanyTotals.siren == number)
    is_added_up = select(totals.subquery()).exists()
    alone = series.where(CompanySeries.siren == number, ~is_added_up)
    return session.execute(union_all(totals, alone).order_by("code")).all()


def list_payment_plans(
    session: Session, _identity: Identity, number: str, *, limit: int = PAGE_SIZE
) -> Sequence[PaymentPlan]:
    """The last payment plans of a firm or establishment that the agent may read, latest first."""
    return session.scalars(
        select(PaymentPlan)
        .where(
            PaymentPlan.siren == number
            if len(number) == SIREN_LENGTH
            else PaymentPlan.siret == number
        )
        .order_by(PaymentPlan.created_on.desc(), PaymentPlan.id.desc())
        .limit(limit)
    ).all()


def list_procedure_events(
    session: Session, _identity: Identity, siren: str, *, limit: int = PAGE_SIZE
) -> Sequence[ProcedureEvent]:
    """The last court events of a firm, latest first; all of them are in its thread."""
    return session.scalars(
        select(ProcedureEvent)
        .where(ProcedureEvent.siren == siren)
        .order_by(ProcedureEvent.effective_on.desc(), ProcedureEvent.id.desc())
        .limit(limit)
    ).all()


def list_accounts(session: Session, _identity: Identity, siren: str) -> Sequence[AnnualAccounts]:
    """The accounts of a firm that the agent may read, latest first: the portal holds the last few."""
    return session.scalars(
        select(AnnualAccounts)
        .where(AnnualAccounts.siren == siren)
        .order_by(AnnualAccounts.closed_on.desc())
    ).all()


def find_freshness(session: Session) -> dict[str, SourceFreshness]:
    """How recent each published source is, by source."""
    return {row.source: row for row in session.scalars(select(SourceFreshness))}
