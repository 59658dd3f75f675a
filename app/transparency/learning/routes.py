"""« Lire une alerte »: its pages, its questions, the reminder that one may hush."""

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from app.core.access.guard import access, require_identity
from app.core.access.identity import Role
from app.core.access.permissions import Permission
from app.core.web.htmx import redirect
from app.extensions import db
from app.transparency.learning import queries, services
from app.transparency.learning.content import MINUTES, PAGES
from app.transparency.learning.forms import LessonForm

blueprint = Blueprint("lesson", __name__, url_prefix="/formation/lire-une-alerte")

FINISHED = "Vous avez terminé « Lire une alerte »."
FINISHED_AGAIN = "Tout est juste ; la date de votre première fois est gardée."


@blueprint.get("")
@access(Permission.LESSON_OWN)
def index() -> ResponseReturnValue:
    """Show what the lesson holds, whether I finished it and, to a manager, how many of their administration did."""
    session, identity = db.session(), require_identity()
    leads = identity.has_role(Role.MANAGER)
    return render_template(
        "transparency/learning/index.html", pages=PAGES, minutes=MINUTES,
        finished_at=queries.finished_at(session, identity),
        team=queries.count_team(session, identity) if leads else None,
    )  # fmt: skip


@blueprint.get("/<int:lesson_page>")
@access(Permission.LESSON_OWN)
def page(lesson_page: int) -> ResponseReturnValue:
    """Show a page of the lesson."""
    if not 1 <= lesson_page <= len(PAGES):
        raise NotFound
    return render_template(
        "transparency/learning/page.html", page=PAGES[lesson_page - 1], number=lesson_page, pages=PAGES
    )  # fmt: skip


@blueprint.route("/questions", methods=["GET", "POST"])
@access(Permission.LESSON_OWN)
def questions() -> ResponseReturnValue:
    """Answer the questions: once all are right, the lesson is finished."""
    form = LessonForm()
    if form.validate_on_submit():
        is_first = services.finish(db.session(), require_identity())
        told = FINISHED if is_first else FINISHED_AGAIN
        flash(told, "success")
        return redirect("lesson.index")
    page = render_template("transparency/learning/questions.html", form=form)
    return page, 422 if form.errors else 200


@blueprint.post("/rappel")
@access(Permission.LESSON_OWN)
def hush() -> ResponseReturnValue:
    """Be reminded of it above the lists no more."""
    services.hush(db.session(), require_identity())
    flash("Les listes ne vous le rappelleront plus ; la formation reste dans votre compte.", "success")  # fmt: skip
    return redirect("detections.index")
