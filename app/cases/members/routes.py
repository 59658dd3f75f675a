"""The people of an accompagnement."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.accounts.queries import find_agent
from app.cases import queries
from app.cases.forms import CaseMemberForm, RemovalForm
from app.cases.members import services
from app.cases.models import Case, MemberRole
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.errors import NotFoundError
from app.core.journal import Event, record_apart
from app.core.web.form_pages import accepted, open_form, status_of
from app.core.web.forms import choices, number_or_none
from app.core.web.htmx import redirect, render
from app.extensions import db
from app.habilitations.absences.presenters import named

blueprint = Blueprint("case_members", __name__)

CASE = Subject("case", "case_id", queries.get_case)


@blueprint.route("/accompagnements/<int:case_id>/membres", methods=["GET", "POST"])
@access(Permission.CASE_MANAGE_MEMBERS, subject=CASE)
def index(case: Case) -> ResponseReturnValue:
    """List the members; add one."""
    form, _ = open_form(CaseMemberForm)
    invitable = services.list_invitable(db.session(), case)
    people = [(each, f"{each.full_name} ({each.administration.label})") for each in invitable]
    form.agent_id.choices = choices(named(db.session(), people))
    if accepted(form, lambda: _add(case, form)):
        return redirect("case_members.index", case_id=case.id)
    return render_template("cases/members.html", form=form, case=case), status_of(form)


@blueprint.get("/accompagnements/<int:case_id>/referents/<int:referent_id>/telephone")
@access(Permission.CASE_READ, subject=CASE)
def telephone(case: Case, referent_id: int) -> ResponseReturnValue:
    """Show the telephone of a référent, and count that it was."""
    member = next((each for each in case.active_members if each.id == referent_id), None)
    if member is None or member.role is not MemberRole.REFERENT or not member.agent.telephone:
        raise NotFoundError
    record_apart(
        db.engine, require_identity(), Event.TELEPHONE_READ,
        siren=case.siren, case_id=case.id, agent_id=member.agent_id,
    )  # fmt: skip
    pages = ("cases/telephone.html", "cases/_telephone.html")
    return render(*pages, case=case, person=member.agent)


@blueprint.route(
    "/accompagnements/<int:case_id>/membres/<int:member_id>/depart", methods=["GET", "POST"]
)
@access(Permission.CASE_MANAGE_MEMBERS, subject=CASE)
def remove(case: Case, member_id: int) -> ResponseReturnValue:
    """Remove a member, after confirmation."""
    form, _ = open_form(RemovalForm)
    if accepted(form, lambda: _remove(case, member_id)):
        return redirect("cases.detail", case_id=case.id)
    member = next((each for each in case.active_members if each.id == member_id), None)
    if member is None:
        raise NotFoundError
    agent = find_agent(db.session(), member.agent_id)
    page = render_template(
        "cases/removal.html", form=form, case=case, agent=agent, member_id=member_id
    )
    return page, status_of(form)


def _add(case: Case, form: CaseMemberForm) -> bool:
    services.add_member(
        db.session(), require_identity(), case,
        agent_id=number_or_none(form.agent_id.data), role=MemberRole(form.role.data),
    )  # fmt: skip
    return True


def _remove(case: Case, member_id: int) -> bool:
    services.remove_member(db.session(), require_identity(), case, member_id=member_id)
    return True
