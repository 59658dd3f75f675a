"""The matrix of subjects and territories, and its files."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue

from app.core.access.guard import access, require_identity
from app.core.access.permissions import Permission
from app.core.database.replica.pages import may_lag
from app.core.journal import Event, record_apart
from app.core.web.forms import asked_of, number_or_none
from app.core.web.pace import EXPORTS, paced
from app.extensions import db
from app.referrals.areas.gazetteer import FRANCE, Area, AreaKind, gazetteer
from app.referrals.coverage.exporting import exported
from app.referrals.coverage.forms import CoverageForm
from app.referrals.coverage.grid import CoverageCell, CoverageState, grid
from app.referrals.coverage.measuring import load_competent
from app.referrals.directory import queries as entries
from app.referrals.directory.models import ReferralSubject

blueprint = Blueprint("coverage", __name__)

#: subjects, each with its cells
Rows = Sequence[tuple[ReferralSubject, Sequence[CoverageCell]]]


@blueprint.get("/annuaire/couverture")
@access(Permission.DIRECTORY_READ)
@may_lag(why="l’annuaire change en jours")
def matrix() -> ResponseReturnValue:
    """Who answers where, subject by subject."""
    form, place, rows = _asked()
    cells = [cell for _, several in rows for cell in several]
    filters = asked_of(form)
    return render_template(
        "referrals/coverage/matrix.html",
        form=form,
        place=place,
        rows=rows,
        areas=[cell.area for cell in rows[0][1]] if rows else [],
        holes=sum(cell.state is CoverageState.NOBODY for cell in cells),
        parts=sum(cell.state is CoverageState.PART for cell in cells),
        doubled=sum(bool(cell.doubled) for cell in cells),
        filters={**filters, "territoire": place.code},
    )


@blueprint.get("/annuaire/couverture.xlsx")
@access(Permission.DIRECTORY_READ)
@paced(EXPORTS)
def workbook() -> ResponseReturnValue:
    """Download the matrix as a spreadsheet."""
    return _file(is_table=False)


@blueprint.get("/annuaire/couverture.csv")
@access(Permission.DIRECTORY_READ)
@paced(EXPORTS)
def table() -> ResponseReturnValue:
    """Download the matrix as text."""
    return _file(is_table=True)


def _file(*, is_table: bool) -> ResponseReturnValue:
    identity = require_identity()
    _, place, rows = _asked()
    made, count = exported(identity, rows, place=place.name, is_table=is_table)
    name = f"couverture.{'csv' if is_table else 'xlsx'}"
    record_apart(
        db.engine, identity, Event.DIRECTORY_EXPORTED, file=name, count=count, sha256=made.sha256
    )
    return send_file(made.file, as_attachment=True, download_name=name)


def _asked() -> tuple[CoverageForm, Area, Rows]:
    session, identity = db.session(), require_identity()
    form = CoverageForm(formdata=request.args)
    form.offer(entries.list_themes(session, identity))
    place = _place(request.args.get("territoire", ""))
    form.territoire.data = place.code
    theme_id = number_or_none(form.theme.data)
    subjects = [
        each
        for each in entries.list_subjects(session, identity)
        if theme_id in (None, each.theme_id)
    ]
    numbers = [each.id for each in subjects]
    directory = load_competent(session, identity)
    cells = grid(directory, numbers, _columns(place), gazetteer())
    kept = [(s, row) for s, row in zip(subjects, cells, strict=True) if _is_shown(row, form.montrer.data)]  # fmt: skip
    return form, place, kept


def _place(code: str) -> Area:
    """The territory of an address; by default, the region of whoever asks."""
    known = gazetteer()
    wanted = known.find(code)
    if wanted and wanted.kind in {AreaKind.FRANCE, AreaKind.REGION, AreaKind.DEPARTMENT}:
        return wanted
    mine = [area for code in require_identity().departments if (area := known.find(code))]
    regions = known.of_kind(AreaKind.REGION, within=FRANCE)
    held = {code for area in mine for code in area.within}
    (country,) = known.of_kind(AreaKind.FRANCE, within=FRANCE)
    return next((region for region in regions if region.code in held), country)


def _columns(place: Area) -> list[Area]:
    """What a territory is made of: regions, départements, or EPCI."""
    known = gazetteer()
    if place.kind is AreaKind.DEPARTMENT:
        return known.epci_in(place.code)
    kind = AreaKind.REGION if place.kind is AreaKind.FRANCE else AreaKind.DEPARTMENT
    return known.of_kind(kind, within=place.code)


def _is_shown(row: Sequence[CoverageCell], wanted: str | None) -> bool:
    if wanted == "trous":
        return any(cell.state in {CoverageState.NOBODY, CoverageState.PART} for cell in row)
    return any(cell.doubled for cell in row) if wanted == "doubles" else True
