"""Lists of needs: by what whoever asks has to do with them. Row-level security leaves out the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.core.access.identity import Identity
from app.core.database.keyset import Page, bounded_count, page_of
from app.core.now import PARIS, after_day
from app.core.text.labelled import LabelledEnum
from app.referrals.directory.models import Antenne, AntenneManager, Expert
from app.referrals.needs.models import FirmNeed, NeedState, Referral, ReferralState, Solicitation

OVER = tuple(each for each in ReferralState if each not in (ReferralState.TO_TREAT, ReferralState.TAKEN))  # fmt: skip


class NeedTab(LabelledEnum):
    """Which needs, among those that somebody reads."""

    TO_TREAT = "a_traiter", "À traiter"
    TAKEN = "prises_en_charge", "Prises en charge"
    OVER = "terminees", "Terminées"
    SENT = "envoyees", "Envoyées par moi"
    ANTENNES = "antennes", "De mes antennes"
    NOBODY = "sans_expert", "Sans expert"
    EVERY = "toutes", "Toutes"

    @property
    def states(self) -> Sequence[ReferralState]:
        """What whoever asks made of them, when it is they who answer."""
        return _STATES.get(self, ())


_STATES: dict[NeedTab, Sequence[ReferralState]] = {
    NeedTab.TO_TREAT: (ReferralState.TO_TREAT,),
    NeedTab.TAKEN: (ReferralState.TAKEN,),
    NeedTab.OVER: OVER,
}
#: what somebody who answers, or keeps an antenne, sees
OF_AGENTS = (NeedTab.TO_TREAT, NeedTab.TAKEN, NeedTab.OVER, NeedTab.SENT, NeedTab.ANTENNES)
#: what the team sees
OF_TEAM = (NeedTab.NOBODY, NeedTab.EVERY)


@dataclass(frozen=True, kw_only=True)
class NeedFilter:
    """The filters of a list of needs; an empty one filters nothing."""

    words: str = ""
    subject_id: int | None = None
    state: NeedState | None = None
    department: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class DirectoryPart:
    """What whoever asks is in the directory: an expert, somebody who keeps an antenne."""

    is_expert: bool
    keeps: bool


def part_of(session: Session, identity: Identity) -> DirectoryPart:
    """Return what whoever asks is in the directory."""
    row = session.execute(select(exists(_my_experts(identity)), exists(_kept(identity)))).one()
    return DirectoryPart(is_expert=row[0], keeps=row[1])


def page_of_referrals(
    session: Session, identity: Identity, tab: NeedTab, wanted: NeedFilter, cursor: str | None
) -> Page[Referral]:  # fmt: skip
    """Return what was put to whoever asks, or to their antennes: what is to be answered first, then the latest."""
    if tab is NeedTab.ANTENNES:
        mine: ColumnElement[bool] = Expert.antenne_id.in_(_kept(identity))
    else:
        mine = and_(Expert.agent_id == identity.agent_id, Referral.state.in_(tab.states))
    whole = (
        select(Referral)
        .join(Referral.expert)
        .join(Referral.need)
        .join(FirmNeed.solicitation)
        .where(mine, *_conditions(wanted))
        .options(
            contains_eager(Referral.expert).joinedload(Expert.antenne),
            contains_eager(Referral.need).contains_eager(FirmNeed.solicitation),
            contains_eager(Referral.need).joinedload(FirmNeed.subject),
        )
    )
    is_pressing = tab in (NeedTab.TO_TREAT, NeedTab.TAKEN)
    key: list[Any] = [Referral.answer_by, Referral.id] if is_pressing else [Referral.id.desc()]
    return page_of(session, whole, key=key, cursor=cursor).scalars()


def page_of_needs(
    session: Session, identity: Identity, tab: NeedTab, wanted: NeedFilter, cursor: str | None
) -> Page[FirmNeed]:  # fmt: skip
    """Return needs that whoever asks sent; for the team those of nobody, or all: what waits first, then the latest."""
    whole = (
        select(FirmNeed)
        .join(FirmNeed.solicitation)
        .where(*_conditions(wanted))
        .options(contains_eager(FirmNeed.solicitation), joinedload(FirmNeed.subject))
    )
    if tab is NeedTab.SENT:
        whole = whole.where(Solicitation.author_id == identity.agent_id)
    elif tab is NeedTab.NOBODY:
        whole = whole.where(FirmNeed.state == NeedState.NOBODY)
    key: list[Any] = [FirmNeed.id] if tab is NeedTab.NOBODY else [FirmNeed.id.desc()]
    return page_of(session, whole, key=key, cursor=cursor).scalars()


def count_waiting(session: Session, identity: Identity, tab: NeedTab) -> int:
    """Return how many needs wait in a tab, as far as lists are counted."""
    if tab is NeedTab.NOBODY:
        return session.scalar(bounded_count(select(FirmNeed.id).where(FirmNeed.state == NeedState.NOBODY))) or 0  # fmt: skip
    return session.scalar(bounded_count(_mine(identity, tab).with_only_columns(Referral.id))) or 0  # fmt: skip


def find_most_pressing(session: Session, identity: Identity, tab: NeedTab) -> Referral | None:
    """Return what whoever asks has to do first."""
    first = _mine(identity, tab).order_by(Referral.answer_by, Referral.id).limit(1)
    return session.scalar(first.options(joinedload(Referral.need).joinedload(FirmNeed.subject)))


def find_first_of_nobody(session: Session, _identity: Identity) -> FirmNeed | None:
    """Return the need that has waited longest with nobody."""
    nobody = select(FirmNeed).where(FirmNeed.state == NeedState.NOBODY)
    oldest = nobody.order_by(FirmNeed.id).limit(1).options(joinedload(FirmNeed.subject))
    return session.scalar(oldest)


def _mine(identity: Identity, tab: NeedTab) -> Select[Referral]:
    mine = (Referral.expert_id.in_(_my_experts(identity)), Referral.state.in_(tab.states))
    return select(Referral).where(*mine)


def _my_experts(identity: Identity) -> Select[int]:
    return select(Expert.id).where(Expert.agent_id == identity.agent_id)


def _kept(identity: Identity) -> Select[int]:
    current = (AntenneManager.agent_id == identity.agent_id, AntenneManager.removed_at.is_(None))
    return select(AntenneManager.antenne_id).join(Antenne).where(*current)


def _conditions(wanted: NeedFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for word in wanted.words.lower().split():
        places = (Solicitation.firm_name, Solicitation.siren, Solicitation.message)
        conditions.append(or_(*(func.lower(each).contains(word, autoescape=True) for each in places)))  # fmt: skip
    if wanted.subject_id is not None:
        conditions.append(FirmNeed.subject_id == wanted.subject_id)
    if wanted.state is not None:
        conditions.append(FirmNeed.state == wanted.state)
    if wanted.department:
        conditions.append(Solicitation.department == wanted.department)
    if wanted.since is not None:
        conditions.append(FirmNeed.created_at >= _morning(wanted.since))
    if wanted.until is not None:
        conditions.append(FirmNeed.created_at < after_day(wanted.until))
    return conditions


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS)
