"""What the page of a need shows beside the need: its thread, why not to others, how often whom to call was shown."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.core.access.identity import Identity
from app.core.database.keyset import Page
from app.referrals.directory import queries as directory
from app.referrals.directory.models import Antenne, Competence, Expert
from app.referrals.directory.queries import ExpertFilter
from app.referrals.needs.models import (
    ContactReading,
    FirmNeed,
    NeedMessage,
    NeedRouting,
    SolicitationContact,
)

#: messages of a thread shown at once, the last ones
MOST_MESSAGES = 200


@dataclass(frozen=True, kw_only=True)
class Named:
    """An expert by name, and where they work."""

    name: str
    antenne: str
    institution: str


def list_messages(session: Session, _identity: Identity, need_id: int) -> Sequence[NeedMessage]:
    """Return the thread of a need, the oldest first."""
    latest = (
        select(NeedMessage)
        .where(NeedMessage.need_id == need_id)
        .options(joinedload(NeedMessage.author))
        .order_by(NeedMessage.id.desc())
        .limit(MOST_MESSAGES)
    )
    return list(reversed(session.scalars(latest).all()))


def list_routings(session: Session, _identity: Identity, need_id: int) -> Sequence[NeedRouting]:
    """Return each time a need was put to somebody, and why not to others, the oldest first."""
    put = select(NeedRouting).where(NeedRouting.need_id == need_id)
    return session.scalars(put.order_by(NeedRouting.id)).all()


def names_of(session: Session, _identity: Identity, numbers: Collection[int]) -> Mapping[int, Named]:  # fmt: skip
    """Return some experts by name, archived ones too."""
    if not numbers:
        return {}
    known = select(Expert).where(Expert.id.in_(numbers))
    experts = session.scalars(known.options(joinedload(Expert.antenne).joinedload(Antenne.institution)))  # fmt: skip
    return {
        each.id: Named(
            name=each.name, antenne=each.antenne.name, institution=each.antenne.institution.name
        )
        for each in experts
    }


def services_of(session: Session, _identity: Identity, need: FirmNeed) -> Mapping[int, str]:
    """Return the service that each expert of a need renders for its subject, the last that they said."""
    asked = (Competence.subject_id == need.subject_id, Competence.expert_id.in_([each.expert_id for each in need.referrals]))  # fmt: skip
    rows = session.execute(select(Competence.expert_id, Competence.service).where(*asked).order_by(Competence.id))  # fmt: skip
    return {row.expert_id: row.service for row in rows}


def has_contact(session: Session, _identity: Identity, solicitation_id: int) -> bool:
    """Whether whoever asks may be shown whom to call."""
    shown = select(SolicitationContact.solicitation_id)
    return session.scalar(shown.where(SolicitationContact.solicitation_id == solicitation_id)) is not None  # fmt: skip


def count_readings(session: Session, _identity: Identity, solicitation_id: int) -> int:
    """Return how many times whom to call was shown: to anybody for the team, to oneself for others."""
    read = select(func.count()).select_from(ContactReading)
    return session.scalar(read.where(ContactReading.solicitation_id == solicitation_id)) or 0


def page_of_choices(
    session: Session, identity: Identity, need: FirmNeed, *, words: str, cursor: str | None
) -> Page[Expert]:  # fmt: skip
    """Return the experts of the subject of a need, by name."""
    wanted = ExpertFilter(text=words, subject_id=need.subject_id)
    return directory.page_of_experts(session, identity, wanted, cursor)
