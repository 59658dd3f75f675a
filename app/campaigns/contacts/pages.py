"""What the pages of a firm of a campaign show."""

from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.campaigns import letters, policies
from app.campaigns.contacts import presenters, queries
from app.campaigns.contacts.forms import ResultForm
from app.campaigns.models import CampaignFirm, FirmContact
from app.core.access.identity import Identity
from app.core.now import today
from app.core.web.forms import choices
from app.network.comments.readers import audiences_of
from app.visits.models import Channel


def of_firm(session: Session, identity: Identity, firm: CampaignFirm) -> dict[str, Any]:
    """Return the context of the page of a firm of a campaign."""
    known = queries.find_in_touch(session, identity, firm.siren)
    agent = session.get_one(Agent, identity.agent_id)
    contact = firm.contact
    takes = policies.may_take(identity, firm)
    return {
        "firm": firm,
        "campaign": firm.campaign,
        "company": firm.company,
        "contact": contact,
        "is_mine": contact is not None and policies.holds(identity, contact),
        "may_release": contact is not None and contact.is_open and _may_release(identity, firm),
        "takes": takes and firm.is_to_contact,
        "in_touch": known,
        "in_touch_lines": presenters.lines_of(known),
        "said": presenters.sentence_of(contact) if contact else None,
        "letter": letters.written(firm.campaign.letter, firm.company, agent),
    }


def result_values() -> dict[str, Any]:
    """Return what the form of a result begins with: most firms are called, today."""
    return {"visited_on": today(), "channel": Channel.TELEPHONE.value}


def offer(session: Session, identity: Identity, contact: FirmContact, form: ResultForm) -> None:
    """Offer the establishments where the agent may log a contact, and the readers of its account."""
    places = queries.list_places(session, identity, contact.company)
    form.siret.choices = choices(
        [(place.siret, f"{place.commune or place.siret} ({place.siret})") for place in places]
    )
    where = [place.department for place in places[:1] if place.department]
    form.network_id.offer(audiences_of(session, identity, contact.siren, where))


def _may_release(identity: Identity, firm: CampaignFirm) -> bool:
    holder = firm.contact.agent_id if firm.contact else None
    return identity.agent_id in (holder, firm.campaign.author_id)
