"""Accounts: the list, a single account, opening and closing, files."""

from dataclasses import dataclass

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import Agent
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.text.french import de_fr
from app.core.web.files import lines as sheets
from app.core.web.form_pages import accepted, open_form, status_of
from app.core.web.forms import ConfirmForm
from app.core.web.htmx import redirect, render
from app.core.web.pace import EXPORTS, paced
from app.extensions import db
from app.habilitations import reach
from app.habilitations.agents import file_import, presenters, queries, services
from app.habilitations.agents.file_import import ReportLine
from app.habilitations.agents.forms import AgentFilterForm, ImportForm
from app.habilitations.agents.line_entries import COLUMNS
from app.habilitations.impersonation import services as impersonation
from app.habilitations.pages import act_page, blueprint, send
from app.habilitations.presenters import filters_in_force, make_file
from app.habilitations.requests.queries import list_requests_of
from app.habilitations.rights.queries import list_rights_of
from app.habilitations.roles.queries import list_pending_of

AGENT = Subject("agent", "agent_id", reach.get_agent)
FILTERS = ("administration", "etat", "role")
AWAKE = "Le compte est réactivé pour 90 jours sans connexion."
ASKED = (
    "Ce compte décide des droits des autres : il faut que deux personnes le disent. Votre accord est noté pour sept jours ; une"
    " autre, qui gère les droits de cet agent, doit faire le même geste."
)


@dataclass(frozen=True)
class Switched:
    """What became of an account: done, or waiting for somebody else."""

    is_done: bool


@blueprint.get("/habilitations/agents")
@access(Permission.HABILITATION_READ)
def agents_list() -> ResponseReturnValue:
    """The accounts within reach; the filters are in the address."""
    identity, session = require_identity(), db.session()
    form = AgentFilterForm(request.args)
    wanted = presenters.agent_filter(form)
    return render(
        "habilitations/agents.html",
        "habilitations/_agents.html",
        form=form,
        filters=filters_in_force(form, *FILTERS),
        results=queries.page_of_agents(session, identity, wanted, request.args.get("suite")),
        administration=reach.managed_administration(session, identity),
    )


@blueprint.get("/habilitations/agents/export.<any(csv, xlsx):kind>")
@access(Permission.HABILITATION_READ)
@paced(EXPORTS)
def export_agents(kind: str) -> ResponseReturnValue:
    """The current view as a file that can be imported again."""
    identity, form = require_identity(), AgentFilterForm(request.args)
    rows = queries.agents_as_lines(db.session(), identity, presenters.agent_filter(form))
    filters = filters_in_force(form, *FILTERS)
    columns = presenters.AGENT_COLUMNS
    return send(make_file(kind, "agents", columns, rows, identity=identity, filters=filters), kind)


@blueprint.get("/habilitations/agents/modele.<any(csv, xlsx):kind>")
@access(Permission.HABILITATION_READ)
def import_template(kind: str) -> ResponseReturnValue:
    """An empty file to fill in."""
    rows = [presenters.EXAMPLE]
    columns, identity = presenters.AGENT_COLUMNS, require_identity()
    return send(make_file(kind, "modele-agents", columns, rows, identity=identity), kind)


@blueprint.route("/habilitations/agents/import", methods=["GET", "POST"])
@access(Permission.AGENTS_IMPORT)
def import_file() -> ResponseReturnValue:
    """Import a file of agents; the report says what became of each line."""
    form = ImportForm()
    report = accepted(form, lambda: _import(form))
    page = render_template(
        "habilitations/import.html",
        form=ImportForm(formdata=None) if report else form,
        report=report,
        outcomes=list(file_import.LineOutcome),
        columns=COLUMNS,
    )
    return page, 200 if report else status_of(form)


@blueprint.get("/habilitations/agents/<int:agent_id>")
@access(Permission.HABILITATION_READ, subject=AGENT)
def agent(agent: Agent) -> ResponseReturnValue:
    """An agent: account, rights, requests, networks."""
    identity, session = require_identity(), db.session()
    return render_template(
        "habilitations/agent.html",
        agent=agent,
        roles=reach.list_roles(session, agent),
        asked_roles=list_pending_of(session, agent),
        rights=list_rights_of(session, identity, agent),
        requests=list_requests_of(session, identity, agent),
        networks=reach.list_networks_of(session, agent),
        may_see_as=impersonation.may_see_as(session, identity, agent),
    )


@blueprint.route("/habilitations/agents/<int:agent_id>/compte", methods=["GET", "POST"])
@access(Permission.ROLE_MANAGE, subject=AGENT)
def switch_account(agent: Agent) -> ResponseReturnValue:
    """Close an account, or reopen it."""
    form, _ = open_form(ConfirmForm)
    verb = "Désactiver" if agent.active else "Activer"
    done = accepted(form, lambda: _switch(agent))
    if done is not None:
        flash(*(("Le compte est à jour.", "success") if done.is_done else (ASKED, "info")))
        return redirect("habilitations.agent", agent_id=agent.id)
    lead = "Désactivé, un compte ne se connecte plus ; ce que l’agent a écrit reste."
    title = f"{verb} le compte {de_fr(agent.full_name)}"
    return act_page(form, title=title, lead=lead, submit=verb, back=_back(agent))


@blueprint.route("/habilitations/agents/<int:agent_id>/reactivation", methods=["GET", "POST"])
@access(Permission.HABILITATION_MANAGE, subject=AGENT)
def reactivate(agent: Agent) -> ResponseReturnValue:
    """Reactivate a dormant account."""
    form, _ = open_form(ConfirmForm)
    done = accepted(form, lambda: _reactivate(agent))
    if done is not None:
        flash(*((AWAKE, "success") if done.is_done else (ASKED, "info")))
        return redirect("habilitations.agent", agent_id=agent.id)
    lead = (
        "Sans connexion depuis 90 jours, ce compte est suspendu. Confirmez que l’agent en a besoin."
    )
    title = f"Réactiver le compte {de_fr(agent.full_name)}"
    return act_page(form, title=title, lead=lead, submit="Réactiver", back=_back(agent))


def _back(agent: Agent) -> tuple[str, str]:
    return agent.full_name, url_for("habilitations.agent", agent_id=agent.id)


def _import(form: ImportForm) -> list[ReportLine]:
    name = form.file.data.filename or ""
    content = form.file.data.read(sheets.MAX_BYTES + 1)
    lines = file_import.read_lines(content, name)
    return file_import.import_agents(db.session(), require_identity(), lines, source=name[:200])


def _switch(agent: Agent) -> Switched:
    return Switched(
        services.set_active(db.session(), require_identity(), agent, active=not agent.active)
    )


def _reactivate(agent: Agent) -> Switched:
    return Switched(services.reactivate(db.session(), require_identity(), agent))
