"""Sign-in, sign-out, the commitment, my account."""

import json
from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect as plain_redirect

from app.accounts import queries, services, sessions
from app.accounts.commitment import PARAGRAPHS, VERSION
from app.accounts.forms import CommitmentForm, SignInForm
from app.accounts.gates import keep_typed, local_path
from app.accounts.proconnect_routes import way_out
from app.core import web
from app.core.access import Policy, access, public, require_identity
from app.core.errors import DomainError
from app.core.identity import Identity, Nature
from app.core.permissions import Permission
from app.core.scope import current_identity, set_identity
from app.extensions import db

blueprint = Blueprint("accounts", __name__)


def demand_commitment() -> ResponseReturnValue | None:
    """Before any page that shows a firm, the commitment must be signed."""
    policy = current_app.policy_of(request.endpoint or "")  # type: ignore[attr-defined]
    identity = current_identity()
    if (
        identity is None
        or not isinstance(policy, Policy)
        or policy.permission == Permission.ACCOUNT_OWN
    ):
        return None
    committed = queries.is_committed(db.session(), identity)
    db.session.rollback()
    if committed:
        return None
    return plain_redirect(url_for("accounts.commitment", next=request.full_path.rstrip("?")), 303)


def signed_out_page(target: str, resume: str) -> str:
    """The page shown instead of the one that needs a session."""
    return render_template(
        "accounts/signed_out.html", form=SignInForm(formdata=None, next=target, resume=resume)
    )


@blueprint.get("/connexion")
@public(why="page de connexion")
def sign_in() -> ResponseReturnValue:
    """The sign-in page."""
    form = SignInForm(next=request.args.get("next", ""))
    return render_template("accounts/sign_in.html", form=form)


@blueprint.post("/connexion")
@public(why="ouvre la session")
def open_session() -> ResponseReturnValue:
    """Open a session; what was typed when the former one was lost becomes a draft."""
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form), 422
    _forget_who_was_here()
    try:
        agent = services.authenticate(
            db.session(), email=form.email.data, password=form.password.data
        )
    except DomainError as error:
        services.record_refusal(db.session(), email=form.email.data)
        db.session.commit()
        form.password.errors = [error.message]
        return render_template("accounts/sign_in.html", form=form), 422
    sessions.begin(agent, method="passphrase")
    target = local_path(form.next.data) or url_for("accounts.welcome")
    _resume(agent_id=agent.id, name=agent.full_name, target=target, fields=form.resume.data)
    return plain_redirect(target, 303)


def _forget_who_was_here() -> None:
    """What follows is nobody's act yet, even when somebody was still signed in."""
    db.session.rollback()
    set_identity(None)


def _resume(*, agent_id: int, name: str, target: str, fields: str | None) -> None:
    if not fields:
        return
    try:
        typed = json.loads(fields)
    except ValueError:
        return
    if isinstance(typed, dict):
        identity = Identity(agent_id=agent_id, name=name)
        keep_typed(identity, path=urlsplit(target).path, fields=typed)
        flash(
            "Votre session avait expiré : ce que vous aviez saisi est de retour. Relisez puis validez.",
            "info",
        )


@blueprint.get("/bienvenue")
@access(Permission.ACCOUNT_OWN)
def welcome() -> ResponseReturnValue:
    """The first page of the menu of whoever signs in: not everybody reads firms."""
    menu = web.menu(require_identity())
    return plain_redirect(menu[0]["url"] if menu else url_for("accounts.account"), 303)


@blueprint.post("/deconnexion")
@access(Permission.ACCOUNT_OWN)
def close_session() -> ResponseReturnValue:
    """Close the session, at ProConnect too if it was begun there."""
    id_token = session.get("id_token")
    sessions.close_current()
    return plain_redirect(way_out(id_token), 303)


@blueprint.route("/engagement", methods=["GET", "POST"])
@access(Permission.ACCOUNT_OWN)
def commitment() -> ResponseReturnValue:
    """Read and sign the confidentiality commitment."""
    form = CommitmentForm()
    target = local_path(request.args.get("next")) or url_for("accounts.welcome")
    if form.validate_on_submit():
        services.accept_commitment(db.session(), require_identity())
        return plain_redirect(target, 303)
    status = 422 if request.method == "POST" else 200
    page = render_template(
        "accounts/commitment.html", form=form, paragraphs=PARAGRAPHS, version=VERSION, target=target
    )
    return page, status


@blueprint.get("/compte")
@access(Permission.ACCOUNT_OWN)
def account() -> ResponseReturnValue:
    """My account: who I am here, and what I may read."""
    identity = require_identity()
    natures = [nature.label for nature in Nature if nature in identity.natures]
    agent = queries.find_agent(db.session(), identity.agent_id)
    return render_template("accounts/account.html", agent=agent, natures=natures)
