"""What a model would learn today, told of every firm."""

from datetime import date

from flask import current_app
from sqlalchemy import func, select

from app.core.database.unit_of_work import unit_of_work
from app.demo.gestures.last_list import ACTOR
from app.label_store import queries, services
from app.label_store.building import store
from app.label_store.models import LabelBuild, LabelBuildState


def are_done(days: int) -> bool:
    """Whether the store was built on so many days."""
    with unit_of_work(ACTOR) as session:
        done = LabelBuild.state == LabelBuildState.DONE
        built = session.scalar(select(func.count(LabelBuild.known_on.distinct())).where(done))
        return (built or 0) >= days


def perform(days: list[date]) -> str:
    """Build the store as known on some days, without waiting for the worker; return a summary sentence."""
    for day in days:
        with unit_of_work(ACTOR) as session:
            # One that a stop interrupted is finished.
            last = queries.find_last(session, known_on=day)
            build = last or services.ask_build(
                session, ACTOR, known_on=day, trigger="démonstration"
            )
            build_id = build.id
        store.build(current_app.config["VIGIE"].home, build_id)
    known = ", ".join(f"{day:%d/%m/%Y}" for day in days)
    return f"avec ce qui est connu le {known}"
