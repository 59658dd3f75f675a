"""A request by the public door, as a browser without scripts sends it, and what it leads to."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.core import secret_links
from app.core.now import at, today, utcnow
from app.messages.models import Email
from app.referrals.guichet.door.models import DoorKnock, DoorSending, KnockKind
from app.referrals.guichet.following.models import FollowUpLink, Satisfaction
from app.referrals.guichet.landings import services
from app.referrals.guichet.landings.services import LandingEntry
from app.referrals.needs.models import FirmNeed, Solicitation
from tests.factories.network import system, working_as
from tests.factories.people import World
from tests.factories.referrals import subject_ids
from tests.support.client import InspectingClient
from tests.support.documents import parsed

LINK = re.compile(r"/guichet/suivi/([\w-]+)")
#: the site of a partner that may hold a guichet in its pages
PARTNER = "https://www.partenaire.invalid"
SAID = "Nous ne pouvons plus payer l’échéance de mars."


def first_page(**said: object) -> dict[str, Any]:
    """What a head of firm of Dijon answers first; ``said`` changes it."""
    asked = {
        "subjects": [str(subject_ids()[0])],
        "firm": "100000009",
        "commune": "Dijon",
        "act": "suite",
    }
    return {**asked, **said}


def second_page(**said: object) -> dict[str, Any]:
    """What they answer next."""
    asker = {
        "name": "Sacha Fictif",
        "telephone": "03 80 00 00 00",
        "email": "sacha@exemple.invalid",
    }
    return {**asker, "message": SAID, "consent": "y", "act": "envoi", **said}


def fields_of(html: str) -> dict[str, Any]:
    """What the form of a page would send as it is shown: its hidden fields, what is typed, what is checked."""
    found: dict[str, Any] = {}
    form = parsed(html).select_one("main form.vigie-form")
    assert form is not None
    for field in form.select("input[name], textarea[name]"):
        kind = field.get("type", "text")
        if kind in ("checkbox", "radio") and not field.has_attr("checked"):
            continue
        value = field.get_text() if field.name == "textarea" else str(field.get("value", ""))
        name = str(field["name"])
        found[name] = (
            [*found[name], value]
            if name == "subjects" and name in found
            else [value]
            if name == "subjects"
            else value
        )
    return found


def ask(
    client: InspectingClient, *, path: str = "/guichet", first: dict[str, Any] | None = None,
    second: dict[str, Any] | None = None, network: str = "192.0.2.1",
) -> TestResponse:  # fmt: skip
    """Both pages, one after the other, at the pace of somebody who reads; the answer to the last one that was reached."""
    environ = {"REMOTE_ADDR": network}
    shown = client.get(path, environ_base=environ)
    sent = {**fields_of(shown.text), **first_page(), **(first or {})}
    answer = client.post(path, data=sent, environ_base=environ)
    if answer.status_code != 200:
        return answer
    sent = {**fields_of(answer.text), **second_page(), **(second or {})}
    with later():
        return client.post(path, data=sent, environ_base=environ)


@contextmanager
def later(**said: float) -> Iterator[None]:
    """Some time later: by default ten seconds, what it takes to read."""
    with at(utcnow() + timedelta(**(said or {"seconds": 10}))):
        yield


def solicitations() -> int:
    """How many requests came."""
    with system() as session:
        return session.scalar(select(func.count()).select_from(Solicitation)) or 0


def links_sent() -> list[str]:
    """The secrets of the links that were written to firms, the last one last."""
    with system() as session:
        bodies = session.scalars(
            select(Email.body_text).where(Email.address.is_not(None)).order_by(Email.id)
        )
        return [found[1] for body in bodies if (found := LINK.search(body))]


def plant_landing(keeper: int, **said: object) -> int:
    """The guichet of a partner, that offers one subject; its number."""
    entry: dict[str, Any] = {
        "slug": "tresorerie", "title": "Un souci de trésorerie ?", "partner": "Chambre fictive",
        "subject_ids": subject_ids()[:1], "origins": PARTNER,
    }  # fmt: skip
    with working_as(keeper) as (session, who):
        return services.add(session, who, LandingEntry(**{**entry, **said})).id


def plant_guichet(world: World, need_id: int) -> dict[str, object]:
    """A guichet, and the link of a request of which it is asked whether it helped; what completes their addresses."""
    landing_id = plant_landing(world.team)
    secret = secret_links.draw()
    with system() as session:
        number = session.get_one(FirmNeed, need_id).solicitation_id
        known = {"solicitation_id": number, "digest": secret_links.digest_of(secret)}
        session.add_all(
            (
                FollowUpLink(**known, expires_on=today() + timedelta(days=90)),
                Satisfaction(need_id=need_id),
                DoorKnock(kind=KnockKind.SIREN, digest=b"essai"),
                DoorSending(form=b"essai", said=b"essai"),
            )
        )
    return {"follow_up": secret, "slug": "tresorerie", "landing_id": landing_id}
