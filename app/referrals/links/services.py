"""Send the links of experts without an account, send new ones, revoke those of what is over. For the system."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core import journal, secret_links
from app.core.access.identity import system_identity
from app.core.database.locks import take_turn
from app.core.now import PARIS, today, utcnow
from app.messages import outbox
from app.referrals.links import mailing, queries
from app.referrals.links.mailing import Occasion
from app.referrals.links.models import ReferralLink
from app.referrals.needs import telling
from app.referrals.needs.models import FirmNeed, NeedMessage, Referral, ReferralState

SYSTEM = system_identity("Liens des experts")
#: a link lasts until the day of the answer, not less than a week nor more than three
SHORTEST, LONGEST = timedelta(days=7), timedelta(days=21)
#: those who ask for a new link of a referral, one after the other
TURNS = 7_146_192
#: a new link is asked for once in a while, and so many times a day
PAUSE, MOST_A_DAY = timedelta(minutes=10), 5
A_DAY = timedelta(days=1)


def send(session: Session, referral: Referral, occasion: Occasion = Occasion.FIRST) -> str:
    """Send the expert of a referral a link; return its secret, which is kept in the e-mail alone, until the server took it."""
    secret = secret_links.draw()
    link = ReferralLink(
        referral_id=referral.id, digest=secret_links.digest_of(secret), sent_at=utcnow(),
        expires_at=end_of(referral.answer_by),
    )  # fmt: skip
    email_id = outbox.post_to(
        session, address=referral.expert.email, key=f"referral_link:{link.digest.hex()}",
        letter=mailing.letter_of(occasion, referral, link=link, secret=secret),
    )  # fmt: skip
    if email_id is None:
        raise RuntimeError("two secrets are alike")
    link.email_id = email_id
    session.add(link)
    session.flush()
    journal.record(
        session, SYSTEM, journal.Event.NEED_LINK_SENT, siren=referral.need.solicitation.siren, need=referral.need_id,
        referral=referral.id, occasion=occasion.name.lower(),
    )  # fmt: skip
    return secret


def send_first(session: Session, referral: Referral) -> None:
    """Tell an expert without an account that a need is put to them."""
    send(session, referral)


def remind(session: Session, referral: Referral) -> None:
    """Remind an expert without an account of what waits for their answer, by a new link."""
    is_taken = referral.state is ReferralState.TAKEN
    send(session, referral, Occasion.TO_CLOSE if is_taken else Occasion.REMINDED)


def tell_withdrawn(session: Session, referral: Referral) -> None:
    """Tell an expert who had taken a need in charge that it was taken back: others read it when they open their link."""
    if referral.taken_at is not None:
        outbox.post_to(
            session, address=referral.expert.email, key=f"referral:{referral.id}:withdrawn",
            letter=mailing.letter_of_withdrawal(referral),
        )  # fmt: skip


def tell_of_message(session: Session, referral: Referral, _message: NeedMessage) -> None:
    """Tell an expert who took a need in charge that somebody wrote to those who follow it."""
    if referral.state is ReferralState.TAKEN:
        send(session, referral, Occasion.MESSAGE)


def renew(session: Session, digest: bytes) -> None:
    """Send a new link instead of one, to the address that the directory gives now, if something is left to do and it is not too soon."""
    former = queries.find_by_digest(session, digest)
    if former is None or queries.is_over(former.referral):
        return
    referral = former.referral
    if referral.expert.agent_id is not None:
        telling.tell_expert(session, referral)
        return
    take_turn(session, TURNS, referral.id)
    is_soon = queries.count_since(session, referral.id, PAUSE) > 0
    if not is_soon and queries.count_since(session, referral.id, A_DAY) < MOST_A_DAY:
        send(session, referral, Occasion.ASKED)


def spend(session: Session, referral_id: int) -> None:
    """Let no link of a referral serve any more: somebody answered by one of them."""
    mine = (ReferralLink.referral_id == referral_id, ReferralLink.spent_at.is_(None))
    _close(session, *mine, spent_at=utcnow())


def follow(session: Session, need: FirmNeed) -> None:
    """Revoke the links of what is over, each time a need changes."""
    over = [referral.id for referral in need.referrals if queries.is_over(referral)]
    if over:
        _close(
            session, ReferralLink.referral_id.in_(over), ReferralLink.revoked_at.is_(None), revoked_at=utcnow()
        )  # fmt: skip


def sweep(session: Session) -> None:
    """Revoke the links of experts who left the directory, and empty the e-mails that bear a link which opens nothing."""
    _close(session, ReferralLink.id.in_(queries.list_over(session)), revoked_at=utcnow())
    outbox.empty(session, queries.list_useless_emails(session, utcnow()))


def send_owed(session: Session, referral_id: int) -> None:
    """Send its link to an expert who has none at the address that the directory gives: it was corrected, or they had an account."""
    send(session, queries.get_referral(session, referral_id))


def end_of(answer_by: date) -> datetime:
    """Return when a link ends: with the day of the answer, within bounds."""
    last_day = min(max(answer_by, today() + SHORTEST), today() + LONGEST)
    return datetime.combine(last_day + timedelta(days=1), time.min, PARIS)


def _close(session: Session, *which: object, **moments: datetime) -> None:
    closed = update(ReferralLink).where(*which).values(**moments)  # type: ignore[arg-type]
    numbers = session.scalars(closed.returning(ReferralLink.email_id)).all()
    if numbers:
        outbox.empty(session, numbers)
