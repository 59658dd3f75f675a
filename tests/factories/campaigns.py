"""Campaigns of first contact of the world."""

from collections.abc import Sequence
from datetime import timedelta

from app.campaigns import services
from app.campaigns.contacts import services as contacts
from app.campaigns.models import CampaignFirm, ContactCampaign, FirmContact
from app.campaigns.queries import get_campaign, get_firm
from app.campaigns.services import CampaignRequest, Joined
from app.core.access.identity import Nature
from app.core.now import today
from tests.factories.network import network_id, system, working_as


def campaign(
    agent_id: int, *, to: str = "crp", department: str = "21", label: str = "Premiers contacts",
    nature: Nature | None = Nature.SCORE, letter: str = "Bonjour {entreprise}, {agent}",
) -> int:  # fmt: skip
    """A campaign of a network that somebody makes; its number."""
    asked = CampaignRequest(
        label=label, network_id=network_id(to), departments=[department], nature=nature, letter=letter,
        ends_on=today() + timedelta(days=90),
    )  # fmt: skip
    with working_as(agent_id) as (session, who):
        return services.create(session, who, asked).id


def fill(agent_id: int, campaign_id: int, sirens: Sequence[str]) -> Joined:
    """Firms that somebody puts in a campaign; what became of each."""
    with working_as(agent_id) as (session, who):
        return services.fill(session, who, get_campaign(session, who, campaign_id), sirens)


def row_of(campaign_id: int, siren: str) -> int:
    """The number of a firm in a campaign."""
    with system() as session:
        rows = session.query(CampaignFirm).filter_by(campaign_id=campaign_id, siren=siren)
        return rows.one().id


def take(agent_id: int, campaign_id: int, siren: str, *, told: str | None = None) -> int:
    """The contact that somebody takes; its number."""
    number = row_of(campaign_id, siren)
    with working_as(agent_id) as (session, who):
        return contacts.take(session, who, get_firm(session, who, number), told=told).id


def plant_campaigns(agent_id: int, siren: str, department: str, *, purpose: str) -> dict[str, int]:
    """A firm that a campaign waits to contact, and that somebody contacts in another; without the feed, that a version of before knows."""
    audience = network_id("crp")
    with system() as session:
        made = [
            ContactCampaign(
                label="Premiers contacts", purpose=purpose, network_id=audience, departments=[department],
                nature=Nature.SCORE, author_id=agent_id, ends_on=today() + timedelta(days=90),
            )
            for _ in range(2)
        ]  # fmt: skip
        session.add_all(made)
        session.flush()
        waiting, other = made
        contact = FirmContact(
            siren=siren, departments=[department], campaign_id=other.id, agent_id=agent_id
        )
        firm = CampaignFirm(
            campaign_id=waiting.id, siren=siren, departments=[department], added_by=agent_id
        )
        session.add_all([contact, firm])
        session.flush()
        return {
            "contact_campaign_id": waiting.id, "campaign_firm_id": firm.id, "contact_id": contact.id,
        }  # fmt: skip
