"""The public page of figures, and its open data: no account, no script, nothing computed."""

from io import BytesIO

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from app.core.access.guard import public
from app.core.errors import NotFoundError
from app.evidence.reports.content import Told
from app.evidence.reports.models import ReportFormat
from app.evidence.stats import presenters, queries
from app.extensions import db

blueprint = Blueprint("public_stats", __name__)


@blueprint.get("/stats")
@public(why="chiffres publiés, masqués et audités avant leur publication, les mêmes pour tous")
def show() -> ResponseReturnValue:
    """Show what is published of a period: by default the latest one, all administrations together."""
    session = db.session()
    periods = queries.list_published(session)
    if not periods:
        return render_template("evidence/stats/empty.html")
    period = request.args.get("periode") or periods[0]
    told = _told(period)
    partners = presenters.partners_of(told)
    partner = request.args.get("partenaire") or None
    if partner is not None and partner not in dict(partners):
        raise NotFound(
            "Cette administration n’a pas de chiffre dans cette période : choisissez-en une dans la liste."
        )
    context = presenters.page(told, partner=partner)
    return render_template(
        "evidence/stats/stats.html",
        periods=presenters.labelled(periods),
        partners=partners,
        **context,
    )


@blueprint.get("/stats/<period>/<kind>.csv")
@public(why="données ouvertes des chiffres publiés, écrites à leur publication")
def open_data(period: str, kind: str) -> ResponseReturnValue:
    """Send a file of open data, as it was written."""
    wanted = {"donnees": ReportFormat.CSV, "dictionnaire": ReportFormat.DICTIONARY}.get(kind)
    if wanted is None:
        raise NotFound
    try:
        file = queries.find_open_data(db.session(), period, wanted)
    except NotFoundError:
        raise NotFound from None
    return send_file(
        BytesIO(file.content),
        mimetype="text/csv; charset=utf-8",
        as_attachment=True,
        download_name=f"vigie-{kind}-{period}.csv",
    )


def _told(period: str) -> Told:
    try:
        now, before = queries.find_published(db.session(), period)
    except NotFoundError:
        raise NotFound(
            "Cette période n’est pas publiée : choisissez-en une dans la liste."
        ) from None
    return Told(now=now, before=before)
