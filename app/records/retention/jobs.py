"""Each night: what was signed, what is due without visa, proposals, and the rehearsal of the next one. Thin: units of work and calls."""

from datetime import timedelta
from pathlib import Path

from flask import current_app

from app.core.access.identity import system_identity
from app.core.database.locks import exclusive
from app.core.database.unit_of_work import unit_of_work
from app.core.logging import get_logger
from app.core.now import today
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.records.retention import queries, services
from app.records.retention.models import KeptObject
from app.records.retention.objects import OBJECTS
from app.records.retention.slips import execution
from app.records.retention.slips import queries as slips
from app.records.retention.slips import services as signing
from app.records.retention.slips.models import SlipState
from app.records.retention.slips.packages import building

logger = get_logger(__name__)

KEEPER = system_identity("Conservation")
#: one night at a time, whoever starts it
NIGHT = 0


@does(Task.RECORDS_NIGHT)
def night() -> None:
    """Carry out, propose, rehearse; what a former night left in the middle goes on first."""
    with exclusive(services.LOCK, NIGHT):
        _carry_out()
        for about in KeptObject:
            _apply(about)
        _rehearse()


@does(Task.RECORDS_EXECUTE)
def execute() -> None:
    """Carry out what was signed."""
    with exclusive(services.LOCK, NIGHT):
        _carry_out()


@does(Task.RECORDS_PACKAGE)
def package(*, slip_id: int) -> None:
    """Make the package of a slip that goes to the archives; nothing once they received it, were the task begun again."""
    with unit_of_work(KEEPER) as session:
        slip = slips.get_slip(session, KEEPER, slip_id)
        if slip.state is not SlipState.TO_HAND_OVER:
            return
        made = building.build(session, slip, home=_home())
        signing.record_package(session, KEEPER, slip, sha256=made.sha256, size=made.size)


def _carry_out() -> None:
    with unit_of_work(KEEPER) as session:
        numbers = list(slips.list_to_carry_out(session))
    for number in numbers:
        is_left = True
        while is_left:
            with unit_of_work(KEEPER) as session:
                is_left = execution.settle_next(session, KEEPER, number)
        building.discard(_home(), number)
        logger.info("slip carried out", slip=number)


def _apply(about: KeptObject) -> None:
    """Propose what takes a visa; do the rest, where the former night said that it would be done."""
    day = today()
    if OBJECTS[about].takes_visa:
        with unit_of_work(KEEPER) as session:
            signing.propose(session, KEEPER, queries.get_rule(session, KEEPER, about), on=day)
        return
    with unit_of_work(KEEPER) as session:
        rehearsed = queries.list_rehearsals(session).get(about)
        is_told = rehearsed is not None and rehearsed.rehearsed_on < day
    while is_told:
        with unit_of_work(KEEPER) as session:
            rule = queries.get_rule(session, KEEPER, about)
            is_told = execution.purge_next(session, KEEPER, rule, on=day)


def _rehearse() -> None:
    day = today()
    for about in KeptObject:
        with unit_of_work(KEEPER) as session:
            rule = queries.get_rule(session, KEEPER, about)
            services.rehearse(session, rule, on=day + timedelta(days=1), seen_on=day)


def _home() -> Path:
    home: Path = current_app.config["VIGIE"].home
    return home
