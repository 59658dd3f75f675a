"""The servers that the instance talks to: SMTP, ProConnect, the store of its lake."""

import smtplib
from collections.abc import Iterator

import requests

from app.accounts.proconnect.protocol import metadata_url
from app.imports.publication.place import store_of
from app.operations.checks.findings import InstanceFinding, Looked, blocking, to_know, unsafe
from scoring.data.store import LakeStoreError

#: seconds that a server has to answer
PATIENCE = 5


def check_smtp(looked: Looked) -> Iterator[InstanceFinding]:
    """Whether mail may leave, encrypted beyond this machine."""
    config = looked.config
    where = f"{config.smtp_host}:{config.smtp_port}"
    try:
        with smtplib.SMTP(config.smtp_host, config.smtp_port, timeout=PATIENCE) as server:
            server.ehlo()
            has_starttls = server.has_extn("starttls")
    except (OSError, smtplib.SMTPException) as error:
        say = unsafe if config.production else to_know
        yield say(
            f"Le serveur de courriels {where} ne répond pas ({type(error).__name__}).",
            "Les courriels attendront trois jours : vérifiez VIGIE_SMTP_HOST et VIGIE_SMTP_PORT.",
        )
        return
    if config.smtp_starttls and not has_starttls:
        yield blocking(
            f"Le serveur de courriels {where} n’offre pas STARTTLS, que VIGIE_SMTP_STARTTLS exige.",
            "Activez STARTTLS sur le serveur : aucun courriel ne partira sans lui.",
        )


def check_proconnect(looked: Looked) -> Iterator[InstanceFinding]:
    """Whether agents may come in by ProConnect."""
    config = looked.config
    if config.proconnect_issuer is None:
        if config.production:
            yield unsafe(
                "ProConnect n’est pas réglé : chacun entrera avec un compte local.",
                "docs/operations.md, « ProConnect ».",
            )
        return
    try:
        answer = requests.get(metadata_url(config.proconnect_issuer), timeout=PATIENCE)
        answer.raise_for_status()
        issuer = str(answer.json().get("issuer", ""))
    except (OSError, ValueError) as error:
        yield blocking(
            f"ProConnect ne répond pas à {config.proconnect_issuer} ({type(error).__name__}).",
            "Vérifiez l’adresse, le réseau et le mandataire de sortie.",
        )
        return
    if issuer.rstrip("/") != config.proconnect_issuer:
        yield blocking(
            f"ProConnect dit s’appeler « {issuer} », et non {config.proconnect_issuer}.",
            "Recopiez VIGIE_PROCONNECT_ISSUER au caractère près.",
        )


def check_lake(looked: Looked) -> Iterator[InstanceFinding]:
    """Whether the store of the lake answers, where there is one, and what saves it."""
    store = store_of(looked.config)
    if store is None:
        return
    try:
        store.names()
    except LakeStoreError as error:
        yield blocking(str(error), "docs/beyond-one-machine.md, « A lake in a bucket ».")
        return
    yield to_know(
        f"Le lac est dans {store.url} : les sauvegardes de l’instance ne le contiennent pas.",
        "Activez les versions du compartiment ; à défaut, rejouer les lots de l’archive le refait.",
    )
