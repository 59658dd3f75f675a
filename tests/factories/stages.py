"""What tests start from: the planted database, or one of these; a fixture gives what each returned."""

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from tests.factories.confidences import confide
from tests.factories.crowd import gather
from tests.factories.people import World, build_world
from tests.support.stages import Stage


def _people() -> World:
    with unit_of_work(system_identity("tests")) as session:
        return build_world(session)


WORLD = Stage("world", _people)
CONFIDENCES = Stage("confidences", confide, over=WORLD)
CROWD = Stage("crowd", gather, over=WORLD)
STAGES = (CROWD, CONFIDENCES, WORLD)
