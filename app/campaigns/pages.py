"""What the pages of campaigns show, and what they do together."""

from collections.abc import Collection, Iterator
from typing import Any
from urllib.parse import parse_qsl

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.campaigns import policies, queries, services
from app.campaigns.forms import CAMPAIGN, LIST, VIEW, CampaignForm, CampaignSource
from app.campaigns.models import ANSWERS, RESULTS, ContactCampaign
from app.campaigns.queries import CampaignProgress, Tab
from app.campaigns.services import Joined
from app.core.access.identity import Identity, Nature
from app.core.errors import DomainError, NotFoundError
from app.core.text.french import counted_fr, number_fr, percent_fr
from app.detections.lists.pages import list_view
from app.detections.lists.queries import find_current_list
from app.habilitations.queries import list_audiences, list_departments
from app.watching import queries as views
from app.watching.lists import queries as lists
from app.watching.lists.models import CompanyListMember

#: firms that a new campaign begins with, at most
MOST_TAKEN = services.MOST


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
    source = form.source_asked()
    if source is not None and source.kind == VIEW and form.nature.data != Nature.SCORE.value:
        raise DomainError(
            "Une vue est tirée des alertes : choisissez « Score », qu’il faut pour le savoir.",
            field="nature",
        )
    campaign = services.create(session, identity, form.asked(identity))
    if source is None:
        return campaign, Joined(added=[])
    if source.kind == CAMPAIGN:
        previous = _found(queries.get_campaign, session, identity, source)
        return campaign, Joined(added=services.carry_over(session, identity, campaign, previous))
    sirens = _of_list if source.kind == LIST else _of_view
    return campaign, services.fill(session, identity, campaign, sirens(session, identity, source))


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


def reply_rate(progress: CampaignProgress) -> str | None:
    """Return how many of the firms that were contacted answered, whatever they said; nothing before the first one."""
    contacted = sum(progress.endings[ending] for ending in RESULTS)
    answered = sum(progress.endings[ending] for ending in ANSWERS)
    if not contacted:
        return None
    return f"{percent_fr(answered / contacted)} ({number_fr(answered)} sur {counted_fr(contacted, 'contact')})"


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
    known = views.slice_of_views(session, identity, size=queries.OFFERED).rows
    return [
        *((f"{VIEW}:{view.id}", f"Vue « {view.name} »") for view in known),
        *((f"{LIST}:{each.id}", f"Liste « {each.label} »") for each in lists.list_offered(session, identity)),
        *(
            (f"{CAMPAIGN}:{each.id}", f"Suite de la campagne « {each.label} »")
            for each in queries.slice_of_campaigns(session, identity).rows
        ),
    ]  # fmt: skip


def _of_list(session: Session, identity: Identity, source: CampaignSource) -> list[str]:
    known = _found(lists.get_list, session, identity, source)
    members = select(CompanyListMember.siren).where(CompanyListMember.list_id == known.id)
    ordered = members.order_by(CompanyListMember.siren).limit(MOST_TAKEN + 1)
    return list(session.scalars(ordered))


def _of_view(session: Session, identity: Identity, source: CampaignSource) -> list[str]:
    known = _found(views.get_view, session, identity, source)
    current = find_current_list(session)
    view = list_view(session, identity, current, MultiDict(parse_qsl(known.query)))
    return view.listing.sirens(session, order=view.order, limit=MOST_TAKEN + 1)


def _found(get: Any, session: Session, identity: Identity, source: CampaignSource) -> Any:
    try:
        return get(session, identity, source.number)
    except NotFoundError:
        raise DomainError(
            "Cette source n’est plus la vôtre : choisissez-en une autre.", field="source"
        ) from None
