"""Networks: creating, naming and ordering them; their members."""

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import Agent
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.web.form_pages import accepted, open_form, status_of
from app.core.web.forms import ConfirmForm
from app.core.web.htmx import redirect
from app.extensions import db
from app.habilitations import reach
from app.habilitations.entries import services as entries
from app.habilitations.models import Network
from app.habilitations.networks import services as networks
from app.habilitations.networks.forms import (
    NetworkChangeForm,
    NetworkCreationForm,
    NetworkMemberForm,
)
from app.habilitations.pages import act_page, blueprint
from app.habilitations.rights import services

NETWORK = Subject("network", "network_id", reach.get_network)
MEMBER = Subject("agent", "agent_id", networks.get_removable)


@blueprint.get("/habilitations/reseaux")
@access(Permission.HABILITATION_READ)
def networks_list() -> ResponseReturnValue:
    """Every network, in order."""
    rows = networks.list_networks(db.session(), require_identity())
    return render_template("habilitations/networks.html", rows=rows)


@blueprint.route("/habilitations/reseaux/nouveau", methods=["GET", "POST"])
@access(Permission.NETWORK_MANAGE)
def create_network() -> ResponseReturnValue:
    """Create a network."""
    form, _ = open_form(NetworkCreationForm)
    created = accepted(
        form,
        lambda: networks.create(
            db.session(), require_identity(), form.label.data, form.chosen_administration
        ),
    )
    if created is not None:
        return redirect("habilitations.network", network_id=created.id)
    return act_page(form, title="Créer un réseau", submit="Créer le réseau", back=_back())


@blueprint.route("/habilitations/reseaux/<int:network_id>", methods=["GET", "POST"])
@access(Permission.HABILITATION_MANAGE, subject=NETWORK)
def network(network: Network) -> ResponseReturnValue:
    """Show its members within reach; add one."""
    identity, session = require_identity(), db.session()
    form, _ = open_form(NetworkMemberForm)
    form.offer(networks.list_joinable(session, identity, network))
    entry = accepted(form, lambda: _join(network, form))
    if entry is not None:
        flash(entry, "success")
        return redirect("habilitations.network", network_id=network.id)
    members = networks.list_members(session, identity, network)
    page = render_template(
        "habilitations/network.html", network=network, form=form, members=members
    )
    return page, status_of(form)


@blueprint.route("/habilitations/reseaux/<int:network_id>/modification", methods=["GET", "POST"])
@access(Permission.NETWORK_MANAGE, subject=NETWORK)
def change_network(network: Network) -> ResponseReturnValue:
    """Rename it, deactivate it or reactivate it."""
    form, _ = open_form(NetworkChangeForm, label=network.label, is_active=network.is_active)
    if accepted(form, lambda: _change(network, form)):
        flash("Le réseau est à jour.", "success")
        return redirect("habilitations.networks_list")
    title = f"Modifier le réseau {network.label}"
    return act_page(form, title=title, submit="Enregistrer", back=_back())


@blueprint.post("/habilitations/reseaux/<int:network_id>/ordre")
@access(Permission.NETWORK_MANAGE, subject=NETWORK)
def move_network(network: Network) -> ResponseReturnValue:
    """Move it up or down."""
    up = request.form.get("sens") == "haut"
    networks.move(db.session(), require_identity(), network, up=up)
    return redirect("habilitations.networks_list")


@blueprint.route(
    "/habilitations/reseaux/<int:network_id>/membres/<int:agent_id>/depart", methods=["GET", "POST"]
)
@access(Permission.HABILITATION_MANAGE, subject=MEMBER)
def leave_network(agent: Agent, network_id: int) -> ResponseReturnValue:
    """Remove an agent that I manage from a network, or anybody from a network of my administration."""
    identity, session = require_identity(), db.session()
    network = reach.get_network(session, identity, network_id)
    networks.require_removable(session, identity, agent, network)
    form, _ = open_form(ConfirmForm)
    if accepted(form, lambda: _leave(agent, network)):
        return redirect("habilitations.network", network_id=network.id)
    return act_page(
        form,
        title=f"Retirer {agent.full_name} du réseau {network.label}",
        lead="L’agent ne lira plus ce que ce réseau écrit ; ce qu’il a écrit reste.",
        submit="Retirer du réseau",
        back=(network.label, url_for("habilitations.network", network_id=network.id)),
    )


def _back() -> tuple[str, str]:
    return "Réseaux", url_for("habilitations.networks_list")


def _join(network: Network, form: NetworkMemberForm) -> str:
    session, identity = db.session(), require_identity()
    agent = reach.get_agent(session, identity, int(form.agent_id.data))
    asked = entries.enter(session, identity, agent, network, reason=form.reason.data)
    if asked is None:
        return f"{agent.full_name} est membre du réseau."
    return "La demande est envoyée : un correspondant de l’administration du réseau décide."


def _change(network: Network, form: NetworkChangeForm) -> bool:
    label, active = form.label.data, form.is_active.data
    networks.change(db.session(), require_identity(), network, label=label, active=active)
    return True


def _leave(agent: Agent, network: Network) -> bool:
    services.leave(db.session(), require_identity(), agent, network)
    return True
