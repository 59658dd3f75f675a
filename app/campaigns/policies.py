"""Who reads a campaign, works in it, changes it, and says what came of a contact."""

from app.campaigns.models import CampaignFirm, ContactCampaign, FirmContact
from app.core.access.identity import AGENTS, Identity
from app.core.access.permissions import Permission, Rule


def works(identity: Identity, campaign: ContactCampaign) -> bool:
    """Return whether the agent contacts firms in the campaign: a member of its network, while it is open."""
    return campaign.is_open and campaign.network_id in identity.network_ids


def may_take(identity: Identity, firm: CampaignFirm) -> bool:
    """Return whether the agent may contact the firm in its campaign."""
    return works(identity, firm.campaign)


def owns(identity: Identity, campaign: ContactCampaign) -> bool:
    """Return whether the agent made the campaign, and still belongs to its network."""
    return campaign.author_id == identity.agent_id and campaign.network_id in identity.network_ids


def holds(identity: Identity, contact: FirmContact) -> bool:
    """Return whether the agent took the contact and has still to say what came of it."""
    return contact.is_open and contact.agent_id == identity.agent_id


def may_release(identity: Identity, contact: FirmContact) -> bool:
    """Return whether the agent may give the contact back: whoever took it, or the author of the campaign when they are away."""
    return contact.is_open and identity.agent_id in (contact.agent_id, contact.campaign.author_id)


RULES = {
    Permission.CAMPAIGN_READ: Rule(AGENTS),
    Permission.CAMPAIGN_FILL: Rule(
        AGENTS, works, "Cette campagne est terminée, ou n’est pas celle d’un de vos réseaux."
    ),
    Permission.CAMPAIGN_EDIT: Rule(
        AGENTS, owns, "Seul l’auteur d’une campagne peut la changer ou la clore."
    ),
    Permission.CONTACT_TAKE: Rule(
        AGENTS, may_take, "Cette campagne est terminée, ou n’est pas celle d’un de vos réseaux."
    ),
    Permission.CONTACT_RELEASE: Rule(
        AGENTS,
        may_release,
        "Seuls l’agent qui a pris ce contact et l’auteur de la campagne peuvent le rendre.",
    ),
    Permission.CONTACT_SETTLE: Rule(
        AGENTS, holds, "Seul l’agent qui a pris ce contact dit ce qu’il a donné, une fois."
    ),
}
