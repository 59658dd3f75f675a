"""A campaign of first contact on the last list, and that of another administration on some of the same firms."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.campaigns import letters, queries, services
from app.campaigns.contacts import services as contacts
from app.campaigns.contacts.queries import find_in_touch, get_contact, list_places
from app.campaigns.models import CampaignFirm, ContactCampaign, ContactEnding, Delay
from app.campaigns.services import CampaignRequest
from app.companies.models import Company
from app.core.access.identity import Identity, Nature
from app.core.database.unit_of_work import unit_of_work
from app.core.now import today
from app.demo.gestures.last_list import ACTOR, AGENT, alerts, identity_of_person
from app.habilitations.queries import list_audiences
from app.visits.models import Channel

PARTNER = "chantal@demo.invalid"
#: firms of each campaign, and of the second, how many are of the first
FIRMS, SHARED = 24, 8
LASTS = timedelta(days=120)
#: what the first firms that were called said
SAID = (
    ContactEnding.NEED,
    ContactEnding.UNAFFECTED,
    ContactEnding.UNREACHABLE,
    ContactEnding.UNAFFECTED,
    ContactEnding.REFUSAL,
)
REPORT = "Premier appel de la campagne."
#: contacts taken and not settled yet
HELD = 3


def are_done() -> bool:
    """Whether they were."""
    with unit_of_work(ACTOR) as session:
        return session.scalar(select(ContactCampaign.id).limit(1)) is not None


def perform() -> str:
    """Do them, all or nothing for each person; return a summary sentence."""
    agent, partner = identity_of_person(AGENT), identity_of_person(PARTNER)
    with unit_of_work(partner) as session:
        sirens = [entry.siren for entry in alerts(session)]
        theirs = _campaign(
            session, partner, label="Appels Urssaf de l’hiver", sirens=sirens[::3][:SHARED]
        )
        _take(session, partner, theirs, count=HELD)
    with unit_of_work(agent) as session:
        mine = [entry.siren for entry in alerts(session) if agent.covers(entry.departments)]
        ours = _campaign(session, agent, label="Premiers contacts de l’hiver", sirens=mine[:FIRMS])
        taken = _take(session, agent, ours, count=len(SAID) + HELD)
        for number, ending in zip(taken, SAID, strict=False):
            _settle(session, agent, number, ending)
        _put_off(session, agent, ours)
    return f"deux campagnes, {len(taken)} contacts pris"


def _campaign(
    session: Session, identity: Identity, *, label: str, sirens: Sequence[str]
) -> ContactCampaign:
    networks = list_audiences(session, identity)
    own = next(network.id for network in networks if not network.is_codefi)
    asked = CampaignRequest(
        label=label, purpose="Les entreprises en alerte que personne n’accompagne encore.", network_id=own,
        departments=identity.departments, nature=Nature.SCORE, letter=letters.FIRST, ends_on=today() + LASTS,
    )  # fmt: skip
    campaign = services.create(session, identity, asked)
    services.fill(session, identity, campaign, sirens)
    return campaign


def _waiting(session: Session, campaign: ContactCampaign, count: int) -> list[int]:
    rows = select(CampaignFirm.id).where(
        CampaignFirm.campaign_id == campaign.id, CampaignFirm.contact_id.is_(None)
    )
    return list(session.scalars(rows.order_by(CampaignFirm.id).limit(count)))


def _take(
    session: Session, identity: Identity, campaign: ContactCampaign, *, count: int
) -> list[int]:
    """Take the first contacts, told of who is in touch already; return their numbers."""
    taken = []
    for number in _waiting(session, campaign, count):
        firm = queries.get_firm(session, identity, number)
        known = find_in_touch(session, identity, firm.siren)
        contact = contacts.take(session, identity, firm, told=known.token)
        taken.append(contact.id)
    return taken


def _settle(session: Session, identity: Identity, number: int, ending: ContactEnding) -> None:
    contact = get_contact(session, identity, number)
    company = session.get_one(Company, contact.siren)
    place = next(iter(list_places(session, identity, company)), None)
    if place is None:
        return
    own = next(each.id for each in list_audiences(session, identity) if not each.is_codefi)
    report = {
        "visited_on": today(), "channel": Channel.TELEPHONE, "network_id": own, "body": REPORT,
    }  # fmt: skip
    contacts.settle(session, identity, contact, place, ending=ending, report=report)


def _put_off(session: Session, identity: Identity, campaign: ContactCampaign) -> None:
    for number in _waiting(session, campaign, 1):
        firm = queries.get_firm(session, identity, number)
        contacts.put_off(session, identity, firm, delay=Delay.SIX_MONTHS)
