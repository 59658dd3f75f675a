"""Reading what firms of a sector have in common: of a division of the NAF, or of its section where too few firms tell."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.companies.sectors.models import SectorMedian, SectorRatio
from app.core.access.identity import Identity
from scoring.dictionary.naf import section_of

DIVISION_LENGTH = 2


def list_medians(session: Session, _identity: Identity, naf: str | None) -> dict[str, SectorMedian]:
    """The median series of the sector that the agent may read, by code: those of the division before those of the section."""
    sectors = _sectors(naf)
    rows = session.scalars(select(SectorMedian).where(SectorMedian.sector.in_(sectors)))
    return _nearest(sectors, {(row.sector, row.code): row for row in rows})


def list_ratios(
    session: Session, _identity: Identity, naf: str | None, year: int
) -> dict[str, SectorRatio]:
    """How each ratio of the accounts closed in ``year`` spreads in the sector, by ratio; the same preference."""
    sectors = _sectors(naf)
    rows = session.scalars(
        select(SectorRatio).where(SectorRatio.sector.in_(sectors), SectorRatio.year == year)
    )
    return _nearest(sectors, {(row.sector, row.ratio): row for row in rows})


def _sectors(naf: str | None) -> list[str]:
    """The division, then the section."""
    section = section_of(naf)
    return [naf[:DIVISION_LENGTH], section] if naf and section else []


def _nearest(sectors: list[str], found: Mapping[tuple[str, str], Any]) -> dict[str, Any]:
    return {
        name: found[sector, name]
        for sector in reversed(sectors)
        for at, name in found
        if at == sector
    }
