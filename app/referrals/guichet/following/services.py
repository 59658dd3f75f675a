"""Send the firm its link, renew it, take needs back in its name, keep what it says of the help it had."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core import journal, secret_links
from app.core.access.identity import Identity, system_identity
from app.core.database.locks import hold
from app.core.errors import DomainError
from app.core.front.addresses import address_of
from app.core.now import is_within, today, utcnow
from app.core.text.bounds import bounded
from app.messages import outbox
from app.messages.letters import Letter, Link, Part
from app.referrals.guichet.following import queries
from app.referrals.guichet.following.models import FollowUpLink, Help, Satisfaction
from app.referrals.needs import services as needs
from app.referrals.needs.models import Actor, FirmNeed, Solicitation
from app.referrals.needs.queries import hold_needs

SYSTEM = system_identity("Suivi d’une entreprise")
#: how long a link opens what it is about; another one is then one click away
LASTS = timedelta(days=180)
#: how long an opinion may be corrected
CORRECTED_FOR = timedelta(days=7)
#: neither the firm nor what it asks: whoever sees the inbox learns nothing
ARRIVED, RENEWED, ASKED = "Votre demande est bien arrivée", "Votre nouveau lien de suivi", "Votre avis sur l’aide reçue"  # fmt: skip
ACKNOWLEDGED = (
    "Votre demande est entre les mains des conseillers qui peuvent y répondre. Vous pouvez à tout moment voir où"
    " elle en est, savoir qui vous appellera, ou la retirer."
)
AGAIN = "Voici le lien que vous avez demandé. Les précédents n’ouvrent plus rien."
QUESTION = (
    "Il y a deux semaines, une demande que vous avez faite a pris fin. Cinq questions, une minute : votre avis dit ce"
    " qui marche et ce qui ne marche pas."
)
PERSONAL = (
    "Ce lien est personnel et vaut jusqu’au {:%d/%m/%Y} : ne le transmettez pas. Si vous n’êtes pas à l’origine de"
    " cette demande, retirez-la par ce lien."
)
NOT_ASKED = "Cette question n’est pas encore posée : elle le sera deux semaines après la fin de la demande."  # fmt: skip
TOO_LATE = "Votre avis est enregistré : il ne peut plus être corrigé une semaine après."
UNANSWERED = "Répondez à cette question."
NONE_LEFT = "Il n’y a plus rien à retirer : chaque besoin a pris fin."


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """What a firm answers to the five questions, as sent; `None`: left unanswered."""

    was_called: bool | None
    was_quick: bool | None
    helped: Help | None
    recommends: bool | None
    comment: str | None = ""


def acknowledge(session: Session, solicitation: Solicitation) -> None:
    """Send the firm the link of its request, when it gave an address. For the system."""
    _send(session, solicitation.id, subject=ARRIVED, text=ACKNOWLEDGED)
    _record(session, solicitation)


def renew(session: Session, link: FollowUpLink) -> None:
    """Revoke every link of the request and send another one, to the address that the request gave. For the system."""
    # Asked twice at once, the second revokes what the first sent: one link opens the request.
    solicitation = session.get_one(Solicitation, link.solicitation_id, with_for_update=True)
    revoke(session, solicitation)
    _send(session, solicitation.id, subject=RENEWED, text=AGAIN)
    _record(session, solicitation)


def revoke(session: Session, solicitation: Solicitation) -> None:
    """Have no link open a request any more. For the system."""
    mine = (FollowUpLink.solicitation_id == solicitation.id, FollowUpLink.revoked_at.is_(None))
    session.execute(update(FollowUpLink).where(*mine).values(revoked_at=utcnow()))


def withdraw(session: Session, wanted: Sequence[FirmNeed], *, reason: str | None) -> int:
    """Take needs back in the name of the firm, those that are still open; return how many. Raise `DomainError`. For the system."""
    # Locked before it is looked at: what an expert ends in the same moment has ended.
    held = hold_needs(session, [need.id for need in wanted])
    still = [need for need in held if need.state.is_open]
    if not still:
        raise DomainError(NONE_LEFT)
    needs.withdraw(session, SYSTEM, still, reason=reason, actor=Actor.FIRM)
    return len(still)


def ask_due(session: Session) -> int:
    """Ask the firms whose needs ended two weeks ago whether it helped, in one e-mail each; return how many. For the system."""
    due = queries.needs_to_ask(session)
    asked = 0
    for number, group in groupby(due, key=lambda need: need.solicitation_id):
        session.add_all(Satisfaction(need_id=need.id, asked_at=utcnow()) for need in group)
        session.flush()
        _send(session, number, subject=ASKED, text=QUESTION)
        _record(session, session.get_one(Solicitation, number))
        asked += 1
    return asked


def say(session: Session, need: FirmNeed, said: Opinion) -> Satisfaction:
    """Keep what a firm says of a need, or what it corrects within a week; raise `DomainError`. For the system."""
    opinion = session.scalar(select(Satisfaction).where(Satisfaction.need_id == need.id))
    if opinion is None:
        raise DomainError(NOT_ASKED)
    hold(session, opinion)
    if opinion.answered_at is not None and not is_within(opinion.answered_at, CORRECTED_FOR):
        raise DomainError(TOO_LATE)
    for name in ("was_called", "was_quick", "helped", "recommends"):
        if getattr(said, name) is None:
            raise DomainError(UNANSWERED, field=name)
    opinion.comment = bounded(said.comment, field="comment")
    opinion.was_called, opinion.was_quick = said.was_called, said.was_quick
    opinion.helped, opinion.recommends = said.helped, said.recommends
    opinion.answered_at, opinion.changed_at = opinion.answered_at or utcnow(), utcnow()
    session.flush()
    journal.record(session, SYSTEM, journal.Event.SATISFACTION_SAID, need=need.id)
    return opinion


def _send(session: Session, number: int, *, subject: str, text: str) -> None:
    address = queries.find_email(session, number)
    if not address:
        return
    secret = secret_links.draw()
    link = FollowUpLink(
        solicitation_id=number,
        digest=secret_links.digest_of(secret),
        created_at=utcnow(),
        expires_on=today() + LASTS,
    )
    session.add(link)
    session.flush()
    letter = Letter(
        subject=subject,
        parts=[Part(text=text)],
        action=Link(
            label="Suivre ma demande", url=address_of("guichet_follow_up.show", follow_up=secret)
        ),
        closing=PERSONAL.format(link.expires_on),
    )
    outbox.post_to(session, address=address, key=f"follow_up:{number}:{link.id}", letter=letter)


def _record(session: Session, solicitation: Solicitation, identity: Identity = SYSTEM) -> None:
    journal.record(
        session, identity, journal.Event.FOLLOW_UP_SENT, siren=solicitation.siren, solicitation=solicitation.id
    )  # fmt: skip
