"""What tests start from: the planted database, or one of these; a fixture gives what each returned."""

from flask import current_app
from sqlalchemy import NullPool, create_engine

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from tests.factories import batches
from tests.factories.busy import Busy, fill_journal, make_busy
from tests.factories.busy import analyze as analyze_busy
from tests.factories.confidences import confide
from tests.factories.country import Size, analyze, fill_country
from tests.factories.crowd import gather
from tests.factories.people import World, build_world
from tests.support.stages import Stage

#: firms that plans are judged on
FIRMS = 50_000


def _people() -> World:
    with unit_of_work(system_identity("tests")) as session:
        return build_world(session)


def _country(_: World) -> int:
    with unit_of_work(system_identity("tests")) as session:
        listed = fill_country(session, Size(firms=FIRMS, listed=8_500, months=13))
    owner = create_engine(current_app.config["VIGIE_ENDPOINTS"].owner_url, poolclass=NullPool)
    analyze(owner)
    return listed


def _busy(listed: int) -> Busy:
    """The country, a firm of thousands of places and comments, and who follows and is told too much."""
    with unit_of_work(system_identity("tests")) as session:
        busy = make_busy(session, list_id=listed)
    owner = create_engine(current_app.config["VIGIE_ENDPOINTS"].owner_url, poolclass=NullPool)
    fill_journal(owner, busy.size, lines=30_000)
    analyze_busy(owner)
    analyze(owner)
    return busy


WORLD = Stage("world", _people)
COUNTRY = Stage("country", _country, over=WORLD, is_large=True)
BUSY = Stage("busy", _busy, over=COUNTRY, is_large=True)
CONFIDENCES = Stage("confidences", confide, over=WORLD)
CROWD = Stage("crowd", gather, over=WORLD)
ALONE = Stage("import_alone", batches.publish_first, has_files=True)
PUBLISHED = Stage("import_published", batches.publish_first, over=WORLD, has_files=True)
WAITING = Stage("import_waiting", batches.hold_second, over=PUBLISHED, has_files=True)
REJECTS = Stage("import_with_rejects", batches.publish_rejects, over=WORLD, has_files=True)
REFUSED = Stage("import_refused", batches.refuse_second, over=REJECTS, has_files=True)
STAGES = (
    BUSY,
    COUNTRY,
    CROWD,
    CONFIDENCES,
    WAITING,
    PUBLISHED,
    REFUSED,
    REJECTS,
    ALONE,
    WORLD,
)
