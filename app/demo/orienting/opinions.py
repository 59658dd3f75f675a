"""What firms say of the help they had: asked two weeks after the end of a need, answered by one in three."""

import random
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.now import at, utcnow
from app.referrals.guichet.following import services as following
from app.referrals.guichet.following.models import Help, Satisfaction
from app.referrals.guichet.following.queries import DOORS, ENDED, NOT_ASKED
from app.referrals.guichet.following.services import Opinion
from app.referrals.needs.models import FirmNeed, NeedState

ASKED_AFTER = timedelta(days=14)
ANSWERED = 0.35
#: whether it helped, by how the need ended
HELPED = {
    NeedState.HELPED: (Help.YES, Help.YES, Help.YES, Help.PARTLY, Help.NO),
    NeedState.NO_HELP: (Help.PARTLY, Help.NO),
    NeedState.UNREACHABLE: (Help.NO,),
    NeedState.NOBODY: (Help.NO,),
}
COMMENTS = ("", "", "", "Rappelé le lendemain, merci.", "Trop long : j’ai trouvé ailleurs.")


def opinion_of(need: FirmNeed, *, until: datetime) -> Satisfaction | None:
    """Return what a firm was asked of a need that ended before a moment, and what it answered, if it was asked."""
    asked = need.solicitation
    ended = need.closed_at or asked.created_at
    is_asked = need.state in (*ENDED, NeedState.NOBODY) and asked.origin in DOORS and asked.verdict not in NOT_ASKED  # fmt: skip
    if not is_asked or ended + ASKED_AFTER > until:
        return None
    opinion = Satisfaction(asked_at=ended + ASKED_AFTER, comment="")
    draw = random.Random(f"{asked.siren}-{asked.created_at.isoformat()}")  # noqa: S311 - invented opinions
    said, moment = _said(draw, need), opinion.asked_at + timedelta(days=draw.uniform(0.1, 9))
    if said is not None and moment < until:
        opinion.was_called, opinion.was_quick = said.was_called, said.was_quick
        opinion.helped, opinion.recommends = said.helped, said.recommends
        opinion.comment, opinion.answered_at, opinion.changed_at = (
            said.comment or "",
            moment,
            moment,
        )
    return opinion


def ask(session: Session) -> int:
    """Ask, through the service and some days ago, the firms that nobody asked, and have some answer; return how many did."""
    with at(utcnow() - timedelta(days=4)):
        following.ask_due(session)
    unanswered = select(FirmNeed).join(Satisfaction, Satisfaction.need_id == FirmNeed.id)
    recent = Satisfaction.asked_at > utcnow() - timedelta(days=5)
    count = 0
    for need in session.scalars(unanswered.where(Satisfaction.answered_at.is_(None), recent)).all():
        said = _said(random.Random(need.id), need)  # noqa: S311 - invented opinions
        if said is not None:
            with at(utcnow() - timedelta(days=3)):
                following.say(session, need, said)
            count += 1
    return count


def _said(draw: random.Random, need: FirmNeed) -> Opinion | None:
    if draw.random() > ANSWERED:
        return None
    helped = draw.choice(HELPED[need.state])
    was_taken = need.taken_at is not None
    return Opinion(
        was_called=was_taken, was_quick=was_taken and draw.random() < 0.8, helped=helped,
        recommends=helped is Help.YES or draw.random() < 0.3, comment=draw.choice(COMMENTS),
    )  # fmt: skip
