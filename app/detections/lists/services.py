"""Write where the entries of a list are read, when it is published."""

from sqlalchemy import case, func, insert, literal, select
from sqlalchemy.orm import Session

from app.companies.models import FRANCE
from app.detections.lists.models import GRADES, NEWS, DetectionPlace
from app.detections.models import DetectionEntry, DetectionList

COLUMNS = ("list_id", "place", "siren", "departments", "grade", "rank", "news")


def store_places(session: Session, detection_list: DetectionList) -> None:
    """Store each entry of the list that it shows at each place where it is read."""
    entry = DetectionEntry
    place = func.unnest(func.array_append(entry.departments, literal(FRANCE)))
    session.execute(
        insert(DetectionPlace).from_select(
            COLUMNS,
            select(
                entry.list_id,
                place,
                entry.siren,
                entry.departments,
                case(GRADES, value=entry.level),
                entry.rank,
                case(NEWS, value=entry.novelty),
            ).where(entry.list_id == detection_list.id, entry.level.in_(GRADES)),
        )
    )
