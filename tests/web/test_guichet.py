"""The public door: a need is said in two pages without an account, nothing typed is lost, and nothing is learnt of who is followed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, select, update

from app.companies.models import Company
from app.extensions import db
from app.messages.models import Email
from app.referrals.directory.models import ReferralSubject
from app.referrals.guichet.door import asking, consent
from app.referrals.needs import services as needs
from app.referrals.needs.models import FirmNeed, NeedState, Solicitation, SolicitationContact
from tests.factories.cases import open_case
from tests.factories.detections import Alerted, publish_list
from tests.factories.guichet import (
    SAID,
    ask,
    fields_of,
    first_page,
    links_sent,
    second_page,
    solicitations,
)
from tests.factories.needs import plant_experts
from tests.factories.network import system
from tests.factories.people import World
from tests.support.client import InspectingClient

#: of a test, neither known to Vigie nor wrong
UNKNOWN = "552100554"


def test_a_need_is_said_in_two_pages_and_leads_to_a_follow_up(
    client: InspectingClient, world: World
) -> None:
    plant_experts(world)
    answer = ask(client)
    assert answer.status_code == 303, answer.text
    assert "Un conseiller vous appellera" in client.get(str(answer.location)).text
    with system() as session:
        made = session.scalars(select(Solicitation)).one()
        contact = session.scalars(select(SolicitationContact)).one()
        told = session.scalars(select(Email).where(Email.agent_id == world.bob)).all()
        mine = Email.dedup_key.startswith("follow_up:")
        (acknowledged,) = session.scalars(select(Email).where(mine)).all()
        assert (made.siren, made.firm_name, made.commune, made.message) == (
            world.siren_21, "Forges fictives de Dijon", "21231", SAID,
        )  # fmt: skip
        assert made.consent_text == consent.kept()
        assert (contact.name, contact.telephone) == ("Sacha Fictif", "03 80 00 00 00")
        assert len(told) == 1
        assert acknowledged.address == "sacha@exemple.invalid"
        letter = acknowledged.subject + acknowledged.body_text
    assert not {word for word in ("Forges", "100000009", "dette", "Urssaf") if word in letter}
    page = client.get(f"/guichet/suivi/{links_sent()[-1]}")
    assert "ont reçu votre demande" in page.text


@pytest.mark.parametrize(
    ("first", "told"),
    [
        ({"subjects": []}, asking.NO_SUBJECT),
        ({"firm": ""}, asking.NO_FIRM),
        ({"firm": "100 000 008"}, asking.BAD_NUMBER),
        ({"firm": "12345678"}, asking.BAD_LENGTH.format(8)),
        ({"firm": "10000000900001"}, asking.BAD_NUMBER),
        ({"firm": UNKNOWN}, asking.UNKNOWN),
        ({"firm": "Zzyzx introuvable"}, asking.NOBODY),
        ({"commune": ""}, asking.NO_COMMUNE),
        ({"commune": "Zzyzx"}, asking.NO_SUCH),
        ({"commune": "Saint"}, asking.WHICH),
    ],
)
def test_what_is_wrong_on_the_first_page_is_said_and_what_was_typed_stays(
    client: InspectingClient, world: World, first: dict[str, Any], told: str
) -> None:
    answer = ask(client, first=first)
    assert answer.status_code == 422
    assert told in answer.text
    shown = fields_of(answer.text)
    for name, typed in {**first_page(), **first}.items():
        if name != "act":
            assert shown.get(name, [] if name == "subjects" else None) == typed, name


@pytest.mark.parametrize(
    ("second", "told"),
    [
        ({"name": ""}, needs.NO_NAME),
        ({"email": ""}, "vous y recevrez le lien de suivi"),
        ({"email": "sacha"}, "n’est pas une adresse électronique"),
        ({"email": "a@exemple.invalid\nBcc: b@exemple.invalid"}, "n’est pas une adresse"),
        ({"telephone": "douze"}, "Ce n’est pas un numéro de téléphone"),
        ({"consent": ""}, "sans votre accord"),
        ({"website": "https://ailleurs.invalid"}, "Ne remplissez pas ce champ"),
        ({"message": "x" * 10_001}, "raccourcissez ce texte"),
    ],
)
def test_what_is_wrong_on_the_second_page_is_said_and_nothing_is_lost(
    client: InspectingClient, world: World, second: dict[str, Any], told: str
) -> None:
    answer = ask(client, second=second)
    assert answer.status_code == 422
    assert told in answer.text
    shown = fields_of(answer.text)
    expected = {**second_page(), **second, "firm": world.siren_21, "commune": "Dijon (21231)"}
    for name in ("name", "telephone", "email", "message", "firm", "commune"):
        assert " ".join(shown[name].split()) == " ".join(expected[name].split()), name
    assert solicitations() == 0


def test_a_firm_is_found_by_its_name_a_commune_among_several(
    client: InspectingClient, world: World
) -> None:
    several = ask(client, first={"firm": "forges fictives", "commune": "Saint-Martin-du"})
    assert asking.CHOOSE in several.text
    assert "Forges fictives de Dijon, Ville fictive (100000009)" in several.text
    chosen = {"siren": world.siren_21, "commune": "21019"}
    second = client.post("/guichet", data={**fields_of(several.text), **chosen, "act": "suite"})
    assert second.status_code == 200
    # A commune that was merged is what it became, and that is said.
    assert "21019 fait maintenant partie de Belleneuve (21060)" in second.text
    back = client.post(
        "/guichet", data={**fields_of(second.text), "name": "Sacha", "act": "retour"}
    )
    assert "Étape 1 sur 2" in back.text
    assert fields_of(back.text)["name"] == "Sacha"


def test_a_firm_that_is_closed_is_refused_one_that_is_unknown_is_not(
    client: InspectingClient, world: World
) -> None:
    with system() as session:
        session.execute(
            update(Company).where(Company.siren == world.siren_75).values(is_active=False)
        )
    closed = ask(client, first={"firm": world.siren_75})
    assert closed.status_code == 422
    assert "Ateliers imaginaires de Paris » est fermée" in closed.text
    assert ask(client, first={"firm": UNKNOWN, "firm_name": "Neuve Fictive"}).status_code == 303
    with system() as session:
        made = session.scalars(select(Solicitation)).one()
        need = session.scalars(select(FirmNeed)).one()
        assert (made.siren, made.firm_name) == (UNKNOWN, "Neuve Fictive")
        # Nobody answers there: the team does, and the firm is told that somebody is looked for.
        assert need.state is NeedState.NOBODY
    assert "Nous cherchons le conseiller" in client.get(f"/guichet/suivi/{links_sent()[-1]}").text


def test_a_subject_without_words_is_not_offered(client: InspectingClient, world: World) -> None:
    with system() as session:
        subject = session.scalars(select(ReferralSubject).order_by(ReferralSubject.id)).first()
        assert subject
        wording, subject.public_wording = subject.public_wording, ""
        number = str(subject.id)
    page = client.get("/guichet")
    assert wording not in page.text
    assert "Un client ne me paie pas" in page.text
    assert asking.NO_SUBJECT in ask(client, first={"subjects": [number]}).text


@contextmanager
def executed() -> Iterator[list[str]]:
    """The statements of a block, without their values."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_nothing_tells_a_firm_that_is_followed_from_another(
    client: InspectingClient, world: World
) -> None:
    """In alert and accompanied, never in alert, unknown to Vigie: the same words and the same statements."""
    plant_experts(world)
    with system() as session:
        publish_list(session, Alerted(siren=world.siren_21, department="21"))
    open_case(world.alice, world.siret_21)
    seen = []
    known = [
        (world.siren_21, "Forges fictives de Dijon"),
        (world.siren_21_quiet, "Tissages paisibles de Beaune"),
        (UNKNOWN, "Neuve Fictive"),
    ]
    ask(client, first={"firm": world.siren_75}, network="192.0.2.9")
    for place, (siren, name) in enumerate(known):
        said = {"firm": siren, "firm_name": name}
        who = {"email": f"s{place}@exemple.invalid", "telephone": f"03 80 00 00 0{place + 1}"}
        with executed() as statements:
            answer = ask(client, first=said, second=who, network=f"192.0.2.{place + 10}")
        assert answer.status_code == 303
        with executed() as wrong:
            refused = ask(client, first=said, second={"name": ""})
        page = (
            re.sub(r'(value|content)="[^"]*"', "", refused.text)
            .replace(name, "N")
            .replace(siren, "S")
        )
        seen.append((statements, wrong, page, answer.location))
    alerted, *others = seen
    for other in others:
        assert other == alerted


def test_where_the_region_is_not_open_the_door_says_so_and_keeps_nothing(
    client: InspectingClient, world: World
) -> None:
    plant_experts(world, areas=("FR",))
    closed = ask(client, first={"commune": "Bourges"})
    assert closed.status_code == 200
    assert "pas encore ouvert à Bourges" in closed.text
    assert "0 806 000 245" in closed.text
    assert solicitations() == 0
    # What was typed is in the page, and comes back from it.
    back = {**fields_of(closed.text), "act": "retour"}
    assert "100000009" in client.post("/guichet", data=back).text
    assert ask(client).status_code == 303
    assert solicitations() == 1
