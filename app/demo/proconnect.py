"""A double of ProConnect with the fictitious people, and two more who are refused: one click signs in."""

import json
from dataclasses import asdict
from pathlib import Path

from app.accounts.proconnect import protocol
from app.demo.people import PEOPLE
from config import Config
from proconnect_double import server
from proconnect_double.people import DoublePerson, Service, read_people
from proconnect_double.provider import Provider

CLIENT_ID = "vigie-demonstration"

#: people whose refusal a visitor should see
REFUSED = (
    DoublePerson(
        sub="demo-ignace", email="ignace@demo.invalid", given_name="Ignace", usual_name="Inconnu",
        note="que Vigie ne connaît pas",
    ),
    DoublePerson(
        sub="demo-iris", email="iris@demo.invalid", given_name="Iris", usual_name="Insuffisant", acr="eidas1",
        note="sans second facteur",
    ),
)  # fmt: skip


def issuer(port: int) -> str:
    """Return the URL of the double that listens on ``port``."""
    return f"http://{server.LOOPBACK}:{port}/api/v2"


def run(config: Config, *, port: int) -> None:
    """Serve on the loopback interface until interrupted, for the instance of ``config``."""
    service = Service(
        client_id=config.proconnect_client_id,
        client_secret=config.proconnect_client_secret,
        redirect_uris=(config.public_url + protocol.RETURN_PATH,),
        post_logout_redirect_uris=(config.public_url + protocol.SIGNED_OUT_PATH,),
    )
    people = read_people(written_people(config.home / "demo" / "proconnect.json"))
    server.serve(Provider(people=people, service=service), port=port)


def written_people(path: Path) -> Path:
    """Rewrite the file of the people who can sign in and return it; to use an edited file, start the double by hand."""
    path.parent.mkdir(parents=True, exist_ok=True)
    people = [asdict(person) for person in (*_invented(), *REFUSED)]
    path.write_text(json.dumps(people, ensure_ascii=False, indent=2), encoding="utf-8")
    return path


def _invented() -> list[DoublePerson]:
    return [
        DoublePerson(
            sub=f"demo-{person.email.partition('@')[0]}",
            email=person.email,
            given_name=person.first_name,
            usual_name=person.last_name,
            organization_label=person.administration.label,
            note=person.job_title,
        )
        for person in PEOPLE
    ]
