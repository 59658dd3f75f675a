"""The register of habilitations, and my own: the pages that combine rights, requests and reviews."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.queries import find_agent
from app.core.access.guard import access, require_identity
from app.core.access.permissions import Permission
from app.core.web.htmx import render
from app.extensions import db
from app.habilitations import reach
from app.habilitations.pages import blueprint
from app.habilitations.presenters import filters_in_force
from app.habilitations.requests.queries import list_requests_of
from app.habilitations.reviews import services as reviews
from app.habilitations.rights import presenters, queries
from app.habilitations.rights.routes import FILTERS, filters_from_address


@blueprint.get("/habilitations")
@access(Permission.HABILITATION_READ)
def index() -> ResponseReturnValue:
    """The habilitations within reach; the filters are in the address."""
    identity, session = require_identity(), db.session()
    form = filters_from_address()
    wanted = presenters.register_filter(form)
    return render(
        "habilitations/index.html",
        "habilitations/_rights.html",
        form=form,
        filters=filters_in_force(form, *FILTERS),
        results=queries.page_of_habilitations(session, identity, wanted, request.args.get("suite")),
        counts=queries.count_states(session, identity),
        administration=reach.managed_administration(session, identity),
        campaign=reviews.find_open(session),
    )


@blueprint.get("/compte/habilitations")
@access(Permission.ACCOUNT_OWN)
def mine() -> ResponseReturnValue:
    """What I may read, where and until when, who requested and who validated it, whom to ask."""
    identity, session = require_identity(), db.session()
    agent = find_agent(session, identity.agent_id)
    assert agent is not None  # noqa: S101 - the identity was made of it
    current, past = presenters.split_by_time(queries.list_rights_of(session, identity, agent))
    return render_template(
        "habilitations/mine.html",
        agent=agent,
        current=current,
        past=past,
        requests=list_requests_of(session, identity, agent),
        networks=reach.list_networks_of(session, agent),
        contacts=reach.list_contacts(session, agent.administration),
    )
