"""An institution and who keeps its antennes; what was put to them. Read with the system's rights: no firm leaves with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity, Role
from app.core.database.tables import day_of
from app.core.errors import NotFoundError
from app.core.now import PARIS, after_day
from app.referrals.directory.models import (
    Antenne,
    AntenneManager,
    Expert,
    Institution,
    ReferralSubject,
)
from app.referrals.needs.models import (
    DeclineReason,
    FirmNeed,
    Referral,
    ReferralState,
    Solicitation,
)
from app.referrals.quality.figures.queries import SET_ASIDE


@dataclass(frozen=True, kw_only=True)
class KeptInstitution:
    """An institution, and the agents who keep one of its antennes."""

    id: int
    name: str
    manager_ids: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class SentReferral:
    """A need put to an antenne, without the firm."""

    referral_id: int
    siren: str
    antenne: str
    subject_id: int
    subject: str
    department: str
    state: ReferralState
    reason: DeclineReason | None
    sent_on: date
    taken_on: date | None
    closed_on: date | None


def get_kept(session: Session, _identity: Identity, institution_id: int) -> KeptInstitution:
    """Return an institution and who keeps its antennes; raise `NotFoundError`."""
    known = session.get(Institution, institution_id)
    if known is None:
        raise NotFoundError
    managers = (
        select(AntenneManager.agent_id)
        .join(Antenne, Antenne.id == AntenneManager.antenne_id)
        .where(Antenne.institution_id == institution_id, AntenneManager.removed_at.is_(None))
    )
    return KeptInstitution(
        id=known.id, name=known.name, manager_ids=frozenset(session.scalars(managers))
    )


def list_offered(session: Session, identity: Identity) -> Sequence[Any]:
    """Return the institutions whose file somebody may take out: all for the team, those whose antennes they keep for others."""
    whole = select(Institution.id, Institution.name).order_by(func.lower(Institution.name))
    if not identity.has_role(Role.ORIENTEUR):
        kept = select(Antenne.institution_id).join(
            AntenneManager, AntenneManager.antenne_id == Antenne.id
        )
        mine = (AntenneManager.agent_id == identity.agent_id, AntenneManager.removed_at.is_(None))
        whole = whole.where(Institution.id.in_(kept.where(*mine)))
    return session.execute(whole).all()


def list_sent(
    session: Session, kept: KeptInstitution, *, since: date, until: date
) -> Sequence[SentReferral]:
    """Return what was put to the antennes of an institution from a day to another, both included, in order."""
    first = datetime.combine(since, time.min, PARIS)
    after = after_day(until)
    sent = (
        select(
            Referral.id.label("referral_id"), Solicitation.siren, Antenne.name.label("antenne"), FirmNeed.subject_id,
            ReferralSubject.label.label("subject"), Solicitation.department, Referral.state, Referral.reason,
            day_of(Referral.sent_at).label("sent_on"), day_of(Referral.taken_at).label("taken_on"),
            day_of(Referral.closed_at).label("closed_on"),
        )
        .join(FirmNeed, FirmNeed.id == Referral.need_id)
        .join(Solicitation, Solicitation.id == FirmNeed.solicitation_id)
        .join(ReferralSubject, ReferralSubject.id == FirmNeed.subject_id)
        .join(Expert, Expert.id == Referral.expert_id)
        .join(Antenne, Antenne.id == Expert.antenne_id)
        .where(
            Antenne.institution_id == kept.id, Referral.sent_at >= first, Referral.sent_at < after,
            # As the figures of the page: what the team set aside is no need.
            Solicitation.verdict.not_in(SET_ASIDE),
        )
        .order_by(Referral.sent_at, Referral.id)
    )  # fmt: skip
    with reading_as_system(session, reason="Fichier d’une institution"):
        return [SentReferral(**row) for row in session.execute(sent).mappings()]
