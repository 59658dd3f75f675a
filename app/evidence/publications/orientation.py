"""What a report says of the orientation of needs: counted once, masked and audited as its other figures, frozen. Only the worker loads it.

A figure that was told is never counted again: the report of a year says the same whatever was filed or erased since.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.evidence.publications.counting import SECTOR_OF
from app.evidence.publications.kinds import UNKNOWN
from app.evidence.publications.periods import ReportPeriod
from app.habilitations.models import Department
from app.referrals.quality.convention import queries
from app.referrals.quality.convention.queries import ReportedAsker
from app.referrals.quality.figures.queries import QualityFilter
from app.referrals.quality.models import OrientationFigures
from scoring.secrecy.audit import recoverable
from scoring.secrecy.cells import atoms, tables
from scoring.secrecy.masking import protect
from scoring.secrecy.rules import FIRMS

EXPOSED = "L’audit du secret statistique a retrouvé une case masquée de l’orientation : rien n’est publié. Prévenez l’équipe Vigie."


def told(session: Session, identity: Identity, period: ReportPeriod) -> Mapping[str, Any]:
    """Return the figures of the orientation in a period, as they are told; count them if nobody did. For the system."""
    known = session.get(OrientationFigures, period.code)
    if known is not None:
        return known.content
    asked = QualityFilter(since=period.since, until=period.until)
    firms, masked = masked_firms(queries.list_firms(session, asked), _region_of(session))
    content = {
        "firms": firms,
        "partners": queries.count_partners(session),
        "quality": dict(queries.quality_of(session, asked).figures),
        "open": {code: day.isoformat() for code, day in queries.open_regions(session, period.until).items()},
    }  # fmt: skip
    row = insert(OrientationFigures).values(period=period.code, content=content)
    made = session.scalar(row.on_conflict_do_nothing().returning(OrientationFigures.period))
    # Where nobody asked, nothing is told: the report itself is the only line.
    if made and firms:
        journal.record(
            session, identity, journal.Event.FIGURES_FROZEN,
            period=period.code, cells=len(firms), masked=masked, recoverable=0,
        )  # fmt: skip
    return session.get_one(OrientationFigures, period.code).content


def masked_firms(
    firms: Sequence[ReportedAsker], region_of: Mapping[str, str]
) -> tuple[dict[str, int | None], int]:  # fmt: skip
    """Return the firms by region and by sector, `None` where they are masked, and how many are."""
    counted = Counter((region_of.get(each.department, UNKNOWN), _sector(each)) for each in firms)
    if not counted:
        return {}, 0
    found = atoms({key: [0.0] * count for key, count in counted.items()})
    cells = tables(found, (0,), (1,))
    hidden = protect(cells=cells, found=found).hidden
    is_masked = np.array([key in hidden for key in cells.keys])
    if recoverable(cells, found, is_masked, rule=FIRMS):
        raise DomainError(EXPOSED)
    values = zip(cells.keys, cells.sums @ found.units, strict=True)
    shown = {"|".join(key): None if key in hidden else int(value) for key, value in values}
    return shown, len(hidden)


def _sector(firm: ReportedAsker) -> str:
    return SECTOR_OF.get((firm.naf or "")[:2], UNKNOWN)


def _region_of(session: Session) -> dict[str, str]:
    return {
        row[0]: row[1] for row in session.execute(select(Department.code, Department.region_code))
    }
