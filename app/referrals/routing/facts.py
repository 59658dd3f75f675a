"""What routing may know of a firm: what every agent reads of it, and what the asker says. Nothing confidential comes this way."""

from datetime import date
from typing import Protocol

from app.companies.models import ProcedureStatus
from app.referrals.criteria import FirmFacts


class PublicFirm(Protocol):
    """What every agent reads of a firm: a `Company`, or its columns."""

    @property
    def workforce(self) -> float | None:
        """How many people."""

    @property
    def created_on(self) -> date | None:
        """Since when it exists."""

    @property
    def naf(self) -> str | None:
        """What it does."""

    @property
    def legal_category(self) -> str | None:
        """Its legal form."""

    @property
    def procedure_status(self) -> ProcedureStatus:
        """Where it stands before the court."""


def facts_of(company: PublicFirm | None, *, has_debt: bool | None, is_first: bool | None) -> FirmFacts:  # fmt: skip
    """Return what routing may know of a firm: what every agent reads of it, and what the asker says."""
    if company is None:
        return FirmFacts(has_debt=has_debt, is_first=is_first)
    people = None if company.workforce is None else round(company.workforce)
    return FirmFacts(
        workforce=None if people is None else (people, people),
        created_on=company.created_on,
        naf=company.naf,
        legal_category=company.legal_category,
        procedure=company.procedure_status.value,
        has_debt=has_debt,
        is_first=is_first,
    )
