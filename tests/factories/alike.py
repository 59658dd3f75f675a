"""Firms that were supported, as alike as one says, and the blocks made of them."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from app.cases.models import Case, CaseMember, CaseOutcome, CaseState, MemberRole, Outcome
from app.companies.models import Company
from app.core.access.identity import system_identity
from app.evidence.alike import services
from app.evidence.alike.likeness import DebtClass
from app.evidence.alike.masking import Family
from app.evidence.alike.models import AlikeBlock, AlikeDebt, AlikeFigure, AlikeMember
from tests.factories import companies
from tests.factories.impact import firm
from tests.factories.network import system
from tests.factories.people import World

ACTOR = system_identity("tests")
OPENED, OVER, UNTIL = date(2026, 2, 10), date(2026, 5, 20), date(2026, 6, 30)


def support(
    session: Session, world: World, siren: str, *, outcome: Outcome, naf: str = "25.50A", workforce: float = 20,
    series: dict[str, Sequence[float]] | None = None, department: str = "58", closed_on: date = OVER,
) -> None:  # fmt: skip
    """A firm of Nièvre whose accompagnement is over, with two administrations; ``series``: from January 2026."""
    firm(session, siren, department)
    known = session.get_one(Company, siren)
    known.naf, known.workforce = naf, workforce
    for code, values in (series or {}).items():
        companies.series(session, f"{siren}00001", code, values)
    case = Case(
        siret=f"{siren}00001", siren=siren, department=department, state=CaseState.TERMINE,
        opened_on=OPENED, opened_by=world.alice, closed_on=closed_on,
    )  # fmt: skip
    session.add(case)
    session.flush()
    session.add(
        CaseOutcome(
            case_id=case.id, outcome=outcome, occurred_on=closed_on, recorded_by=world.alice
        )
    )
    session.add_all(
        CaseMember(case_id=case.id, agent_id=agent, role=MemberRole.REFERENT)
        for agent in (world.alice, world.bob)
    )
    session.flush()


def support_several(world: World, count: int, *, first: int = 700_000_000, **said: object) -> None:
    """So many firms alike: three in four stabilised, the last ones in a procédure collective."""
    with system() as session:
        for number in range(count):
            ended = Outcome.PROCEDURE_COLLECTIVE if number % 4 == 3 else Outcome.STABILISEE
            support(session, world, f"{first + number}", outcome=ended, **said)  # type: ignore[arg-type]


def build(until: date = UNTIL) -> int:
    """Make the blocks of what was over on a day; how many firms they have."""
    with system() as session:
        return services.build(session, ACTOR, until=until)


def plant_block() -> None:
    """A block of eleven firms, and one of them."""
    with system() as session:
        block = AlikeBlock(over_on=UNTIL, firms=11)
        session.add(block)
        session.flush()
        session.add_all(
            (
                AlikeDebt(block_id=block.id, debt=DebtClass.NONE),
                AlikeFigure(block_id=block.id, family=Family.MEASURE, code="1", low=1, high=2),
                AlikeMember(siren="800000002", block_id=block.id),
            )
        )
