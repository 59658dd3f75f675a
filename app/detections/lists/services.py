"""Write where the entries of a list are read, and what raises their risk, when it is published."""

from sqlalchemy import case, func, insert, literal, select
from sqlalchemy.orm import Session

from app.companies.models import FRANCE
from app.detections.lists.models import GRADES, NEWS, DetectionPlace, DetectionTheme
from app.detections.lists.why.causes import EXPLAINED, is_theme_of_cause
from app.detections.models import DRAWN, DetectionEntry, DetectionList, DetectionReason

COLUMNS = (
    "list_id", "place", "siren", "departments", "grade", "news", "position", "news_position", "is_drawn",
)  # fmt: skip
THEME_COLUMNS = ("list_id", "siren", "position", "departments", "theme", "nature")


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
            (entry.arm == DRAWN).label("is_drawn"),
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
                shown.c.is_drawn,
            ),
        )
    )


def store_themes(session: Session, detection_list: DetectionList) -> None:
    """Store the themes that raise the risk of each entry that the list shows, the heaviest first."""
    entry, reason = DetectionEntry, DetectionReason
    heaviest = func.row_number().over(
        partition_by=entry.id, order_by=(reason.contribution.desc(), reason.theme)
    )
    session.execute(
        insert(DetectionTheme).from_select(
            THEME_COLUMNS,
            select(
                entry.list_id, entry.siren, heaviest, entry.departments, reason.theme, reason.nature
            )
            .join(reason, reason.entry_id == entry.id)
            .where(entry.list_id == detection_list.id, entry.level.in_(GRADES))
            .where(*is_theme_of_cause(reason), reason.horizon == EXPLAINED),
        )
    )
