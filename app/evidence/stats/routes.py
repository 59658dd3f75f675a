"""The public page of figures, and its open data: no account, no script, nothing computed."""

from io import BytesIO

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from app.core.access.guard import public
from app.core.database.replica.pages import may_lag
from app.core.errors import NotFoundError
from app.evidence.reports.content import ComparedPeriods
from app.evidence.reports.models import ReportFormat
from app.evidence.stats import presenters, queries
from app.extensions import db

blueprint = Blueprint("public_stats", __name__)

NO_PERIOD = "Cette période n’est pas publiée : choisissez-en une dans la liste."
NO_PARTNER = (
    "Cette administration n’a pas de chiffre dans cette période : choisissez-en une dans la liste."
)


@blueprint.get("/stats")
@public(why="chiffres publiés, masqués et audités avant leur publication, les mêmes pour tous")
@may_lag(why="chiffres figés avant d’être publiés")
def show() -> ResponseReturnValue:
    """Show what is published of a period: by default the latest one, all administrations together."""
    session = db.session()
    periods = queries.list_published(session)
    if not periods:
        return render_template("evidence/stats/empty.html")
    told = _told(request.args.get("periode") or periods[0])
    partners = presenters.partners_of(told)
    partner = request.args.get("partenaire") or None
    if partner is not None and partner not in dict(partners):
        raise NotFound(NO_PARTNER)
    context = presenters.page(told, partner=partner)
    return render_template(
        "evidence/stats/stats.html",
        periods=presenters.labelled(periods),
        partners=partners,
        **context,
    )


@blueprint.get("/stats/<published>/<dataset>.csv")
@public(why="données ouvertes des chiffres publiés, écrites à leur publication")
@may_lag(why="fichiers figés avant d’être publiés")
def open_data(published: str, dataset: str) -> ResponseReturnValue:
    """Send a file of open data, as it was written."""
    wanted = {"donnees": ReportFormat.CSV, "dictionnaire": ReportFormat.DICTIONARY}.get(dataset)
    if wanted is None:
        raise NotFound
    try:
        file = queries.find_open_data(db.session(), published, wanted)
    except NotFoundError:
        raise NotFound from None
    return send_file(
        BytesIO(file.content),
        mimetype="text/csv; charset=utf-8",
        as_attachment=True,
        download_name=f"vigie-{dataset}-{published}.csv",
    )


def _told(period: str) -> ComparedPeriods:
    try:
        now, before = queries.find_published(db.session(), period)
    except NotFoundError:
        raise NotFound(NO_PERIOD) from None
    return ComparedPeriods(now=now, before=before)
