"""Read campaigns and their firms; row-level security gives the campaigns of one's networks, and of each the firms of one's zone."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.campaigns.models import (
    CampaignFirm,
    ContactCampaign,
    ContactEnding,
    FirmContact,
    FirmStage,
)
from app.cases.models import Case, CaseState
from app.companies.models import Company
from app.core.access.identity import Identity
from app.core.database.keyset import Key, Page, Slice, page_of, slice_of
from app.core.database.tables import current_day
from app.core.errors import NotFoundError
from app.core.text.labelled import LabelledEnum

#: campaigns offered where firms are put into one
OFFERED = 100


class Tab(LabelledEnum):
    """A part of a campaign, as its page shows it."""

    TO_CONTACT = "a-contacter", "À contacter"
    MINE = "mes-prises", "Mes prises de contact"
    TAKEN = "prises", "Nos prises de contact"
    SETTLED = "faites", "Faites"
    PUT_OFF = "reportees", "Reportées ou écartées"


@dataclass(frozen=True, kw_only=True)
class CampaignProgress:
    """How far a campaign is, within the reader's reach: firms in each tab, and those settled by what they said."""

    total: int
    tabs: Mapping[Tab, int]
    endings: Mapping[ContactEnding, int]


def slice_of_campaigns(
    session: Session, _identity: Identity, cursor: str | None = None
) -> Slice[ContactCampaign]:
    """Return the campaigns of the agent's networks where they work, those that run first, the latest first."""
    is_over = or_(ContactCampaign.closed_at.is_not(None), ContactCampaign.ends_on < current_day())
    key: Key = [is_over, ContactCampaign.ends_on.desc(), ContactCampaign.id.desc()]
    return slice_of(session, _campaigns(), key=key, cursor=cursor).scalars()


def list_open(session: Session, _identity: Identity) -> Sequence[ContactCampaign]:
    """Return the campaigns that run, by name."""
    runs = (ContactCampaign.closed_at.is_(None), ContactCampaign.ends_on >= current_day())
    statement = _campaigns().where(*runs).order_by(ContactCampaign.label, ContactCampaign.id)
    return session.scalars(statement.limit(OFFERED)).all()


def get_campaign(
    session: Session, _identity: Identity, contact_campaign_id: int
) -> ContactCampaign:
    """Return a campaign; raise `NotFoundError` when it is of no network of the agent, or elsewhere."""
    campaign = session.scalar(_campaigns().where(ContactCampaign.id == contact_campaign_id))
    if campaign is None:
        raise NotFoundError
    return campaign


def get_firm(session: Session, _identity: Identity, campaign_firm_id: int) -> CampaignFirm:
    """Return a firm of a campaign, with its campaign and who contacts it; raise `NotFoundError` out of reach."""
    campaign = joinedload(CampaignFirm.campaign)
    whole = _firms().options(
        campaign.joinedload(ContactCampaign.network), campaign.joinedload(ContactCampaign.author)
    )
    firm = session.scalar(whole.where(CampaignFirm.id == campaign_firm_id))
    if firm is None:
        raise NotFoundError
    return firm


def page_of_firms(
    session: Session,
    identity: Identity,
    campaign: ContactCampaign,
    *,
    tab: Tab,
    department: str | None,
    cursor: str | None,
) -> Page[CampaignFirm]:
    """Return the firms of a tab of a campaign, in the order in which they came: that of the view or of the list."""
    there = _within(campaign, department)
    statement = _firms().where(*there, in_tab(identity, tab))
    key: Key = [CampaignFirm.id]
    return page_of(session, statement, key=key, cursor=cursor).scalars()


def batches(
    session: Session, _identity: Identity, campaign: ContactCampaign
) -> Iterator[Row[CampaignFirm, bool]]:
    """Yield every firm of a campaign within reach, in the order in which they came, and whether it has an open accompagnement."""
    supported = exists().where(Case.siren == CampaignFirm.siren, Case.state != CaseState.TERMINE)
    statement = _firms().add_columns(supported).where(CampaignFirm.campaign_id == campaign.id)
    yield from session.execute(statement.order_by(CampaignFirm.id)).yield_per(500)


def progress_of(
    session: Session, identity: Identity, campaign: ContactCampaign, department: str | None = None
) -> CampaignProgress:
    """Return how many firms each tab of a campaign has, and what those that were contacted said."""
    tabs = [func.count().filter(in_tab(identity, tab)).label(tab.name) for tab in Tab]
    settled = CampaignFirm.stage == FirmStage.SETTLED
    said = {
        ending: func.count().filter(settled, CampaignFirm.ending == ending)
        for ending in ContactEnding
    }
    statement = (
        select(func.count(), *tabs, *said.values())
        .select_from(CampaignFirm)
        .where(*_within(campaign, department))
    )
    total, *counts = session.execute(statement).one()
    first = len(tabs)
    return CampaignProgress(
        total=total,
        tabs=dict(zip(Tab, counts[:first], strict=True)),
        endings=dict(zip(said, counts[first:], strict=True)),
    )


def count_waiting(
    session: Session, _identity: Identity, ids: Sequence[int]
) -> dict[int, tuple[int, int]]:
    """Return, for each of some campaigns, how many of its firms within reach are to be contacted, and how many it has."""
    waiting = func.count().filter(_is_to_contact())
    counted = select(CampaignFirm.campaign_id, waiting, func.count())
    counted = counted.where(CampaignFirm.campaign_id.in_(ids)).group_by(CampaignFirm.campaign_id)
    return {row[0]: (row[1], row[2]) for row in session.execute(counted)}


def already_in(
    session: Session, _identity: Identity, campaign: ContactCampaign, sirens: Collection[str]
) -> set[str]:
    """Return which of these firms the campaign has."""
    known = select(CampaignFirm.siren).where(CampaignFirm.campaign_id == campaign.id)
    return set(session.scalars(known.where(CampaignFirm.siren.in_(sirens))))


def list_supported(session: Session, _identity: Identity, sirens: Collection[str]) -> set[str]:
    """Return which of these firms have an open accompagnement within reach."""
    supported = select(Case.siren).where(Case.siren.in_(sirens), Case.state != CaseState.TERMINE)
    return set(session.scalars(supported))


def count_firms(session: Session, _identity: Identity, campaign: ContactCampaign) -> int:
    """Return how many firms of a campaign are within reach."""
    return session.scalar(select(func.count()).where(CampaignFirm.campaign_id == campaign.id)) or 0


def in_tab(identity: Identity, tab: Tab) -> ColumnElement[bool]:
    """SQL condition: the firm of the row is in a tab for whoever reads."""
    stage = CampaignFirm.stage
    if tab is Tab.TO_CONTACT:
        return _is_to_contact()
    if tab is Tab.PUT_OFF:
        away = and_(stage == FirmStage.PUT_OFF, CampaignFirm.back_on > current_day())
        return or_(stage == FirmStage.LEFT_OUT, away)
    if tab is Tab.SETTLED:
        return stage == FirmStage.SETTLED
    taken = stage == FirmStage.TAKEN
    mine = CampaignFirm.agent_id == identity.agent_id
    return and_(taken, mine) if tab is Tab.MINE else taken


def _is_to_contact() -> ColumnElement[bool]:
    is_back = and_(CampaignFirm.stage == FirmStage.PUT_OFF, CampaignFirm.back_on <= current_day())
    return or_(CampaignFirm.stage == FirmStage.TO_CONTACT, is_back)


def _within(campaign: ContactCampaign, department: str | None) -> list[ColumnElement[bool]]:
    there = [CampaignFirm.campaign_id == campaign.id]
    if department:
        there.append(CampaignFirm.departments.overlap([department]))
    return there


def _campaigns() -> Select[ContactCampaign]:
    return select(ContactCampaign).options(
        joinedload(ContactCampaign.network), joinedload(ContactCampaign.author)
    )


def _firms() -> Select[CampaignFirm]:
    return (
        select(CampaignFirm)
        .join(Company, Company.siren == CampaignFirm.siren)
        .outerjoin(FirmContact, FirmContact.id == CampaignFirm.contact_id)
        .options(
            contains_eager(CampaignFirm.company),
            contains_eager(CampaignFirm.contact).joinedload(FirmContact.agent),
        )
    )
