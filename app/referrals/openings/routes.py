"""The regions, what each needs before it opens, and the switch."""

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.web.form_pages import accepted, attempted, open_form, status_of
from app.core.web.htmx import redirect
from app.extensions import db
from app.referrals.areas.gazetteer import Area
from app.referrals.openings import queries, services
from app.referrals.openings.checklist import RegionPoint, checklist
from app.referrals.openings.forms import RegionForm

blueprint = Blueprint("openings", __name__, url_prefix="/orientations/regions")

REGION = Subject("region", "region_code", queries.get_region)


@blueprint.get("")
@access(Permission.REGION_READ)
def index() -> ResponseReturnValue:
    """Show where each region stands."""
    session, identity = db.session(), require_identity()
    known = queries.load_known(session, identity)
    rows = [(area, checklist(known, area.code)) for area in queries.list_regions()]
    return render_template(
        "referrals/openings/index.html",
        rows=[(area, sum(each.is_met for each in points), len(points)) for area, points in rows],
        decisions=queries.last_decisions(session, identity),
    )


@blueprint.get("/<string:region_code>")
@access(Permission.REGION_READ, subject=REGION)
def show(region: Area) -> ResponseReturnValue:
    """Show the checklist of a region and what was decided of it."""
    session, identity = db.session(), require_identity()
    points = checklist(queries.load_known(session, identity), region.code)
    decisions = queries.list_decisions(session, identity, region.code)
    return render_template(
        "referrals/openings/region.html",
        region=region,
        points=points,
        kinds=RegionPoint,
        decisions=decisions,
        is_open=bool(decisions) and decisions[0].is_open,
        is_ready=all(each.is_met for each in points),
    )


@blueprint.route("/<string:region_code>/ouverture", methods=["GET", "POST"])
@access(Permission.REGION_DECIDE, subject=REGION)
def open_region(region: Area) -> ResponseReturnValue:
    """Open a region."""
    return _decided(region, is_open=True)


@blueprint.route("/<string:region_code>/fermeture", methods=["GET", "POST"])
@access(Permission.REGION_DECIDE, subject=REGION)
def close_region(region: Area) -> ResponseReturnValue:
    """Close a region."""
    return _decided(region, is_open=False)


@blueprint.post("/<string:region_code>/essai")
@access(Permission.REGION_DECIDE, subject=REGION)
def try_mail(region: Area) -> ResponseReturnValue:
    """Write a test e-mail to the team."""
    attempted(
        lambda: services.try_mail(db.session(), require_identity(), region),
        done=lambda _: "Le courriel d’essai est envoyé à l’équipe : rouvrez cette page dans une minute pour voir s’il est parti.",
    )  # fmt: skip
    return redirect("openings.show", region_code=region.code)


def _decided(region: Area, *, is_open: bool) -> ResponseReturnValue:
    form, draft = open_form(RegionForm)
    session, identity = db.session(), require_identity()
    decided = accepted(
        form, lambda: services.decide(session, identity, region, is_open=is_open, reason=form.reason.data)
    )  # fmt: skip
    if decided:
        flash(f"{region.label} : le guichet est {'ouvert' if is_open else 'fermé'}.", "success")
        return redirect("openings.show", region_code=region.code)
    page = render_template(
        "referrals/openings/decide.html", region=region, form=form, draft=draft, is_open=is_open
    )
    return page, status_of(form)
