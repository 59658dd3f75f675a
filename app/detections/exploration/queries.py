"""Read where exploration goes on, what became of the firms that were drawn, and why some were left aside."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, false, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, joinedload

from app.core.access.identity import Identity, Nature
from app.core.errors import NotFoundError
from app.core.now import day_of, utcnow
from app.core.slots import Slot
from app.detections.exploration.models import DrawOverride, ExplorationChoice
from app.detections.models import DRAWN, DetectionEntry, DetectionList
from app.habilitations.models import Department
from scoring.vocabulary import Level

#: contacts with firms (``siren``) and the day of each (``day``); the domains above say what a contact is
contacts: Slot[Callable[[], Select[*tuple[Any, ...]]]] = Slot("contacts with firms")


@dataclass(frozen=True, kw_only=True)
class DrawnHere:
    """What became of the firms of a list in a département: numbers of firms.

    ``contacted``: since the list was published; ``aside``: left aside with a reason, not contacted; ``others``: not drawn, contacted.
    """

    department: str
    drawn: int
    contacted: int
    aside: int
    others: int

    @property
    def waiting(self) -> int:
        """Drawn, neither contacted nor left aside."""
        return self.drawn - self.contacted - self.aside


def get_place(session: Session, _identity: Identity, department: str) -> Department:
    """Return a département; raise `NotFoundError`."""
    place = session.get(Department, department)
    if place is None:
        raise NotFoundError
    return place


def list_paused(session: Session) -> frozenset[str]:
    """Return the départements where the next list is drawn without exploration. For the system."""
    return frozenset(choice.department for choice in _last_choices(session) if not choice.is_on)


def list_choices(session: Session, identity: Identity) -> dict[str, ExplorationChoice]:
    """Return the last choice of each département where the reader holds the score and one was made."""
    zone = identity.zones.get(Nature.SCORE, ())
    found = _last_choices(session, ExplorationChoice.department.in_(zone))
    return {choice.department: choice for choice in found}


def find_choice(session: Session, department: str) -> ExplorationChoice | None:
    """Return the last choice made for a département, within reach."""
    return next(iter(_last_choices(session, ExplorationChoice.department == department)), None)


def list_drawn(
    session: Session, identity: Identity, detection_list: DetectionList
) -> Sequence[DrawnHere]:
    """Return what became of the firms of a list, by département of the head office where the reader holds the score."""
    entry = DetectionEntry
    is_drawn, is_contacted = entry.arm == DRAWN, _is_contacted(detection_list)
    is_aside = exists().where(
        DrawOverride.entry_id == entry.id, DrawOverride.withdrawn_at.is_(None)
    )
    firms = (
        select(
            entry.department,
            is_drawn.label("is_drawn"),
            is_contacted.label("is_contacted"),
            and_(is_drawn, is_aside).label("is_aside"),
        )
        .where(
            entry.list_id == detection_list.id,
            entry.level != Level.NONE,
            entry.department.in_(identity.zones.get(Nature.SCORE, ())),
            or_(is_drawn, is_contacted),
        )
        .subquery()
    )
    seen = firms.c
    counted = select(
        seen.department,
        func.count().filter(seen.is_drawn).label("drawn"),
        func.count().filter(seen.is_drawn, seen.is_contacted).label("contacted"),
        func.count().filter(seen.is_aside, ~seen.is_contacted).label("aside"),
        func.count().filter(~seen.is_drawn).label("others"),
    ).group_by(seen.department)
    rows = session.execute(counted.order_by(seen.department)).mappings()
    return [DrawnHere(**row) for row in rows]


def count_reasons(
    session: Session, identity: Identity, detection_list: DetectionList
) -> Sequence[Row[Any, int]]:
    """Return how many times each reason was given for the firms of a list, the most frequent first."""
    zone = identity.zones.get(Nature.SCORE, ())
    given = select(DrawOverride.reason, func.count()).join(DrawOverride.entry)
    given = given.where(
        DetectionEntry.list_id == detection_list.id,
        DetectionEntry.department.in_(zone),
        DrawOverride.withdrawn_at.is_(None),
    )
    order = (func.count().desc(), DrawOverride.reason)
    return session.execute(given.group_by(DrawOverride.reason).order_by(*order)).all()


def list_overrides(
    session: Session, _identity: Identity, entry: DetectionEntry
) -> Sequence[DrawOverride]:
    """Return what agents do otherwise than the draw of an entry, and why."""
    of_entry = (DrawOverride.entry_id == entry.id, DrawOverride.withdrawn_at.is_(None))
    found = select(DrawOverride).where(*of_entry).options(joinedload(DrawOverride.agent))
    return session.scalars(found.order_by(DrawOverride.recorded_at, DrawOverride.id)).all()


def find_mine(session: Session, identity: Identity, entry: DetectionEntry) -> DrawOverride | None:
    """Return what the agent said of an entry, taken back or not."""
    mine = (DrawOverride.entry_id == entry.id, DrawOverride.agent_id == identity.agent_id)
    return session.scalar(select(DrawOverride).where(*mine))


def _last_choices(session: Session, *where: Any) -> Sequence[ExplorationChoice]:
    choice = ExplorationChoice
    last = select(choice).ext(distinct_on(choice.department)).where(*where)
    last = last.order_by(choice.department, choice.id.desc()).options(joinedload(choice.agent))
    return session.scalars(last).all()


def _is_contacted(detection_list: DetectionList) -> ColumnElement[bool]:
    """Whether the firm of an entry was contacted since the list was published."""
    since = day_of(detection_list.published_at or utcnow())
    made = [of().subquery() for of in contacts]
    return or_(
        false(),
        *(
            DetectionEntry.siren.in_(select(each.c.siren).where(each.c.day >= since))
            for each in made
        ),
    )
