"""Make campaigns of first contact, put firms in them, change and close them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.campaigns import letters, policies, queries
from app.campaigns.models import CampaignFirm, ContactCampaign, FirmStage
from app.companies.models import Company
from app.core import journal
from app.core.access.identity import Identity, Nature
from app.core.database.locks import hold
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.core.text.bounds import bounded
from app.core.text.french import number_fr
from app.watching.lists.queries import find_firms

#: firms of a campaign: a network that contacts more at once contacts none
MOST = 5_000
OVER = "Cette campagne est terminée : on n’y contacte plus personne."


@dataclass(frozen=True, kw_only=True)
class CampaignRequest:
    """A campaign as it is asked for; ``departments``: where its firms work."""

    label: str
    purpose: str = ""
    network_id: int | None
    departments: Sequence[str]
    nature: Nature | None
    letter: str = ""
    ends_on: date


@dataclass(frozen=True, kw_only=True)
class Joined:
    """What became of the firms that somebody puts in a campaign: those added, the numbers of the others."""

    added: Sequence[str]
    #: in it already
    known: Sequence[str] = ()
    #: accompanied already: somebody is in touch with them
    supported: Sequence[str] = ()
    #: without any active establishment
    inactive: Sequence[str] = ()
    #: outside of the campaign's départements, or of the agent's zone
    out_of_reach: Sequence[str] = ()
    unknown: Sequence[str] = ()


def create(session: Session, identity: Identity, asked: CampaignRequest) -> ContactCampaign:
    """Make a campaign. Raise `DomainError` on what may not be asked by this agent, or makes no sense."""
    if asked.network_id not in identity.network_ids:
        raise DomainError("Choisissez un de vos réseaux.", field="network_id")
    if not asked.departments or not set(asked.departments) <= set(identity.departments):
        raise DomainError("Choisissez un territoire de votre zone.", field="department")
    if asked.nature is not None and asked.nature not in identity.natures:
        raise DomainError("Vous n’êtes pas habilité à cette nature.", field="nature")
    _require_to_come(asked.ends_on)
    campaign = ContactCampaign(
        label=asked.label,
        purpose=bounded(asked.purpose, field="purpose"),
        network_id=asked.network_id,
        departments=list(asked.departments),
        nature=asked.nature,
        letter=_letter(asked.letter),
        ends_on=asked.ends_on,
        author_id=identity.agent_id,
    )
    session.add(campaign)
    session.flush()
    _trace(session, identity, campaign, change="créée")
    return campaign


def change(
    session: Session,
    identity: Identity,
    campaign: ContactCampaign,
    *,
    purpose: str,
    letter: str,
    ends_on: date,
) -> None:
    """Change what a campaign is for, its letter and its last day."""
    hold(session, campaign)
    if campaign.closed_at is not None:
        raise DomainError(OVER)
    if ends_on != campaign.ends_on:
        _require_to_come(ends_on)
    said = {
        "purpose": bounded(purpose, field="purpose"),
        "letter": _letter(letter),
        "ends_on": ends_on,
    }
    changed = journal.changes({name: getattr(campaign, name) for name in said}, said)
    if not changed:
        return
    for name, value in said.items():
        setattr(campaign, name, value)
    session.flush()
    _trace(session, identity, campaign, change="modifiée", fields=sorted(changed))


def close(session: Session, identity: Identity, campaign: ContactCampaign) -> None:
    """Close a campaign: nobody takes a contact in it any more; those that were taken are still settled."""
    hold(session, campaign)
    if campaign.closed_at is not None:
        raise DomainError("Cette campagne est déjà close.")
    campaign.closed_at = utcnow()
    session.flush()
    _trace(session, identity, campaign, change="close")


def fill(
    session: Session, identity: Identity, campaign: ContactCampaign, sirens: Collection[str]
) -> Joined:
    """Put firms in a campaign: those that it may have, that nobody accompanies. Raise `DomainError` beyond `MOST`."""
    joined = foresee(session, identity, campaign, sirens)
    count = queries.count_firms(session, identity, campaign) + len(joined.added)
    if count > MOST:
        raise DomainError(
            f"Cette campagne compterait {number_fr(count)} entreprises : {number_fr(MOST)} au plus.",
            field="sirens",
        )
    if joined.added:
        firms = {firm.siren: firm for firm in find_firms(session, identity, joined.added)}
        new = CampaignFirm(stage=FirmStage.TO_CONTACT)
        _insert(session, identity, campaign, [(firms[siren], new) for siren in joined.added])
        _trace_firms(session, identity, campaign, change="ajoutées", sirens=joined.added)
    return joined


def take_out(
    session: Session, identity: Identity, campaign: ContactCampaign, sirens: Collection[str]
) -> list[str]:
    """Take out of a campaign the firms that nobody contacted nor put off; return which."""
    waiting = and_(
        CampaignFirm.stage == FirmStage.TO_CONTACT,
        CampaignFirm.contact_id.is_(None),
        CampaignFirm.added_by == identity.agent_id,
    )
    those = delete(CampaignFirm).where(
        CampaignFirm.campaign_id == campaign.id, CampaignFirm.siren.in_(sirens), waiting
    )
    gone = sorted(session.scalars(those.returning(CampaignFirm.siren)))
    if gone:
        _trace_firms(session, identity, campaign, change="retirées", sirens=gone)
    return gone


def foresee(
    session: Session, identity: Identity, campaign: ContactCampaign, sirens: Collection[str]
) -> Joined:
    """Return what becomes of firms that the agent puts in a campaign; nothing is done. Raise `DomainError` when it is over."""
    if not policies.works(identity, campaign):
        raise DomainError(OVER)
    firms = {firm.siren: firm for firm in find_firms(session, identity, sirens)}
    known = queries.already_in(session, identity, campaign, sirens)
    supported = queries.list_supported(session, identity, sirens)
    sorted_out: dict[str, list[str]] = {}
    for siren in sirens:
        firm = firms.get(siren)
        fate = _fate(identity, campaign, firm)
        if firm is not None and siren in known:
            fate = "known"
        elif fate == "added" and siren in supported:
            fate = "supported"
        sorted_out.setdefault(fate, []).append(siren)
    return Joined(**{"added": [], **sorted_out})


def carry_over(
    session: Session, identity: Identity, campaign: ContactCampaign, previous: ContactCampaign
) -> list[str]:
    """Take up, in a new campaign, the firms of a former one that are still to be contacted, or that somebody is contacting."""
    if previous.network_id != campaign.network_id:
        raise DomainError(
            "Une campagne se reprend dans le même réseau : ses prises de contact sont celles de ses membres.",
            field="source",
        )
    campaign.previous_id = previous.id
    stage = CampaignFirm.stage
    still = or_(
        stage.in_((FirmStage.TO_CONTACT, FirmStage.TAKEN)),
        and_(stage == FirmStage.PUT_OFF, CampaignFirm.back_on <= campaign.ends_on),
    )
    rows = select(Company, CampaignFirm).join(CampaignFirm, CampaignFirm.siren == Company.siren)
    rows = rows.where(CampaignFirm.campaign_id == previous.id, still).order_by(CampaignFirm.id)
    known = [
        (firm, row)
        for firm, row in session.execute(rows)
        if _fate(identity, campaign, firm) == "added"
    ]
    supported = queries.list_supported(session, identity, [firm.siren for firm, _ in known])
    taken_up = [(firm, row) for firm, row in known if firm.siren not in supported]
    _insert(session, identity, campaign, taken_up)
    sirens = [firm.siren for firm, _ in taken_up]
    _trace_firms(session, identity, campaign, change="reprises", sirens=sirens)
    return sirens


def _fate(identity: Identity, campaign: ContactCampaign, firm: Company | None) -> str:
    if firm is None:
        return "unknown"
    if not set(firm.departments) & set(campaign.departments) & set(identity.departments):
        return "out_of_reach" if firm.departments else "inactive"
    return "added" if firm.is_active else "inactive"


def _insert(
    session: Session,
    identity: Identity,
    campaign: ContactCampaign,
    firms: Iterable[tuple[Company, CampaignFirm]],
) -> None:
    """Add firms as they stand in another campaign, or as new ones."""
    rows = [
        {
            "campaign_id": campaign.id,
            "siren": firm.siren,
            "departments": firm.departments,
            "stage": standing.stage,
            "contact_id": standing.contact_id,
            "agent_id": standing.agent_id,
            "ending": standing.ending,
            "back_on": standing.back_on,
            "added_by": identity.agent_id,
            "added_at": utcnow(),
        }
        for firm, standing in firms
    ]
    if rows:
        session.execute(insert(CampaignFirm).on_conflict_do_nothing(), rows)


def _letter(text: str) -> str:
    return letters.checked(bounded(text, field="letter"), field="letter")


def _require_to_come(day: date) -> None:
    if day < today():
        raise DomainError("Une campagne se termine un jour à venir.", field="ends_on")


def _trace(
    session: Session,
    identity: Identity,
    campaign: ContactCampaign,
    *,
    change: str,
    fields: Sequence[str] = (),
) -> None:
    event = journal.Event.CAMPAIGN_CHANGED
    journal.record(
        session,
        identity,
        event,
        contact_campaign=campaign.id,
        change=change,
        changes=list(fields) or None,
    )


def _trace_firms(
    session: Session,
    identity: Identity,
    campaign: ContactCampaign,
    *,
    change: str,
    sirens: Sequence[str],
) -> None:
    event = journal.Event.CAMPAIGN_FILLED
    journal.record(
        session, identity, event,
        contact_campaign=campaign.id, change=change, count=len(sirens), sirens=sirens,
    )  # fmt: skip
