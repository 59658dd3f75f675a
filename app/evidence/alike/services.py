"""Tell what was done for the firms whose accompagnement is over: half-yearly, by blocks that are written once."""

from datetime import date, timedelta

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import take_turn
from app.evidence.alike import masking, queries
from app.evidence.alike.blocks import Block, gather
from app.evidence.alike.likeness import Criterion
from app.evidence.alike.models import AlikeBlock, AlikeDebt, AlikeFigure, AlikeMember

#: after the end of a half-year, for the outcomes of its last days to be recorded
SETTLING = timedelta(days=30)
#: the namespace of the lock that keeps two workers from counting a firm twice
BUILD_LOCK = 7_146_015


def last_half_year(day: date) -> date:
    """Return the last day of the half-year that was over, and settled, on ``day``."""
    ends = [date(year, *end) for year in (day.year - 1, day.year) for end in ((6, 30), (12, 31))]
    return max(end for end in ends if end + SETTLING <= day)


def build(session: Session, identity: Identity, *, until: date) -> int:
    """Write the blocks of the firms whose accompagnement was over on a day and that are in none; return how many firms. For the system."""
    take_turn(session, BUILD_LOCK, 0)
    blocks = gather(queries.list_over(session, until))
    for block in blocks:
        _write(session, block, until)
    firms = sum(len(block.firms) for block in blocks)
    if blocks:
        counts = {"blocks": len(blocks), "firms": firms}
        event = journal.Event.ALIKE_BUILT
        journal.record(session, identity, event, as_of=until, counts=counts)
    return firms


def _write(session: Session, block: Block, until: date) -> None:
    known = dict(zip((criterion.value for criterion in Criterion), block.path, strict=False))
    debt = known.pop(Criterion.DEBT.value, None)
    row = AlikeBlock(over_on=until, firms=len(block.firms), **known)
    session.add(row)
    session.flush()
    if debt is not None:
        session.add(AlikeDebt(block_id=row.id, debt=debt))
    session.execute(
        insert(AlikeFigure),
        [
            {"block_id": row.id, "family": line.family, "code": line.code, "low": line.low, "high": line.high}
            for line in masking.told(block)
        ],
    )  # fmt: skip
    session.execute(
        insert(AlikeMember), [{"siren": firm.siren, "block_id": row.id} for firm in block.firms]
    )
