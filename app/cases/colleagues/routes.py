"""Follow the accompagnements of a colleague, or no longer."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.accounts.models import Agent
from app.cases.colleagues import queries
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.web.form_pages import accepted, open_form, status_of
from app.core.web.htmx import redirect
from app.extensions import db
from app.network import services
from app.network.forms import STOPPED, TwoLevelsForm
from app.network.models import FollowLevel

blueprint = Blueprint("colleagues", __name__)

COLLEAGUE = Subject("agent", "agent_id", queries.get_followable)


@blueprint.route("/agents/<int:agent_id>/suivre", methods=["GET", "POST"])
@access(Permission.FOLLOW_OWN, subject=COLLEAGUE)
def follow(agent: Agent) -> ResponseReturnValue:
    """Say what to expect of the accompagnements of a colleague, and that they are told; follow them, or no longer."""
    form, _ = open_form(TwoLevelsForm, level=FollowLevel.ALL.value)
    if accepted(form, lambda: _choose(agent, form)):
        return redirect("network.follows")
    colleague = queries.what_to_expect(db.session(), require_identity(), agent)
    page = render_template(
        "cases/follow_colleague.html", form=form, agent=agent, colleague=colleague
    )
    return page, status_of(form)


def _choose(agent: Agent, form: TwoLevelsForm) -> bool:
    session, identity = db.session(), require_identity()
    if form.level.data == STOPPED[0]:
        services.unfollow_colleague(session, identity, agent)
    else:
        level = FollowLevel(form.level.data)
        services.follow_colleague(session, identity, agent, level=level)
    return True
