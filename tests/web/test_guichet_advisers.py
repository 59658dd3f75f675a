"""The adviser’s door: an account with that only right files for a firm, follows its own requests, and opens nothing else."""

from sqlalchemy import select

from app.core.access.matrix import PEOPLE, Answer, lines
from app.core.database.unit_of_work import TransactionalFlask
from app.core.now import today
from app.messages.models import Announcement, Email
from app.referrals.needs import queries as needs
from app.referrals.needs.answering import ExpertAnswer as Said
from app.referrals.needs.answering import answer
from app.referrals.needs.models import FirmNeed, NeedState, Origin, ReferralState, Solicitation
from tests.factories.guichet import links_sent
from tests.factories.needs import plant_experts
from tests.factories.network import system, working_as
from tests.factories.people import World
from tests.factories.referrals import subject_ids
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as

DOOR = "/guichet/pour-une-entreprise"
NEW = f"{DOOR}/nouvelle"
#: what every account opens, besides its own door
OWN = ("accounts:account:", "portal:home:read", "network:notification:own")


def answers_of() -> dict[str, object]:
    return {
        "subjects": [str(subject_ids()[0])], "firm": "100000009", "commune": "Dijon", "name": "Sacha Fictif",
        "telephone": "0380000000", "email": "sacha@exemple.invalid", "consent_by": "Sacha Fictif, gérante",
        "consent_how": "oral", "consent_on": today().isoformat(), "message": "Une échéance difficile",
    }  # fmt: skip


def test_an_adviser_files_for_a_firm_and_follows_it(client: InspectingClient, world: World) -> None:
    plant_experts(world)
    sign_in_as(client, world.adviser)
    home = client.get("/")
    assert (home.status_code, home.location) == (302, DOOR)
    assert "Vous n’avez rien déposé" in client.get(DOOR).text
    for wrong in ({"consent_by": ""}, {"consent_on": ""}, {"firm": "123456789"}, {"name": ""}):
        refused = client.submit(NEW, {**answers_of(), **wrong})
        assert refused.status_code == 422, wrong
        assert "Une échéance difficile" in refused.text
    filed = client.submit(NEW, answers_of())
    assert filed.status_code == 303
    shown = client.get(str(filed.location))
    assert "ont reçu votre demande" in shown.text
    with system() as session:
        made = session.scalars(select(Solicitation)).one()
        assert (made.origin, made.author_id) == (Origin.ADVISER, world.adviser)
        assert made.consent_by == "Sacha Fictif, gérante"
        need_id = session.scalars(select(FirmNeed.id)).one()
    assert len(links_sent()) == 1
    with working_as(world.bob) as (session, who):
        need = needs.get_need(session, who, need_id)
        mine = next(each.id for each in need.referrals if each.expert.agent_id == world.bob)
        held = needs.get_referral(session, who, mine)
        answer(session, who, held, Said(state=ReferralState.TAKEN, shown=0))
    assert "Bob Fictif (Réseau imaginaire) s’en occupe" in client.get(DOOR).text
    # What tells them leads where they may read it.
    with system() as session:
        told = session.scalars(
            select(Announcement.path).where(Announcement.agent_id == world.adviser)
        ).all()
        mails = session.scalars(
            select(Email.body_text).where(Email.agent_id == world.adviser)
        ).all()
    assert told == [str(filed.location)]
    assert str(filed.location) in mails[0]
    client.submit(
        f"{filed.location}/retrait",
        {"reason": "L’entreprise a changé d’avis."},
        page=str(filed.location),
    )
    with system() as session:
        assert session.scalars(select(FirmNeed.state)).one() is NeedState.WITHDRAWN


def test_what_another_filed_is_out_of_reach(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.adviser)
    path = str(client.submit(NEW, answers_of()).location)
    for person, code in ((world.team, 403), (world.alice, 403)):
        sign_in_as(client, person)
        assert client.get(path).status_code == code
    with system() as session:
        session.scalars(select(Solicitation)).one().author_id = world.bob
    sign_in_as(client, world.adviser)
    assert client.get(path).status_code == 404
    assert client.get("/guichet/pour-une-entreprise/9999").status_code == 404


def test_an_adviser_opens_nothing_else(app: TransactionalFlask) -> None:
    is_open = (Answer.READ, Answer.WRITE)
    adviser = list(PEOPLE).index("conseiller")
    opened = {line.permission for line in lines(app) if line.answers[adviser] in is_open}
    others = {permission for permission in opened if not permission.startswith(OWN)}
    assert others == {"referrals:guichet:file", "referrals:guichet:follow"}
