"""Signing in and out, and the commitment."""

import json
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import Blueprint, flash, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect as plain_redirect

from app.accounts import services
from app.accounts.commitment import PARAGRAPHS, VERSION
from app.accounts.local import passkeys
from app.accounts.local import sign_in as signing_in
from app.accounts.local.forms import (
    CodeForm,
    CommitmentForm,
    PasskeyForm,
    ReturningForm,
    SignInForm,
)
from app.accounts.local.passkeys import Challenge
from app.accounts.models import Agent, Method
from app.accounts.proconnect.routes import sign_out_target
from app.accounts.sessions import lifecycle
from app.accounts.sessions.gates import local_path, save_as_draft
from app.core.access.guard import access, public, require_identity
from app.core.access.identity import Identity
from app.core.access.permissions import Permission
from app.core.errors import DomainError
from app.core.now import is_within, utcnow
from app.core.web import pages
from app.core.web.form_pages import refuse
from app.extensions import db

blueprint = Blueprint("accounts", __name__)

#: keys of what the visitor's session holds between two steps
PENDING, CHALLENGE = "sign_in", "passkey"
#: how long the second step may take
PENDING_LASTS = timedelta(minutes=10)


def signed_out_page(target: str, resume: str) -> str:
    """The page shown instead of one that needs a session."""
    form = SignInForm(formdata=None, next=target, resume=resume)
    return _page("accounts/signed_out.html", form)


@blueprint.get("/connexion")
@public(why="page de connexion")
def sign_in() -> ResponseReturnValue:
    """The sign-in page."""
    return _page("accounts/sign_in.html", SignInForm(next=request.args.get("next", "")))


@blueprint.post("/connexion")
@public(why="vérifie la phrase de passe")
def open_session() -> ResponseReturnValue:
    """Check the passphrase; open a session, or ask for the second factor."""
    form = SignInForm()
    if not form.validate_on_submit():
        return _page("accounts/sign_in.html", form), 422
    try:
        entrance = signing_in.check_passphrase(
            email=form.email.data,
            passphrase=form.password.data,
            address=lifecycle.where().address,
        )
    except DomainError as error:
        form.password.errors = [error.message]
        return _page("accounts/sign_in.html", form), 422
    if not entrance.needs_factor:
        return _enter(entrance.agent, Method.PASSPHRASE, form)
    session[PENDING] = [entrance.agent.id, utcnow().isoformat(), entrance.stamp]
    return _code_page(CodeForm(formdata=None, next=form.next.data, resume=form.resume.data))


@blueprint.post("/connexion/second-facteur")
@public(why="vérifie le second facteur de qui a donné la phrase de passe")
def check_second_factor() -> ResponseReturnValue:
    """Check an authenticator or recovery code, and open the session."""
    form, pending = CodeForm(), _pending()
    if pending is None:
        again = SignInForm(formdata=None, next=form.next.data, resume=form.resume.data)
        again.form_errors.append(signing_in.INTERRUPTED)
        return _page("accounts/sign_in.html", again), 422
    if not form.validate_on_submit():
        return _code_page(form), 422
    agent_id, stamp = pending
    try:
        agent, method = signing_in.check_code(
            agent_id, form.code.data, stamp=stamp, address=lifecycle.where().address
        )
    except DomainError as error:
        refuse(form, error)
        return _code_page(form), 422
    return _enter(agent, method, form)


@blueprint.post("/connexion/cle")
@public(why="vérifie une clé d’accès")
def check_passkey() -> ResponseReturnValue:
    """Check what the device signed, and open the session: a passkey counts as both factors."""
    form = PasskeyForm()
    again = SignInForm(formdata=None, next=form.next.data, resume=form.resume.data)
    challenge = Challenge.unpacked(session.pop(CHALLENGE, None))
    try:
        agent = signing_in.check_passkey(
            answer=form.credential.data or "",
            challenge=challenge,
            address=lifecycle.where().address,
        )
    except DomainError as error:
        again.form_errors.append(error.message)
        return _page("accounts/sign_in.html", again), 422
    return _enter(agent, Method.PASSKEY, form)


@blueprint.get("/bienvenue")
@access(Permission.ACCOUNT_OWN)
def welcome() -> ResponseReturnValue:
    """Redirect to the first page of the agent's menu: not everybody reads firms."""
    menu = pages.menu(require_identity())
    return plain_redirect(menu[0]["url"] if menu else url_for("account.show"), 303)


@blueprint.post("/deconnexion")
@access(Permission.ACCOUNT_SECURE)
def close_session() -> ResponseReturnValue:
    """Close the session, at ProConnect too if it was opened there."""
    id_token = session.get("id_token")
    lifecycle.close_current()
    return plain_redirect(sign_out_target(id_token), 303)


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


def _enter(agent: Agent, method: Method, form: ReturningForm) -> ResponseReturnValue:
    """Open the session; what was being typed when the previous one was lost becomes a draft."""
    lifecycle.begin(agent, method=method)
    target = local_path(form.next.data) or url_for("accounts.welcome")
    fields = _typed(form.resume.data)
    if fields:
        identity = Identity(agent_id=agent.id, name=agent.full_name)
        save_as_draft(identity, path=urlsplit(target).path, fields=fields)
        flash(
            "Votre session avait expiré : ce que vous aviez saisi est de retour. Relisez puis validez.",
            "info",
        )
    return plain_redirect(target, 303)


def _typed(resume: str | None) -> dict[str, list[str]]:
    try:
        typed = json.loads(resume or "{}")
    except ValueError:
        return {}
    return typed if isinstance(typed, dict) else {}


def _pending() -> tuple[int, str] | None:
    """The id of the agent whose passphrase was just given in this browser, and the stamp of their credential."""
    match session.get(PENDING):
        case [int(agent_id), str(moment), str(stamp)]:
            if is_within(datetime.fromisoformat(moment), PENDING_LASTS):
                return agent_id, stamp
    return None


def _page(template: str, form: SignInForm) -> str:
    return render_template(template, form=form, **_passkey_offer(form))


def _code_page(form: CodeForm) -> str:
    return render_template("accounts/second_factor.html", form=form, **_passkey_offer(form))


def _passkey_offer(form: ReturningForm) -> dict[str, object]:
    """The context for signing in with a passkey, with a new challenge; empty where browsers do not allow passkeys."""
    if not passkeys.is_possible():
        return {}
    challenge = Challenge.draw()
    session[CHALLENGE] = challenge.packed()
    offer = PasskeyForm(formdata=None, next=form.next.data, resume=form.resume.data)
    return {
        "passkey_form": offer,
        "passkey_options": passkeys.options_to_sign_in(challenge),
    }
