"""Signing in and out through ProConnect: three redirections, and a page for each way it can end badly."""

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
from app.accounts.sessions.gates import keep_typed, local_path
from app.core.access.guard import public
from app.core.access.identity import Identity, system_identity
from app.core.database.unit_of_work import apart
from app.core.now import utcnow
from config import Config

blueprint = Blueprint("proconnect", __name__)

#: what the visitor's session keeps: the request on its way, the way out, whom ProConnect still holds
ASKED, LEAVING, HELD = "proconnect", "proconnect_leaving", "proconnect_held"
ASKED_LASTS = timedelta(minutes=10)
#: what a cookie holds of a lost form, compressed, beside the rest; browsers drop one of more than 4 096 bytes
LONGEST_RESUME, LONGEST_PATH = 1900, 1000
#: on whose behalf an agent is recognised: before it, nobody is known
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
        asked = protocol.ask(config)
    except SignInRefusedError as error:
        return _refused(error)
    session[ASKED] = {
        "state": asked.state, "nonce": asked.nonce, "at": utcnow().isoformat(), "resume": resume,
        "next": local_path(request.form.get("next", "")[:LONGEST_PATH]) or "",
    }  # fmt: skip
    return plain_redirect(asked.url, 303)


@blueprint.get("/connexion/proconnect")
@public(why="l’adresse d’un bouton, ouverte à la main ou après une session perdue")
def go_in() -> ResponseReturnValue:
    """Lead where the sign-in page would."""
    return plain_redirect(url_for("accounts.welcome"), 303)


@blueprint.get(protocol.RETURN_PATH)
@public(why="retour de ProConnect : la demande en cours dans le navigateur en décide")
def come_back() -> ResponseReturnValue:
    """Open a session for whoever ProConnect recognised, if Vigie knows them."""
    config = _config()
    if config is None:
        return plain_redirect(url_for("accounts.sign_in"), 303)
    try:
        asked = _asked()
        person = _identified(config, asked)
        with apart(SIGN_IN) as transaction:
            agent = recognition.recognise(transaction, SIGN_IN, person)
    except SignInRefusedError as error:
        return _refused(error)
    lifecycle.begin(agent, method="proconnect", id_token=person.id_token)
    return _bring_back(agent, asked)


@blueprint.post("/connexion/proconnect/autre")
@public(why="quitte ProConnect, où quelqu’un que Vigie n’a pas laissé entrer est encore connecté")
def change_person() -> ResponseReturnValue:
    """Sign out at ProConnect whoever was refused here, to come back as somebody else."""
    return plain_redirect(way_out(session.pop(HELD, None)), 303)


@blueprint.get(protocol.SIGNED_OUT_PATH)
@public(why="retour de ProConnect après la déconnexion")
def signed_out() -> ResponseReturnValue:
    """Say that both sessions are closed, if this browser asked for it."""
    if _config() is None:
        return plain_redirect(url_for("accounts.sign_in"), 303)
    is_ours = _same(session.pop(LEAVING, None), request.args.get("state"))
    return _signed_out_page(is_complete=is_ours), 200 if is_ours else 400


@blueprint.get("/deconnexion/incomplete")
@public(why="dit que seule la session de Vigie est close")
def half_signed_out() -> ResponseReturnValue:
    """Say that ProConnect could not be told."""
    return _signed_out_page(is_complete=False)


def way_out(id_token: str | None) -> str:
    """Where to go once our session is closed: to ProConnect, if it was begun there."""
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
    """The settings, when ProConnect is one of them."""
    config: Config = current_app.config["VIGIE"]
    return config if config.proconnect_issuer else None


def _asked() -> dict[str, str]:
    """What this browser asked, once; raise `SignInRefusedError` when what comes back answers nothing."""
    asked = session.get(ASKED)
    if not asked or not _same(asked["state"], request.args.get("state")):
        raise SignInRefusedError(RefusalReason.NOT_ASKED)
    del session[ASKED]
    if utcnow() - datetime.fromisoformat(asked["at"]) > ASKED_LASTS:
        raise SignInRefusedError(RefusalReason.NOT_ASKED, detail="too late")
    return dict(asked)


def _identified(config: Config, asked: dict[str, str]) -> Person:
    error = request.args.get("error")
    if error is not None:
        raise protocol.refusal_of(error[:60], request.args.get("error_description", ""))
    return protocol.identify(config, code=request.args.get("code", ""), nonce=asked["nonce"])


def _same(expected: Any, given: str | None) -> bool:
    return bool(expected and given) and secrets.compare_digest(
        str(expected).encode(), str(given).encode()
    )


def _refused(error: SignInRefusedError) -> ResponseReturnValue:
    """The page of a refusal, journaled; whom ProConnect holds may sign out there."""
    with apart(SIGN_IN) as transaction:
        recognition.record_refusal(transaction, SIGN_IN, error)
        contacts = recognition.list_contacts(transaction, error.agent_id)
    if error.person is not None:
        session[HELD] = error.person.id_token
    told = REFUSAL_PAGES[error.reason]
    page = render_template(
        "accounts/proconnect_refused.html", told=told, person=error.person, contacts=contacts
    )
    return page, told.status


def _bring_back(agent: Agent, asked: dict[str, str]) -> ResponseReturnValue:
    """The page that was asked for; what was being typed when the former session was lost becomes a draft."""
    target = asked["next"] or url_for("accounts.welcome")
    fields = _typed(asked["resume"])
    if fields:
        identity = Identity(agent_id=agent.id, name=agent.full_name)
        keep_typed(identity, path=urlsplit(target).path, fields=fields)
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
    """What was typed, to be copied: a cookie would not hold it."""
    texts = [text for values in _typed(resume).values() for text in values if len(text) > 80]
    target = request.form.get("next", "")
    return render_template("accounts/proconnect_too_long.html", texts=texts, target=target)


def _signed_out_page(*, is_complete: bool) -> str:
    return render_template("accounts/proconnect_signed_out.html", is_complete=is_complete)
