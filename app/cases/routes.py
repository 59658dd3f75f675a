"""The list of accompagnements, the page of one, and what its members do."""

from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from app.cases import panels, queries, services
from app.cases.endings import Ending, left_open
from app.cases.forms import (
    CaseForm,
    EndingForm,
    NewCaseForm,
    OpeningForm,
    StateForm,
)
from app.cases.models import Case, CaseState, Criticality, Outcome
from app.companies.models import Establishment
from app.companies.queries import get_company, get_establishment
from app.companies.successions.queries import list_links
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.now import today
from app.core.web.drafts import Draft
from app.core.web.form_pages import accepted, open_form, status_of
from app.core.web.htmx import redirect, render, wants_fragment
from app.extensions import db
from app.habilitations.absences.presenters import said_of
from app.network.comments import panels as comment_panels
from app.network.comments.forms import CommentForm
from app.network.models import Comment
from app.network.reading.services import mark_shown
from app.unlocks.models import UnlockScope
from app.unlocks.panels import what_opens

blueprint = Blueprint("cases", __name__)

CASE = Subject("case", "case_id", queries.get_case)
ESTABLISHMENT = Subject("establishment", "siret", get_establishment)


@blueprint.get("/accompagnements/<int:case_id>")
@access(Permission.CASE_READ, subject=CASE)
def detail(case: Case) -> ResponseReturnValue:
    """Show everything about one, and what to do next."""
    context = _page_of(case)
    mark_shown(db.session(), require_identity(), panels.shown(case, context))
    return render_template("cases/detail.html", **context)


@blueprint.route("/etablissements/<siret>/accompagnement", methods=["GET", "POST"])
@access(Permission.CASE_CREATE, subject=ESTABLISHMENT)
def create(establishment: Establishment) -> ResponseReturnValue:
    """Open an accompagnement."""
    identity, session = require_identity(), db.session()
    what = what_opens(identity, establishment.company, scope=UnlockScope.CASE)
    form, draft = open_form(OpeningForm if what.natures else NewCaseForm)
    opened = accepted(form, lambda: _open(establishment, form))
    if opened is not None:
        return redirect("cases.detail", case_id=opened.id)
    already = queries.find_open_case(session, establishment.siret)
    context = {
        "form": form,
        "draft": draft,
        "establishment": establishment,
        "already": already,
        "what": what,
    }
    return render_template("cases/create.html", identity=identity, **context), status_of(form)


@blueprint.route("/accompagnements/<int:case_id>/modification", methods=["GET", "POST"])
@access(Permission.CASE_UPDATE, subject=CASE)
def update(case: Case) -> ResponseReturnValue:
    """Change the priority."""
    form, draft = open_form(CaseForm, criticality=case.criticality.value)
    if accepted(form, lambda: _update(case, form)):
        return redirect("cases.detail", case_id=case.id)
    page = render_template("cases/update.html", form=form, draft=draft, case=case)
    return page, status_of(form)


@blueprint.route("/accompagnements/<int:case_id>/etat", methods=["GET", "POST"])
@access(Permission.CASE_MANAGE_MEMBERS, subject=CASE)
def change_state(case: Case) -> ResponseReturnValue:
    """Change the state."""
    form, draft = open_form(StateForm, state=case.state.value)
    if accepted(form, lambda: _change_state(case, form)):
        return redirect("cases.detail", case_id=case.id)
    page = render_template("cases/state.html", form=form, draft=draft, case=case)
    return page, status_of(form)


@blueprint.route("/accompagnements/<int:case_id>/cloture", methods=["GET", "POST"])
@access(Permission.CASE_CLOSE, subject=CASE)
def close(case: Case) -> ResponseReturnValue:
    """Record the outcome, or revise it once closed."""
    # One that was opened again ends anew: its former outcome is not proposed.
    last = case.outcomes[-1] if case.outcomes and not case.is_open else None
    form, draft = open_form(EndingForm, obj=last, occurred_on=today())
    if accepted(form, lambda: _close(case, form)):
        return redirect("cases.detail", case_id=case.id)
    said = [each(db.session(), require_identity(), case) for each in left_open if case.is_open]
    page = render_template(
        "cases/close.html",
        form=form,
        draft=draft,
        case=case,
        warnings=[each for each in said if each],
    )
    return page, status_of(form)


@blueprint.route("/accompagnements/<int:case_id>/commentaires", methods=["GET", "POST"])
@access(Permission.CASE_READ, subject=CASE)
def comments(case: Case) -> ResponseReturnValue:
    """Comment on an accompagnement."""
    form, draft = open_form(CommentForm)
    written = accepted(form, lambda: _comment(case, form))
    if written is not None and not wants_fragment():
        return redirect("cases.detail", case_id=case.id, _anchor=f"commentaire-{written.id}")
    status = status_of(form)
    if written is not None:
        form = CommentForm(formdata=None)
    context = _comments_of(case, (form, draft))
    pages = ("cases/comments.html", "network/_panel_comments.html")
    return render(*pages, status=status, case=case, **context)


def _page_of(case: Case) -> dict[str, Any]:
    identity, session = require_identity(), db.session()
    path = url_for("cases.comments", case_id=case.id)
    return {
        "case": case,
        "away": said_of(session, [member.agent_id for member in case.active_members]),
        "read_until": case.read_until(identity.agent_id),
        "establishment": get_establishment(session, identity, case.siret),
        "successors": list_links(session, identity, case.siret).successors,
        **_comments_of(case, open_form(CommentForm, path=path)),
        **panels.of_case(session, identity, case),
    }


def _comments_of(case: Case, opened: tuple[CommentForm, Draft | None]) -> dict[str, Any]:
    identity, session = require_identity(), db.session()
    path = url_for("cases.comments", case_id=case.id)
    company = get_company(session, identity, case.siren)
    panel = comment_panels.asked_with(session, identity, company, opened=opened, path=path)
    return {**panel, "comments_closed": not case.is_open}


def _open(establishment: Establishment, form: NewCaseForm) -> Case:
    values = {"criticality": Criticality(form.criticality.data), "context": form.context.data}
    motive = form.stated if isinstance(form, OpeningForm) else None
    return services.open_case(
        db.session(), require_identity(), establishment, motive=motive, **values
    )


def _update(case: Case, form: CaseForm) -> bool:
    criticality = Criticality(form.criticality.data)
    services.update_case(db.session(), require_identity(), case, criticality=criticality)
    return True


def _change_state(case: Case, form: StateForm) -> bool:
    values = {"state": CaseState(form.state.data), "reason": form.reason.data}
    services.change_state(db.session(), require_identity(), case, **values)
    return True


def _close(case: Case, form: EndingForm) -> bool:
    ending = Ending(
        outcome=Outcome(form.outcome.data),
        occurred_on=form.occurred_on.data,
        jobs_at_stake=form.jobs_at_stake.data,
        jobs_kept=form.jobs_kept.data,
        comment=form.comment.data,
    )
    act = services.close_case if case.is_open else services.revise_outcome
    act(db.session(), require_identity(), case, ending)
    return True


def _comment(case: Case, form: CommentForm) -> Comment:
    values = {"network_id": form.network_id.data, "body": form.body.data}
    return services.comment(db.session(), require_identity(), case, **values)
