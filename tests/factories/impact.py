"""A hand-made history of detected firms, whose funnel is known: see `history`."""

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from app.cases.models import Case, CaseOutcome, CaseState, Outcome
from app.companies.models import Company, Establishment, ProcedureStatus
from app.detections.models import HumanSignal, SignalSource
from app.visits.models import Channel, ContactResult, Verdict, Visit
from scoring.vocabulary import Level
from tests.factories.detections import Alerted, publish_list
from tests.factories.people import World

DOUBS, QUIET, EARLIER = "400000006", "500000005", "600000004"


def history(session: Session, world: World) -> None:
    """In 2026, from the first of March: two firms of Côte-d’Or, one of Doubs, one of Paris.

    Côte-d’Or 1, twice on a list: contact on day 10, met on day 20, confirmed on day 30, accompanied on day 40, ended
    on day 80, its outcome revised; a visit that confirmed came before the list. Côte-d’Or 2, flagged by a person:
    contact on day 20; an accompagnement came before. Doubs: met and confirmed on day 30. Besides, a firm of the list
    without alert, and one first in alert in 2025.
    """
    for siren, department in ((DOUBS, "25"), (QUIET, "21"), (EARLIER, "21")):
        firm(session, siren, department)
    for as_of in (date(2026, 3, 1), date(2026, 6, 1)):
        publish_list(
            session,
            Alerted(siren=world.siren_21, department="21"),
            Alerted(siren=DOUBS, department="25"),
            Alerted(siren=world.siren_75, department="75"),
            Alerted(siren=QUIET, department="21", level=Level.NONE),
            Alerted(siren=EARLIER, department="21"),
            as_of=as_of,
        )
    publish_list(session, Alerted(siren=EARLIER, department="21"), as_of=date(2025, 1, 1))
    flag(session, world, world.siren_21_quiet, datetime(2026, 3, 1, 10, tzinfo=UTC))
    first, second = world.siret_21, world.siret_21_quiet
    visit(session, world, first, date(2026, 2, 1), verdict=Verdict.CONFIRMEE)
    visit(session, world, first, date(2026, 3, 11))
    visit(session, world, first, date(2026, 3, 21), verdict=Verdict.NON_CONFIRMEE)
    visit(session, world, first, date(2026, 3, 31), verdict=Verdict.CONFIRMEE)
    visit(session, world, second, date(2026, 3, 21))
    visit(
        session,
        world,
        f"{DOUBS}00001",
        date(2026, 3, 31),
        verdict=Verdict.CONFIRMEE,
        department="25",
    )
    visit(
        session, world, world.siret_75, date(2026, 3, 2), verdict=Verdict.CONFIRMEE, department="75"
    )
    ended = case(session, world, first, date(2026, 4, 10), closed_on=date(2026, 5, 20))
    for hour, outcome in ((9, Outcome.STABILISEE), (10, Outcome.RESTRUCTUREE)):
        session.add(
            CaseOutcome(
                case_id=ended.id,
                outcome=outcome,
                occurred_on=date(2026, 5, 20),
                recorded_by=world.alice,
                recorded_at=datetime(2026, 5, 20, hour, tzinfo=UTC),
            )
        )
    case(session, world, second, date(2026, 2, 1))
    session.flush()


def firm(session: Session, siren: str, department: str) -> None:
    """A firm and its only establishment."""
    session.add(
        Company(
            siren=siren,
            name=f"Firme {siren}",
            name_sort=f"FIRME {siren}",
            is_active=True,
            department=department,
            departments=[department],
            procedure_status=ProcedureStatus.IN_BONIS,
            in_perimeter=True,
        )
    )
    session.flush()
    session.add(
        Establishment(
            siret=f"{siren}00001",
            siren=siren,
            is_head_office=True,
            address="",
            department=department,
            is_active=True,
        )
    )
    session.flush()


def flag(session: Session, world: World, siren: str, moment: datetime) -> None:
    """Somebody flags a firm of Côte-d’Or."""
    session.add(
        HumanSignal(
            siren=siren,
            departments=["21"],
            author_id=world.alice,
            source=SignalSource.INTERNE,
            comment="x",
            created_at=moment,
        )
    )
    session.flush()


def visit(
    session: Session,
    world: World,
    siret: str,
    day: date,
    *,
    verdict: Verdict | None = None,
    department: str = "21",
) -> None:
    """A contact: an answer with a verdict, or nobody."""
    session.add(
        Visit(
            siret=siret,
            siren=siret[:9],
            department=department,
            departments=[department],
            author_id=world.alice,
            visited_on=day,
            channel=Channel.VISIO,
            verdict=verdict,
            contact_result=ContactResult.REPONDU if verdict else ContactResult.INJOIGNABLE,
        )
    )
    session.flush()


def case(
    session: Session, world: World, siret: str, day: date, *, closed_on: date | None = None
) -> Case:
    """An accompagnement of Côte-d’Or."""
    opened = Case(
        siret=siret,
        siren=siret[:9],
        department="21",
        opened_on=day,
        opened_by=world.alice,
        closed_on=closed_on,
        state=CaseState.TERMINE if closed_on else CaseState.EN_COURS,
    )
    session.add(opened)
    session.flush()
    return opened
