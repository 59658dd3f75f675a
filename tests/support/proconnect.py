"""The double of ProConnect at work, and a browser that goes to and fro between it and Vigie over HTTP."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

import requests
from flask import Flask
from werkzeug.test import TestResponse

from app.accounts.proconnect import protocol
from proconnect_double.people import DoublePerson, Service
from proconnect_double.provider import Provider
from proconnect_double.server import served
from tests.support.client import InspectingClient

SECRET = "le secret de Vigie, pour les tests seulement"


def person(name: str, **known: str) -> DoublePerson:
    """Somebody of the tests' world, as ProConnect knows them."""
    return DoublePerson(
        **{
            "sub": f"sub-{name}", "email": f"{name}@exemple.invalid", "given_name": name.capitalize(),
            "usual_name": "Fictif", **known,
        }
    )  # fmt: skip


PEOPLE = (
    person("alice"),
    person("bob", acr="eidas3"),
    person("administration"),
    person("etranger", acr="eidas1"),
    person("inconnue"),
    person("usurpatrice", email="Alice@exemple.invalid"),
)


@contextmanager
def proconnect_for(app: Flask, *, public_url: str | None = None) -> Iterator[Provider]:
    """The double answering, and ``app`` set to sign in by it, for the block."""
    config = app.config["VIGIE"]
    url = public_url or config.public_url
    service = Service(
        client_id="vigie", client_secret=SECRET, redirect_uris=(url + protocol.RETURN_PATH,),
        post_logout_redirect_uris=(url + protocol.SIGNED_OUT_PATH,),
    )  # fmt: skip
    with served(Provider(people=PEOPLE, service=service)) as provider:
        app.config["VIGIE"] = config.replace(
            public_url=url, proconnect_issuer=provider.issuer, proconnect_client_id="vigie",
            proconnect_client_secret=SECRET,
        )  # fmt: skip
        try:
            yield provider
        finally:
            app.config["VIGIE"] = config


@dataclass
class Traveller:
    """One browser: cookies of Vigie in ``client``, those of the double in ``abroad``."""

    client: InspectingClient
    abroad: requests.Session = field(default_factory=requests.Session)

    def ask(self, **fields: str) -> TestResponse:
        """Press the button of the sign-in page."""
        return self.client.submit("/connexion/proconnect", fields, page="/connexion")

    def choose(self, url: str, sub: str = "") -> str:
        """Sign in at the double as ``sub``, or give up; the path that leads back to Vigie."""
        page = self.abroad.get(url, allow_redirects=False)
        if page.status_code == 200:
            action = re.search(r'action="([^"]+)"', page.text)
            assert action, page.text
            target = url.split("/api/", maxsplit=1)[0] + action[1]
            page = self.abroad.post(target, data={"sub": sub}, allow_redirects=False)
        assert page.status_code == 303, page.text
        return path_of(page.headers["Location"])

    def sign_in(self, sub: str = "", **fields: str) -> TestResponse:
        """From the sign-in page of Vigie to what it answers when ``sub`` comes back."""
        return self.client.get(self.choose(self.ask(**fields).location, sub))

    def sign_out(self) -> TestResponse:
        """Press « Se déconnecter »."""
        return self.client.submit("/deconnexion", {}, page="/compte")


def path_of(url: str) -> str:
    """Path and query of ``url``."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def query_of(url: str) -> dict[str, str]:
    """The parameters of ``url``."""
    return dict(parse_qsl(urlsplit(url).query, strict_parsing=True))
