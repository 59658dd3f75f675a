"""What the lists change: their history, and one of them."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.identity import Nature
from app.core.access.permissions import Permission
from app.detections.lists.queries import get_list
from app.detections.models import DetectionList
from app.detections.news import presenters, queries
from app.extensions import db
from app.messages import bell

blueprint = Blueprint("list_news", __name__)

LIST = Subject("detection_list", "list_id", get_list)


@blueprint.get("/nouveautes")
@access(Permission.DETECTION_READ)
def index() -> ResponseReturnValue:
    """Show the published lists with what each changed in my zone."""
    session, identity = db.session(), require_identity()
    found = queries.slice_of_lists(session, request.args.get("suite"))
    totals = queries.totals_of(session, identity, [each.id for each in found.rows])
    return render_template(
        "detections/news/index.html",
        lists=[(each, totals.get(each.id)) for each in found.rows],
        next_cursor=found.next_cursor,
        reads_score=Nature.SCORE in identity.natures,
    )


@blueprint.get("/nouveautes/<int:list_id>")
@access(Permission.DETECTION_READ, subject=LIST)
def show(detection_list: DetectionList) -> ResponseReturnValue:
    """Show what a list changed in my zone."""
    session, identity = db.session(), require_identity()
    bell.mark_opened(session, identity, request.path)
    former = queries.find_former(session, detection_list)
    led_to = queries.answers_led_to(session, identity, former, detection_list) if former else []
    totals = queries.totals_of(session, identity, [detection_list.id])
    return render_template(
        "detections/news/show.html",
        detection_list=detection_list,
        former=former,
        figures=presenters.figures(totals.get(detection_list.id)),
        changes=presenters.changes(detection_list, former),
        outcomes=presenters.outcomes(queries.find_outcomes(session, identity, detection_list)),
        led_to=presenters.led_to(led_to),
        reads_score=Nature.SCORE in identity.natures,
        zone=identity.zones.get(Nature.SCORE, ()),
    )
