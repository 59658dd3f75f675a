"""The figures of the orientation."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.core.access.guard import access, require_identity
from app.core.access.permissions import Permission
from app.core.database.replica.pages import may_lag
from app.core.metrics import FEWEST, FEWEST_REACHED
from app.core.now import today
from app.core.web.htmx import render
from app.extensions import db
from app.referrals.areas.gazetteer import FRANCE, gazetteer
from app.referrals.coverage.measuring import load_competent, measured
from app.referrals.directory import queries as entries
from app.referrals.quality.figures import presenters, queries
from app.referrals.quality.figures.forms import QualityForm
from app.referrals.quality.figures.presenters import QualityFigure
from app.referrals.quality.figures.queries import QualityFilter, QualityScope
from app.referrals.quality.weekly import queries as weekly

blueprint = Blueprint("quality", __name__)


@blueprint.get("/orientations/qualite")
@access(Permission.QUALITY_READ)
@may_lag(why="comptes de mois entiers, lus en réunion")
def show() -> ResponseReturnValue:
    """Show what becomes of needs: of all, of one's zone, or of what was put to one's antennes."""
    session, identity = db.session(), require_identity()
    scope = queries.scope_of(session, identity)
    if scope.is_empty:
        return render_template("referrals/quality/nobody.html")
    form = QualityForm(request.args)
    subjects, antennes = entries.list_all_subjects(session, identity), queries.list_antennes(session, identity)  # fmt: skip
    form.offer(scope, subjects, antennes)
    valid = form.validate()
    found = _found(scope, form.asked() if valid else QualityForm(formdata=None).asked(), subjects)
    return render(
        "referrals/quality/figures.html", "referrals/quality/_figures.html", status=200 if valid else 422,
        form=form, scope=scope, fewest=FEWEST, fewest_reached=FEWEST_REACHED,
        is_silent=weekly.is_silent(session, identity), **found,
    )  # fmt: skip


def _found(scope: QualityScope, asked: QualityFilter, subjects: Any) -> dict[str, object]:
    session = db.session()
    needs, answers, helped = queries.counted_needs(session, scope, asked)
    page = presenters.page_of(
        needs, answers, helped, today=today(), subjects={each.id: each.label for each in subjects}
    )
    return {"shown": page, "asked": asked, "coverage": _coverage(scope, asked)}


def _coverage(scope: QualityScope, asked: QualityFilter) -> QualityFigure | None:
    """What is covered of the zone, or of the département that is asked for; an antenne alone covers nothing whole."""
    if scope.is_of_antennes:
        return None
    codes = [asked.department] if asked.department else scope.departments or [FRANCE]
    # Of a place that nobody knows, or of another zone, there is no share: 0 % would be one.
    is_beyond = scope.departments and not set(codes) <= set(scope.departments)
    if is_beyond or None in map(gazetteer().find, codes):
        return None
    directory = load_competent(db.session(), require_identity())
    return presenters.coverage_figure(measured(directory, codes, gazetteer()))
