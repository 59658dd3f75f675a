"""Deciding who enters the networks of one's administration."""

from flask import flash, url_for
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.web.form_pages import accepted, open_form
from app.core.web.htmx import redirect
from app.extensions import db
from app.habilitations.entries import queries, services
from app.habilitations.forms import DecisionForm
from app.habilitations.models import NetworkRequest
from app.habilitations.pages import act_page, blueprint

ENTRY = Subject("network_request", "network_request_id", queries.get_entry)


@blueprint.route("/habilitations/entrees/<int:network_request_id>", methods=["GET", "POST"])
@access(Permission.HABILITATION_VALIDATE, subject=ENTRY)
def decide_entry(network_request: NetworkRequest) -> ResponseReturnValue:
    """Let an agent of another administration into a network of mine, or refuse."""
    entry = network_request
    form, draft = open_form(DecisionForm)
    form.offer("Accepter : l’agent lira ce que ce réseau écrit dans sa zone")
    if accepted(form, lambda: _decide(entry, form)):
        flash("Votre décision est enregistrée.", "success")
        return redirect("habilitations.requests_queue")
    return act_page(
        form,
        draft=draft,
        title=f"Entrée de {entry.agent.full_name} dans le réseau {entry.network.label}",
        lead="Ses membres se lisent entre eux : l’agent lira ce qui lui est adressé, y compris ce qui est déjà écrit.",
        facts=_facts(entry),
        submit="Enregistrer la décision",
        back=("Demandes", url_for("habilitations.requests_queue")),
    )


def _facts(entry: NetworkRequest) -> list[dict[str, str]]:
    return [
        {"label": "Administration de l’agent", "value": entry.agent.administration.label},
        {"label": "Fonction", "value": entry.agent.job_title},
        {"label": "Demandée par", "value": entry.requester.full_name},
        {"label": "Motif", "value": entry.reason},
    ]


def _decide(entry: NetworkRequest, form: DecisionForm) -> bool:
    session, identity = db.session(), require_identity()
    if form.decision.data == "valider":
        services.accept(session, identity, entry)
    else:
        services.refuse(session, identity, entry, reason=form.reason.data)
    return True
