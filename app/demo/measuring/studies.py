"""Studies of the effect, whose truth is known: of the region’s own past, and of a larger simulated world."""

from collections.abc import Sequence
from datetime import date

from flask import current_app
from sqlalchemy import select

from app.core.database.unit_of_work import unit_of_work
from app.core.now import today
from app.demo.gestures.last_list import ACTOR, identity_of_person
from app.evidence.studies import computing, services
from app.evidence.studies.models import ImpactResult, ImpactStudy
from app.evidence.studies.services import StudyRequest
from scoring.vocabulary import StudyOutcome

SCIENTIST = "gaelle@demo.invalid"
HORIZON = 12
#: the larger world: support halves the hazard of twice twenty thousand firms
WORLD = {"ratio": 0.5, "seed": 1, "firms": 40_000}


def are_done() -> bool:
    """Whether both were read."""
    with unit_of_work(ACTOR) as session:
        read = select(ImpactResult.study_id).distinct()
        return len(session.scalars(read).all()) >= 2


def perform(dates: Sequence[date]) -> str:
    """Register them, then read them; return a summary sentence."""
    matured = [day for day in dates if services.readable_from(day, (HORIZON,)) <= today()]
    with unit_of_work(ACTOR) as session:
        known = session.scalar(select(ImpactStudy.id).limit(1)) is not None
    if not known:
        _register(matured)
    with unit_of_work(ACTOR) as session:
        studies = session.scalars(select(ImpactStudy.id).order_by(ImpactStudy.id)).all()
    for study_id in studies:
        computing.run(study_id, home=current_app.config["VIGIE"].home)
    with unit_of_work(ACTOR) as session:
        found = session.scalars(select(ImpactResult.sentence).order_by(ImpactResult.id)).all()
    return f"{len(studies)} études lues : {' '.join(found)}"


def _register(matured: Sequence[date]) -> None:
    """Write both questions down, the region’s by the data scientist."""
    region = StudyRequest(
        title="L’accompagnement dans la région",
        outcome=StudyOutcome.OPENING,
        cohort_from=matured[0],
        cohort_to=matured[-1],
        horizons=(HORIZON,),
        departments=(),
        frozen_on=today(),
        note="Les entreprises accompagnées après une alerte ouvrent-elles moins de procédures collectives ? "
        "La cohorte est passée ; personne n’en a rien lu.",
    )
    world = StudyRequest(
        title="La même question, dans un monde simulé plus grand",
        outcome=StudyOutcome.OPENING,
        cohort_from=matured[0],
        cohort_to=matured[-1],
        horizons=(12, 18, 24),
        departments=(),
        frozen_on=today(),
        note="Quarante mille entreprises inventées, dont l’accompagnement divise par deux le risque : ce que la méthode trouve quand les "
        "effectifs suffisent, à côté de ce qui est vrai.",
        world=WORLD,
    )
    scientist = identity_of_person(SCIENTIST)
    with unit_of_work(scientist) as session:
        services.register(session, scientist, region)
    with unit_of_work(ACTOR) as session:
        services.register(session, ACTOR, world)
