"""What is to be checked, oldest first, and what was checked lately. Row-level security leaves it to the team."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core.access.identity import Identity
from app.core.database.keyset import Slice, slice_of
from app.core.errors import NotFoundError
from app.core.now import utcnow
from app.referrals.needs.models import CheckVerdict, FirmNeed, Solicitation, SolicitationContact
from app.referrals.quality.models import UNDONE_WITHIN, SolicitationDecision


@dataclass(frozen=True, kw_only=True)
class ToCheck:
    """A solicitation that the team opens: they read no firm, and what opens one is journaled as a reading of the firm."""

    asked: Solicitation


#: solicitations of a page: as many as one act accepts at once
AT_ONCE = 20
_NEEDS = selectinload(Solicitation.needs).joinedload(FirmNeed.subject)


def get_solicitation(session: Session, _identity: Identity, solicitation_id: int) -> Solicitation:
    """Return a solicitation with its needs; raise `NotFoundError`."""
    found = session.scalar(
        select(Solicitation).where(Solicitation.id == solicitation_id).options(_NEEDS)
    )
    if found is None:
        raise NotFoundError
    return found


def get_to_check(session: Session, identity: Identity, solicitation_id: int) -> ToCheck:
    """Return a solicitation as the team opens it; raise `NotFoundError`."""
    return ToCheck(asked=get_solicitation(session, identity, solicitation_id))


def get_decision(session: Session, _identity: Identity, decision_id: int) -> SolicitationDecision:
    """Return a verdict with its solicitation; raise `NotFoundError`, once it was undone too."""
    found = session.scalar(
        select(SolicitationDecision)
        .where(SolicitationDecision.id == decision_id, SolicitationDecision.undone_at.is_(None))
        .options(joinedload(SolicitationDecision.solicitation).options(_NEEDS))
    )
    if found is None:
        raise NotFoundError
    return found


def find_current(session: Session, solicitation_id: int) -> SolicitationDecision | None:
    """Return the verdict on a solicitation that was not undone."""
    return session.scalar(
        select(SolicitationDecision)
        .where(
            SolicitationDecision.solicitation_id == solicitation_id,
            SolicitationDecision.undone_at.is_(None),
        )
        .options(joinedload(SolicitationDecision.author))
    )


def slice_to_check(
    session: Session, _identity: Identity, cursor: str | None
) -> Slice[Solicitation]:
    """Return what nobody checked yet, oldest first."""
    waiting = (
        select(Solicitation).where(Solicitation.verdict == CheckVerdict.TO_CHECK).options(_NEEDS)
    )
    return slice_of(session, waiting, key=[Solicitation.id], cursor=cursor, size=AT_ONCE).scalars()


def list_lately(session: Session, _identity: Identity) -> Sequence[SolicitationDecision]:
    """Return the verdicts that may still be undone, the latest first."""
    lately = (
        select(SolicitationDecision)
        .where(
            SolicitationDecision.undone_at.is_(None),
            SolicitationDecision.letter_at.is_(None),
            SolicitationDecision.decided_at > utcnow() - UNDONE_WITHIN,
        )
        .options(
            joinedload(SolicitationDecision.solicitation), joinedload(SolicitationDecision.author)
        )
        .order_by(SolicitationDecision.id.desc())
        .limit(AT_ONCE)
    )
    return session.scalars(lately).all()


def hold(session: Session, numbers: Sequence[int]) -> Sequence[Solicitation]:
    """Return solicitations, locked in the order of their numbers. For the system."""
    held = (
        select(Solicitation)
        .where(Solicitation.id.in_(numbers))
        .order_by(Solicitation.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalars(held).all()


def list_needs(session: Session, solicitation_id: int) -> Sequence[FirmNeed]:
    """Return the needs of a solicitation."""
    needs = select(FirmNeed).where(FirmNeed.solicitation_id == solicitation_id)
    return session.scalars(
        needs.options(joinedload(FirmNeed.solicitation)).order_by(FirmNeed.id)
    ).all()


def has_address(session: Session, _identity: Identity, solicitation_id: int) -> bool:
    """Whether the asker may be written to."""
    contact = session.get(SolicitationContact, solicitation_id)
    return contact is not None and bool(contact.email)


def list_letters_due(session: Session) -> Sequence[int]:
    """Return the verdicts whose letter may leave: they can no longer be undone. For the system."""
    due = (
        select(SolicitationDecision.id)
        .join(SolicitationContact, SolicitationContact.solicitation_id == SolicitationDecision.solicitation_id)
        .where(
            SolicitationDecision.letter.is_not(None),
            SolicitationDecision.undone_at.is_(None),
            SolicitationDecision.letter_at.is_(None),
            SolicitationDecision.decided_at <= utcnow() - UNDONE_WITHIN,
            SolicitationContact.email != "",
        )
    )  # fmt: skip
    return session.scalars(due.order_by(SolicitationDecision.id)).all()
