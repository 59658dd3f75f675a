"""Requesting rights, and deciding on the requests of others."""

from typing import Any

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import Agent
from app.core.access.guard import Subject, access, require_identity
from app.core.access.identity import Nature
from app.core.access.permissions import Permission
from app.core.now import today
from app.core.web.form_pages import accepted, open_form
from app.core.web.htmx import redirect
from app.extensions import db
from app.habilitations import reach
from app.habilitations.entries.queries import list_to_decide
from app.habilitations.models import Habilitation, HabilitationRequest
from app.habilitations.networks.services import list_active_networks
from app.habilitations.pages import act_page, blueprint, decision_page
from app.habilitations.presenters import natures
from app.habilitations.requests import queries, services
from app.habilitations.requests.forms import RequestForm
from app.habilitations.requests.services import RequestedRights
from app.habilitations.rights.queries import list_zones
from app.habilitations.rights.services import LONGEST

AGENT = Subject("agent", "agent_id", reach.get_agent)
RIGHT = Subject("right", "habilitation_id", reach.get_habilitation)
REQUEST = Subject("rights_request", "request_id", reach.get_request)


@blueprint.get("/habilitations/demandes")
@access(Permission.HABILITATION_READ)
def requests_queue() -> ResponseReturnValue:
    """The requests that wait for a decision, and those decided."""
    identity, session = require_identity(), db.session()
    return render_template(
        "habilitations/requests.html",
        waiting=queries.list_requests(session, identity, pending=True),
        entries=list_to_decide(session, identity),
        decided=queries.list_requests(session, identity, pending=False, limit=25),
    )


@blueprint.get("/habilitations/demandes/<int:request_id>")
@access(Permission.HABILITATION_READ, subject=REQUEST)
def request_detail(rights_request: HabilitationRequest) -> ResponseReturnValue:
    """A request, and what became of it."""
    networks = queries.labels_of_networks(db.session(), rights_request)
    return render_template(
        "habilitations/request.html", rights_request=rights_request, networks=networks
    )


@blueprint.route("/habilitations/demandes/<int:request_id>/decision", methods=["GET", "POST"])
@access(Permission.HABILITATION_VALIDATE, subject=REQUEST)
def decide_request(rights_request: HabilitationRequest) -> ResponseReturnValue:
    """Validate a request or refuse it."""
    asked = rights_request
    return decision_page(
        "Valider : les droits sont donnés aujourd’hui",
        accept=lambda session, who: services.validate(session, who, asked),
        refuse=lambda session, who, reason: services.refuse(session, who, asked, reason=reason),
        title=f"Demande pour {asked.agent.full_name}",
        facts=_facts(asked),
    )


@blueprint.route("/habilitations/agents/<int:agent_id>/demande", methods=["GET", "POST"])
@access(Permission.HABILITATION_MANAGE, subject=AGENT)
def ask(agent: Agent) -> ResponseReturnValue:
    """Request rights that the agent does not have."""
    return _ask(agent, None, {"function": agent.job_title})


@blueprint.route("/habilitations/<int:habilitation_id>/renouvellement", methods=["GET", "POST"])
@access(Permission.HABILITATION_MANAGE, subject=RIGHT)
def renew(right: Habilitation) -> ResponseReturnValue:
    """Request the replacement of a habilitation."""
    current = {"zone": right.zone_code, "natures": right.natures, "function": right.function}
    return _ask(right.agent, right, current)


def _ask(agent: Agent, renews: Habilitation | None, initial: dict[str, Any]) -> ResponseReturnValue:
    session = db.session()
    held = [network.code for network in reach.list_networks_of(session, agent)]
    form, draft = open_form(RequestForm, ends_on=today() + LONGEST, networks=held, **initial)
    form.offer_zones(list_zones(session))
    form.offer_networks(list_active_networks(session))
    if accepted(form, lambda: _write(agent, renews, form)):
        flash("La demande est enregistrée : une autre personne doit la valider.", "success")
        return redirect("habilitations.agent", agent_id=agent.id)
    return act_page(
        form,
        draft=draft,
        title=f"{'Renouveler l’habilitation de' if renews else 'Demander une habilitation pour'} {agent.full_name}",
        lead="Une autre personne que vous et que l’agent la valide : d’ici là, rien ne change.",
        submit="Envoyer la demande",
        back=(agent.full_name, url_for("habilitations.agent", agent_id=agent.id)),
    )


def _write(agent: Agent, renews: Habilitation | None, form: RequestForm) -> HabilitationRequest:
    requested = RequestedRights(
        zone=form.zone.data,
        natures=tuple(map(Nature, form.natures.data)),
        function=form.function.data,
        reason=form.reason.data,
        ends_on=form.ends_on.data,
        networks=tuple(form.networks.data or ()),
        renews=renews,
    )
    return services.ask(db.session(), require_identity(), agent, requested)


def _facts(rights_request: HabilitationRequest) -> list[dict[str, Any]]:
    networks = queries.labels_of_networks(db.session(), rights_request)
    return [
        {"label": "Administration", "value": rights_request.agent.administration.label},
        {"label": "Fonction", "value": rights_request.function},
        {"label": "Zone", "value": rights_request.zone.name},
        {"label": "Données confidentielles", "value": natures(rights_request)},
        {"label": "Réseaux à rejoindre", "value": ", ".join(networks) or "Aucun"},
        {"label": "Fin", "value": f"{rights_request.wanted_end:%d/%m/%Y} à 0 h"},
        {"label": "Demandée par", "value": rights_request.requester.full_name},
        {"label": "Motif", "value": rights_request.reason},
    ]
