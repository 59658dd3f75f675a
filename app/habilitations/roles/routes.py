"""The roles of an account, and deciding on those that somebody else asked for."""

from typing import Any

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import Agent
from app.core.access.guard import Subject, access, require_identity
from app.core.access.identity import Role
from app.core.access.permissions import Permission
from app.core.text.french import datetime_fr, de_fr
from app.core.web.form_pages import accepted, open_form
from app.core.web.htmx import redirect
from app.extensions import db
from app.habilitations import reach
from app.habilitations.pages import act_page, blueprint, decision_page
from app.habilitations.roles import queries, services
from app.habilitations.roles.forms import RolesForm
from app.habilitations.roles.labels import role_names
from app.habilitations.roles.models import RoleRequest

AGENT = Subject("agent", "agent_id", reach.get_agent)
REQUEST = Subject("role_request", "role_request_id", queries.get_request)

SAVED = "Les rôles sont enregistrés ; l’agent se reconnecte pour en disposer."
ASKED = "{roles} : demandé. Un contrôleur, ou un correspondant de son administration s’il s’agit d’en nommer un, décide."
LEAD = (
    "Un rôle dit ce que le compte peut faire ; ce qu’il peut lire dépend de ses habilitations. Personne ne donne seul"
    " les rôles Correspondant, Contrôleur et Administrateur : une autre personne en décide."
)
DECIDING = (
    "Ce rôle décide des droits des autres. Acceptez si vous savez que cette personne existe, qu’elle est de cette"
    " administration et que cette adresse est la sienne."
)


@blueprint.route("/habilitations/agents/<int:agent_id>/roles", methods=["GET", "POST"])
@access(Permission.ROLE_MANAGE, subject=AGENT)
def roles(agent: Agent) -> ResponseReturnValue:
    """Set the roles of an account."""
    held = [role.value for role in reach.list_roles(db.session(), agent)]
    form, _ = open_form(RolesForm, roles=held)
    asked = accepted(form, lambda: _set_roles(agent, form))
    if asked is not None:
        waiting = role_names(asked)
        flash(ASKED.format(roles=waiting) if waiting else SAVED, "success")
        return redirect("habilitations.agent", agent_id=agent.id)
    back = agent.full_name, url_for("habilitations.agent", agent_id=agent.id)
    title = f"Rôles {de_fr(agent.full_name)}"
    return act_page(form, title=title, lead=LEAD, submit="Enregistrer", back=back)


@blueprint.get("/habilitations/roles")
@access(Permission.ROLE_READ)
def role_requests() -> ResponseReturnValue:
    """The roles that wait for my decision, and those decided."""
    identity, session = require_identity(), db.session()
    return render_template(
        "habilitations/roles.html",
        waiting=queries.list_waiting(session, identity),
        decided=queries.list_decided(session, identity),
    )


@blueprint.route("/habilitations/roles/<int:role_request_id>", methods=["GET", "POST"])
@access(Permission.ROLE_DECIDE, subject=REQUEST)
def decide_role(role_request: RoleRequest) -> ResponseReturnValue:
    """Give the role that somebody else asked for, or refuse."""
    asked = role_request
    role = role_names([asked.role])
    return decision_page(
        f"Accepter : {asked.agent.full_name} devient {role.lower()}",
        accept=lambda session, who: services.accept(session, who, asked),
        refuse=lambda session, who, reason: services.refuse(session, who, asked, reason=reason),
        queue=("Rôles à décider", "habilitations.role_requests"),
        title=f"{role} : demande pour {asked.agent.full_name}",
        lead=DECIDING,
        facts=_facts(asked),
    )


def _set_roles(agent: Agent, form: RolesForm) -> list[Role]:
    wanted = [Role(role) for role in form.roles.data]
    asked = services.set_roles(
        db.session(), require_identity(), agent, wanted, reason=form.reason.data or ""
    )
    return [request.role for request in asked]


def _facts(asked: RoleRequest) -> list[dict[str, Any]]:
    agent = asked.agent
    return [
        {"label": "Administration", "value": agent.administration.label},
        {"label": "Fonction", "value": agent.job_title or "Non dite"},
        {"label": "Adresse électronique", "value": agent.email},
        {"label": "Compte ouvert le", "value": datetime_fr(agent.created_at)},
        {"label": "Rôles actuels", "value": role_names(reach.list_roles(db.session(), agent))},
        {"label": "Demandé par", "value": asked.requester.full_name},
        {"label": "Motif", "value": asked.reason},
    ]
