"""A sign-in and a page in what was restored, by an account that exists nowhere else."""

import re
import secrets
from http import HTTPStatus
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.models import Administration, Agent
from app.accounts.services import NewAccount, open_account
from app.core.access.identity import Role, system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.front.addresses import path_to
from app.operations.restores.trials import FailedTrialError
from config import Config

ACTOR = system_identity("Vérification d’une sauvegarde")
EMAIL = "verification@vigie.invalid"
TOKEN = re.compile(r'name="csrf_token"[^>]*? value="([^"]+)"')
#: redirections from the sign-in to a page, at most
STEPS = 5
SEE_OTHER = (HTTPStatus.FOUND, HTTPStatus.SEE_OTHER)


def try_sign_in(app: Flask) -> str:
    """Sign in by the page as a new account, then open the page that it leads to. Only ever where all will be thrown away."""
    passphrase = secrets.token_urlsafe(24)
    with unit_of_work(ACTOR) as session:
        known = _count(session)
        open_account(session, ACTOR, _account(passphrase))
    browser, sign_in = _Browser(app), path_to("accounts.sign_in")
    token = TOKEN.search(browser.ask("GET", sign_in).get_data(as_text=True))
    typed = {"email": EMAIL, "password": passphrase, "csrf_token": token[1] if token else ""}
    answer = browser.ask("POST", sign_in, data=typed)
    if answer.status_code not in SEE_OTHER:
        raise FailedTrialError(f"La connexion est refusée ({answer.status_code}).")
    page = answer
    for _ in range(STEPS):
        if page.status_code not in SEE_OTHER:
            break
        # What must be done first: a second factor, the commitment of confidentiality.
        page = browser.ask("GET", page.headers["Location"])
    if page.status_code != HTTPStatus.OK or path_to("accounts.close_session") not in page.get_data(
        as_text=True
    ):
        raise FailedTrialError(
            f"La page qui suit la connexion n’est pas servie ({page.status_code})."
        )
    return f"Un compte ouvert pour l’occasion se connecte et lit sa page, à côté de {known} comptes restaurés."


class _Browser:
    """Asks for one page after the other, with its cookies."""

    def __init__(self, app: Flask) -> None:
        self._app, self._client = app, app.test_client()

    def ask(self, method: str, path: str, **sent: Any) -> TestResponse:
        """The answer; each request has a context of its own, as on a server, whatever the command holds."""
        config: Config = self._app.config["VIGIE"]
        with self._app.app_context():
            return self._client.open(path, method=method, base_url=config.public_url, **sent)


def _account(passphrase: str) -> NewAccount:
    return NewAccount(
        email=EMAIL, first_name="Vérification", last_name="Sauvegarde", administration=next(iter(Administration)),
        job_title="", roles=(Role.AGENT,), password=passphrase,
    )  # fmt: skip


def _count(session: Session) -> int:
    return len(session.scalars(select(Agent.id).where(Agent.active)).all())
