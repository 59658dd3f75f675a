"""Signing in and out through ProConnect: three redirects, and a page for each way they can fail."""

import json
import secrets
import zlib
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect as plain_redirect

from app.accounts.models import Agent
from app.accounts.proconnect import protocol, recognition
from app.accounts.proconnect.person import Person
from app.accounts.proconnect.refusals import REFUSAL_PAGES, RefusalReason, SignInRefusedError
from app.accounts.sessions import lifecycle
from app.accounts.sessions.gates import local_path, save_as_draft
from app.core.access.guard import public
from app.core.access.identity import Identity, system_identity
from app.core.database.unit_of_work import apart
from app.core.now import is_within, utcnow
from config import Config

blueprint = Blueprint("proconnect", __name__)

#: keys of the visitor's session: the request in progress, the sign-out in progress, the token of who is still signed in at ProConnect
ASKED, LEAVING, HELD = "proconnect", "proconnect_leaving", "proconnect_held"
ASKED_LASTS = timedelta(minutes=10)
#: bytes available in the cookie for a lost form, once compressed, and for a path; browsers drop a cookie of more than 4,096 bytes
LONGEST_RESUME, LONGEST_PATH = 1900, 1000
#: on whose behalf an agent is identified: nobody is signed in yet
SIGN_IN = system_identity("ProConnect")


@blueprint.post("/connexion/proconnect")
@public(why="envoie s’identifier chez ProConnect")
def ask() -> ResponseReturnValue:
    """Send the browser to ProConnect."""
    config = _config()
    if config is None:
        return plain_redirect(url_for("accounts.sign_in"), 303)
    resume = request.form.get("resume", "")
    if len(zlib.compress(resume.encode())) > LONGEST_RESUME:
        return _too_long_page(resume), 422
    try:
        authorisation = protocol.ask(config)
    except SignInRefusedError as error:
        return _refused(error)
    session[ASKED] = {
        "state": authorisation.state, "nonce": authorisation.nonce, "at": utcnow().isoformat(), "resume": resume,
        "next": local_path(request.form.get("next", "")[:LONGEST_PATH]) or "",
    }  # fmt: skip
    return plain_redirect(authorisation.url, 303)


@blueprint.get("/connexion/proconnect")
@public(why="l’adresse d’un bouton, ouverte à la main ou après une session perdue")
def go_in() -> ResponseReturnValue:
    """Redirect where the sign-in page would lead."""
    return plain_redirect(url_for("accounts.welcome"), 303)


@blueprint.get(protocol.RETURN_PATH)
@public(why="retour de ProConnect : la demande en cours dans le navigateur en décide")
def come_back() -> ResponseReturnValue:
    """Open a session for the person whom ProConnect identified, if they have an account."""
    config = _config()
    if config is None:
        return plain_redirect(url_for("accounts.sign_in"), 303)
    try:
        pending = _pending()
        person = _identified(config, pending)
        with apart(SIGN_IN) as transaction:
            agent = recognition.recognise(transaction, SIGN_IN, person)
    except SignInRefusedError as error:
        return _refused(error)
    lifecycle.begin(agent, method="proconnect", id_token=person.id_token)
    return _bring_back(agent, pending)


@blueprint.post("/connexion/proconnect/autre")
@public(why="quitte ProConnect, où quelqu’un que Vigie n’a pas laissé entrer est encore connecté")
def change_person() -> ResponseReturnValue:
    """Sign the refused person out of ProConnect, so that they can come back as somebody else."""
    return plain_redirect(sign_out_target(session.pop(HELD, None)), 303)


@blueprint.get(protocol.SIGNED_OUT_PATH)
@public(why="retour de ProConnect après la déconnexion")
def signed_out() -> ResponseReturnValue:
    """Say that both sessions are closed, if this browser requested it."""
    if _config() is None:
        return plain_redirect(url_for("accounts.sign_in"), 303)
    is_ours = _same(session.pop(LEAVING, None), request.args.get("state"))
    return _signed_out_page(is_complete=is_ours), 200 if is_ours else 400


@blueprint.get("/deconnexion/incomplete")
@public(why="dit que seule la session de Vigie est close")
def half_signed_out() -> ResponseReturnValue:
    """Say that the session at ProConnect could not be closed."""
    return _signed_out_page(is_complete=False)


def sign_out_target(id_token: str | None) -> str:
    """Where to go once our session is closed: to ProConnect, if it was opened there."""
    config = _config()
    if config is None or not id_token:
        return url_for("accounts.sign_in")
    state = secrets.token_urlsafe(32)
    try:
        target = protocol.sign_out_url(config, id_token=id_token, state=state)
    except SignInRefusedError:
        return url_for("proconnect.half_signed_out")
    session[LEAVING] = state
    return target


def _config() -> Config | None:
    """The settings, if they include ProConnect."""
    config: Config = current_app.config["VIGIE"]
    return config if config.proconnect_issuer else None


def _pending() -> dict[str, str]:
    """The request this browser sent, used once; raise `SignInRefusedError` when the response matches none."""
    pending = session.get(ASKED)
    if not pending or not _same(pending["state"], request.args.get("state")):
        raise SignInRefusedError(RefusalReason.NOT_ASKED)
    del session[ASKED]
    if not is_within(datetime.fromisoformat(pending["at"]), ASKED_LASTS):
        raise SignInRefusedError(RefusalReason.NOT_ASKED, detail="too late")
    return dict(pending)


def _identified(config: Config, pending: dict[str, str]) -> Person:
    error = request.args.get("error")
    if error is not None:
        raise protocol.refusal_of(error[:60], request.args.get("error_description", ""))
    return protocol.identify(config, code=request.args.get("code", ""), nonce=pending["nonce"])


def _same(expected: Any, received: str | None) -> bool:
    return bool(expected and received) and secrets.compare_digest(
        str(expected).encode(), str(received).encode()
    )


def _refused(error: SignInRefusedError) -> ResponseReturnValue:
    """The refusal page, journaled; a person signed in at ProConnect can sign out there."""
    with apart(SIGN_IN) as transaction:
        recognition.record_refusal(transaction, SIGN_IN, error)
        contacts = recognition.list_contacts(transaction, error.agent_id)
    if error.person is not None:
        session[HELD] = error.person.id_token
    explanation = REFUSAL_PAGES[error.reason]
    page = render_template(
        "accounts/proconnect_refused.html",
        explanation=explanation,
        person=error.person,
        contacts=contacts,
    )
    return page, explanation.status


def _bring_back(agent: Agent, pending: dict[str, str]) -> ResponseReturnValue:
    """Redirect to the requested page; what was being typed when the previous session was lost becomes a draft."""
    target = pending["next"] or url_for("accounts.welcome")
    fields = _typed(pending["resume"])
    if fields:
        identity = Identity(agent_id=agent.id, name=agent.full_name)
        save_as_draft(identity, path=urlsplit(target).path, fields=fields)
        flash(
            "Votre session avait expiré : ce que vous aviez saisi est de retour. Relisez puis validez.",
            "info",
        )
    return plain_redirect(target, 303)


def _typed(resume: str) -> dict[str, list[str]]:
    try:
        typed = json.loads(resume or "{}")
    except ValueError:
        return {}
    return typed if isinstance(typed, dict) else {}


def _too_long_page(resume: str) -> str:
    """A page showing what was typed, to be copied: it would not fit in a cookie."""
    texts = [text for values in _typed(resume).values() for text in values if len(text) > 80]
    target = request.form.get("next", "")
    return render_template("accounts/proconnect_too_long.html", texts=texts, target=target)


def _signed_out_page(*, is_complete: bool) -> str:
    return render_template("accounts/proconnect_signed_out.html", is_complete=is_complete)
