"""Links of experts without an account, as their mailbox receives them."""

import re

from sqlalchemy import select

from app.messages.jobs import send_mail
from app.messages.models import Email
from app.referrals.links.models import ReferralLink
from app.referrals.links.queries import get_referral
from app.referrals.links.services import send
from app.referrals.needs.models import Referral
from tests.factories.needs import PutNeed, follow_need, put_need
from tests.factories.network import system
from tests.factories.people import World

ADDRESS = "dominique.fictif@exemple.invalid"
TOKEN = re.compile(r"/reponse/([A-Za-z0-9_-]{43})")


def plant_link(world: World) -> dict[str, object]:
    """A need that waits for Bob and for an expert without an account, and the secret of the link of the latter."""
    put = put_need(world)
    return {"link_secret": last_token(), **follow_need(world, put)}


def referral_of(put: PutNeed) -> int:
    """The referral of the expert without an account."""
    with system() as session:
        theirs = (Referral.need_id == put.need_id, Referral.expert_id == put.outside_expert_id)
        return session.scalars(select(Referral.id).where(*theirs)).one()


def last_token(address: str = ADDRESS) -> str:
    """The secret of the last link that waits to be sent to an address."""
    with system() as session:
        waiting = select(Email.body_text).where(Email.address == address, Email.body_text != "")
        body = session.scalars(waiting.order_by(Email.id.desc()).limit(1)).one()
    found = TOKEN.search(body)
    assert found
    return found[1]


def other_link(put: PutNeed) -> str:
    """Another link of the same referral; its secret."""
    number = referral_of(put)
    with system() as session:
        return send(session, get_referral(session, number))


def deliver(address: str = ADDRESS) -> list[int]:
    """Send what waits to be sent to an address; the numbers of those e-mails."""
    with system() as session:
        due = select(Email.id).where(Email.address == address, Email.due_at.is_not(None))
        numbers = list(session.scalars(due.order_by(Email.id)))
    for number in numbers:
        send_mail(email_id=number)
    return numbers


def links_of(referral_id: int) -> list[ReferralLink]:
    """The links of a referral, oldest first."""
    with system() as session:
        mine = select(ReferralLink).where(ReferralLink.referral_id == referral_id)
        rows = list(session.scalars(mine.order_by(ReferralLink.id)))
        session.expunge_all()
        return rows
