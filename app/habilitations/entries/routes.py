"""Deciding who enters the networks of one's administration."""

from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access
from app.core.access.permissions import Permission
from app.core.text.french import de_fr
from app.habilitations.entries import queries, services
from app.habilitations.models import NetworkRequest
from app.habilitations.pages import blueprint, decision_page

ENTRY = Subject("network_request", "network_request_id", queries.get_entry)


@blueprint.route("/habilitations/entrees/<int:network_request_id>", methods=["GET", "POST"])
@access(Permission.HABILITATION_VALIDATE, subject=ENTRY)
def decide_entry(network_request: NetworkRequest) -> ResponseReturnValue:
    """Let an agent of another administration into a network of mine, or refuse."""
    entry = network_request
    return decision_page(
        "Accepter : l’agent lira ce que ce réseau écrit dans sa zone",
        accept=lambda session, who: services.accept(session, who, entry),
        refuse=lambda session, who, reason: services.refuse(session, who, entry, reason=reason),
        title=f"Entrée {de_fr(entry.agent.full_name)} dans le réseau {entry.network.label}",
        lead="Ses membres se lisent entre eux : l’agent lira ce qui lui est adressé, y compris ce qui est déjà écrit.",
        facts=_facts(entry),
    )


def _facts(entry: NetworkRequest) -> list[dict[str, str]]:
    return [
        {"label": "Administration de l’agent", "value": entry.agent.administration.label},
        {"label": "Fonction", "value": entry.agent.job_title},
        {"label": "Demandée par", "value": entry.requester.full_name},
        {"label": "Motif", "value": entry.reason},
    ]
