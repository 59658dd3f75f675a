"""What the pages of campaigns show, and what they do together."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy.orm import Session

from app.campaigns import policies, queries, services
from app.campaigns.forms import CampaignForm
from app.campaigns.models import ANSWERS, RESULTS, ContactCampaign
from app.campaigns.queries import CampaignProgress, Tab
from app.campaigns.services import Joined
from app.core.access.identity import Identity, Nature
from app.core.errors import DomainError
from app.core.text.french import counted_fr, number_fr, percent_fr
from app.habilitations.queries import list_audiences, list_departments
from app.watching import sources

#: the kind of source that a former campaign is, as in « campagne:12 »
FORMER = "campagne"


def offer(session: Session, identity: Identity, form: CampaignForm) -> None:
    """Offer the networks, the places, the sources and the natures that the agent may choose."""
    networks = [(str(known.id), known.label) for known in list_audiences(session, identity)]
    places = [
        (place.code, f"{place.code} – {place.label}")
        for place in list_departments(session)
        if place.code in identity.departments
    ]
    held = [(nature.value, nature.label) for nature in Nature if nature in identity.natures]
    form.offer(networks=networks, places=places, sources=_sources(session, identity), natures=held)


def begin(
    session: Session, identity: Identity, form: CampaignForm
) -> tuple[ContactCampaign, Joined]:
    """Make a campaign with the firms that it begins with, all or nothing."""
    value = form.source.data
    source = sources.parse(value)
    former = None
    if source is not None and source[0] == FORMER:
        former = sources.found(queries.get_campaign, session, identity, source[1])
    needed = former.nature if former else sources.nature_of(session, identity, value)
    if needed is not None and form.nature.data != needed.value:
        raise DomainError(
            f"Il faut « {needed.label} » pour savoir quelles sont ces entreprises : choisissez cette nature.",
            field="nature",
        )
    campaign = services.create(session, identity, form.asked(identity))
    if former is not None:
        added = services.carry_over(session, identity, campaign, former)
        return campaign, Joined(added=added)
    if source is None:
        return campaign, Joined(added=[])
    sirens = sources.sirens_of(session, identity, value or "", most=services.MOST)
    return campaign, services.fill(session, identity, campaign, sirens)


def of_campaigns(session: Session, identity: Identity, cursor: str | None) -> dict[str, Any]:
    """Return the context of the page of campaigns, from a cursor on."""
    page = queries.slice_of_campaigns(session, identity, cursor)
    waiting = queries.count_waiting(session, identity, [each.id for each in page.rows])
    return {
        "campaigns": [(each, *waiting.get(each.id, (0, 0))) for each in page.rows],
        "next_cursor": page.next_cursor,
    }


def of_campaign(
    session: Session,
    identity: Identity,
    campaign: ContactCampaign,
    *,
    tab: Tab,
    department: str | None,
    cursor: str | None,
) -> dict[str, Any]:
    """Return the context of a tab of a campaign, from a cursor on."""
    place = department if department in campaign.departments else None
    page = queries.page_of_firms(
        session, identity, campaign, tab=tab, department=place, cursor=cursor
    )
    progress = queries.progress_of(session, identity, campaign, place)
    return {
        "campaign": campaign,
        "tab": tab,
        "tabs": [(each, progress.tabs[each]) for each in Tab],
        "department": place,
        "departments": sorted(set(campaign.departments) & set(identity.departments)),
        "results": page,
        "progress": progress,
        "reply_rate": reply_rate(progress),
        "endings": [(ending.label, progress.endings[ending]) for ending in RESULTS],
        "works": policies.works(identity, campaign),
        "owns": policies.owns(identity, campaign),
    }


def trace_of(campaign: ContactCampaign, sirens: Collection[str]) -> dict[str, Any]:
    """Return what the journal says of the firms of a campaign that somebody was shown."""
    natures = [campaign.nature.value] if campaign.nature else []
    return {
        "contact_campaign": campaign.id,
        "count": len(sirens),
        "natures": natures,
        "sirens": list(sirens),
    }


def reply_rate(progress: CampaignProgress) -> tuple[str, str] | None:
    """Return which share of the firms that were contacted answered, and of how many; nothing before the first one."""
    contacted = sum(progress.endings[ending] for ending in RESULTS)
    answered = sum(progress.endings[ending] for ending in ANSWERS)
    if not contacted:
        return None
    return percent_fr(
        answered / contacted
    ), f"{number_fr(answered)} sur {counted_fr(contacted, 'contact')}"


def told(joined: Joined) -> Iterator[tuple[str, str]]:
    """Yield what became of the firms of a source or pasted, as messages with their category."""
    if joined.added:
        yield "success", f"{counted_fr(len(joined.added), 'entreprise')} dans la campagne."
    reasons = {
        "Déjà dans la campagne": joined.known,
        "Déjà accompagnées, non ajoutées": joined.supported,
        "Hors du territoire de la campagne, non ajoutées": joined.out_of_reach,
        "Sans établissement actif, non ajoutées": joined.inactive,
        "Inconnues de Vigie, non ajoutées": joined.unknown,
    }
    for reason, sirens in reasons.items():
        if sirens:
            yield "info", f"{reason} : {number_fr(len(sirens))}."
    if not any((joined.added, *reasons.values())):
        yield "info", "Aucune entreprise pour l’instant : ajoutez-en."


def _sources(session: Session, identity: Identity) -> list[tuple[str, str]]:
    former = queries.slice_of_campaigns(session, identity).rows
    return [
        *sources.choices(session, identity),
        *((f"{FORMER}:{each.id}", f"Suite de la campagne « {each.label} »") for each in former),
    ]
