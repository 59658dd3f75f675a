"""What routing may know of a firm: what every agent reads of it, and what the asker says. Nothing confidential comes this way."""

from app.companies.models import Company
from app.referrals.criteria import FirmFacts


def facts_of(company: Company | None, *, has_debt: bool | None, is_first: bool | None) -> FirmFacts:  # fmt: skip
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
