"""A hand-made history of detected firms, whose funnel is known: see `history`."""

import random
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from app.cases.models import Case, CaseOutcome, CaseState, Outcome
from app.companies.models import Company, Establishment, ProcedureStatus
from app.core.now import utcnow
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
    contact on day 20; an accompagnement came before. Doubs: confirmed on day 30, by telephone. Besides, a firm of the list
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
        channel=Channel.TELEPHONE,
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


def drawn_history(session: Session, world: World, *, seed: int, firms: int = 40) -> None:
    """Firms of Côte-d’Or and Doubs, detected in 2025 and 2026, and what happened to each, drawn at random."""
    luck = random.Random(seed)  # noqa: S311 - a history of tests
    for number in range(firms):
        siren, department = f"7{number:08d}", luck.choice(("21", "25"))
        firm(session, siren, department)
        described = session.get_one(Company, siren)
        described.naf = luck.choice((None, "43.99C", "47.11F", "10.71C"))
        described.workforce = luck.choice((None, 0, 9.5, 10, 30, 49.9, 50, 400))
        start = date(2025, 1, 1) + timedelta(days=luck.randrange(700))
        if luck.random() < 0.5:
            flag(
                session,
                world,
                siren,
                datetime(start.year, start.month, start.day, 12, tzinfo=UTC),
                department=department,
            )
        else:
            level = luck.choice((Level.ELEVEE, Level.MODEREE))
            alerted = Alerted(siren=siren, department=department, level=level)
            publish_list(session, alerted, as_of=start)
        for _ in range(luck.randrange(4)):
            day = start + timedelta(days=luck.choice((-9, 0, 1, 3, 4, 5, 6, 7, 8, 20, 90)))
            verdict = luck.choice((None, Verdict.CONFIRMEE, Verdict.NON_CONFIRMEE))
            visit(
                session, world, f"{siren}00001", day, verdict=verdict, department=department,
                channel=luck.choice(list(Channel)), author=luck.choice((world.alice, world.bob)),
            )  # fmt: skip
        if luck.random() < 0.6:
            _drawn_case(session, world, siren, department, start, luck)


def _drawn_case(
    session: Session, world: World, siren: str, department: str, start: date, luck: random.Random
) -> None:
    opened = start + timedelta(days=luck.randrange(-20, 120))
    closed = opened + timedelta(days=luck.randrange(1, 90)) if luck.random() < 0.6 else None
    held = case(session, world, f"{siren}00001", opened, closed_on=closed, department=department)
    for revision in range(luck.randrange(1, 3) if closed else 0):
        session.add(
            CaseOutcome(
                case_id=held.id, outcome=luck.choice(list(Outcome)), occurred_on=closed, recorded_by=world.alice,
                jobs_at_stake=luck.choice((None, 30)), jobs_kept=luck.choice((None, 12)),
                recorded_at=datetime(2027, 1, 1, revision, tzinfo=UTC),
            )
        )  # fmt: skip
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


def flag(
    session: Session, world: World, siren: str, moment: datetime, *, department: str = "21"
) -> None:
    """Somebody flags a firm."""
    session.add(
        HumanSignal(
            siren=siren,
            departments=[department],
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
    channel: Channel = Channel.VISIO,
    author: int | None = None,
    logged_at: datetime | None = None,
) -> None:
    """A contact: an answer with a verdict, or nobody."""
    session.add(
        Visit(
            siret=siret,
            siren=siret[:9],
            department=department,
            departments=[department],
            author_id=author or world.alice,
            created_at=logged_at or utcnow(),
            visited_on=day,
            channel=channel,
            verdict=verdict,
            contact_result=ContactResult.REPONDU if verdict else ContactResult.INJOIGNABLE,
        )
    )
    session.flush()


def case(
    session: Session, world: World, siret: str, day: date, *, closed_on: date | None = None, department: str = "21"
) -> Case:  # fmt: skip
    """An accompagnement."""
    opened = Case(
        siret=siret,
        siren=siret[:9],
        department=department,
        opened_on=day,
        opened_by=world.alice,
        closed_on=closed_on,
        state=CaseState.TERMINE if closed_on else CaseState.EN_COURS,
    )
    session.add(opened)
    session.flush()
    return opened
