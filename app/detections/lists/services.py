"""Write where the entries of a list are read, when it is published."""

from sqlalchemy import case, func, insert, literal, select
from sqlalchemy.orm import Session

from app.companies.models import FRANCE
from app.detections.lists.models import GRADES, NEWS, DetectionPlace
from app.detections.models import DetectionEntry, DetectionList

COLUMNS = (
    "list_id", "place", "siren", "departments", "grade", "news", "position", "news_position",
)  # fmt: skip


def store_places(session: Session, detection_list: DetectionList) -> None:
    """Store each entry of the list that it shows at each place where it is read, with its order there."""
    entry = DetectionEntry
    shown = (
        select(
            entry.list_id,
            entry.siren,
            entry.departments,
            case(GRADES, value=entry.level).label("grade"),
            case(NEWS, value=entry.novelty).label("news"),
            entry.rank,
        )
        .where(entry.list_id == detection_list.id, entry.level.in_(GRADES))
        .subquery()
    )
    by_level = (shown.c.grade, shown.c.rank, shown.c.siren)
    session.execute(
        insert(DetectionPlace).from_select(
            COLUMNS,
            select(
                shown.c.list_id,
                func.unnest(func.array_append(shown.c.departments, literal(FRANCE))),
                *(shown.c.siren, shown.c.departments, shown.c.grade, shown.c.news),
                func.row_number().over(order_by=by_level),
                func.row_number().over(order_by=(shown.c.news, *by_level)),
            ),
        )
    )
