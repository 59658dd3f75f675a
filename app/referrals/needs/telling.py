"""Who is told what of a need. Sentences that name neither the firm nor a person: whoever signs in, or opens their link, reads the rest."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from app.core.front.addresses import address_of, path_to
from app.core.slots import Slot
from app.messages import bell, outbox
from app.messages.letters import Letter, Link, Part
from app.messages.models import Reason
from app.referrals.needs.models import FirmNeed, NeedMessage, Origin, Referral

#: an endpoint, and the values of its address
Page = tuple[str, dict[str, int]]
SUBJECT = "Un besoin d’entreprise vous est adressé"
ANSWERED = "Un expert a répondu à un besoin que vous avez transmis"
MESSAGE = "Un message sur un besoin d’entreprise"
WITHDRAWN = "Un besoin d’entreprise a été retiré"

#: how an expert without an account is reached, by whoever keeps their links
write_outside: Slot[Callable[[Session, Referral], None]] = Slot("reaching experts without account")
#: how they are told that somebody wrote in the thread of a need
message_outside: Slot[Callable[[Session, Referral, NeedMessage], None]] = Slot(
    "telling experts without account of a message"
)
#: how those who had taken it in charge are told that it was taken back
withdrawn_outside: Slot[Callable[[Session, Referral], None]] = Slot(
    "telling experts without account of what is taken back"
)
#: how an expert without an account is reminded, by the same
remind_outside: Slot[Callable[[Session, Referral], None]] = Slot(
    "reminding experts without account"
)
#: the page where somebody reads a need who opens no other of Vigie; `None` for the others
own_pages: Slot[Callable[[FirmNeed, int], Page | None]] = Slot("own pages of a need")
#: what follows when a need changes: for the accompagnement it was sent from, for the firm
heard: Slot[Callable[[Session, FirmNeed], None]] = Slot("what follows a change of a need")


def tell_expert(session: Session, referral: Referral) -> None:
    """Tell an expert that a need is put to them, once each time it is: the bell and an e-mail, or a link. For the system."""
    if referral.expert.agent_id is None:
        for write in write_outside:
            write(session, referral)
        return
    tell_agent(
        session, referral.expert.agent_id, referral.need, key=f"referral:{referral.id}:sent:{referral.version}", subject=SUBJECT,
        text=f"Sujet : {referral.need.subject.label}. Répondez en un clic d’ici au {referral.answer_by:%d/%m/%Y}.",
    )  # fmt: skip


def tell_of_answer(session: Session, referral: Referral) -> None:
    """Tell whoever sent a need what an expert answers: each answer, by its version; of an accompagnement, `heard` tells its référents.

    For the system.
    """
    asked = referral.need.solicitation
    author_id = asked.author_id
    if author_id is not None and asked.case_id is None:
        tell_agent(
            session, author_id, referral.need, key=f"referral:{referral.id}:answered:{referral.version}",
            subject=ANSWERED, text=f"Sa réponse : {referral.state.label}.",
        )  # fmt: skip


def tell_of_message(session: Session, need: FirmNeed, message: NeedMessage) -> None:
    """Tell the others who read a need that somebody wrote in its thread. For the system."""
    concerned = {each.expert.agent_id for each in need.referrals if each.is_open}
    author = (
        {need.solicitation.author_id} if need.solicitation.origin is not Origin.ADVISER else set()
    )
    people = (concerned | author) - {message.author_id}
    for agent_id in sorted(person for person in people if person is not None):
        tell_agent(
            session, agent_id, need, key=f"need_message:{message.id}:{agent_id}", subject=MESSAGE,
            text=f"Sujet : {need.subject.label}.",
        )  # fmt: skip
    outside = [each for each in need.referrals if each.is_open and each.expert.agent_id is None]
    for referral in outside:
        if referral.id != message.referral_id:
            for write in message_outside:
                write(session, referral, message)


def tell_withdrawn(session: Session, referral: Referral) -> None:
    """Tell an expert who had to answer that a need was taken back. For the system."""
    if referral.expert.agent_id is None:
        for write in withdrawn_outside:
            write(session, referral)
        return
    tell_agent(
        session, referral.expert.agent_id, referral.need, key=f"referral:{referral.id}:withdrawn:{referral.version}",
        subject=WITHDRAWN, text=f"Sujet : {referral.need.subject.label}. Vous n’avez plus rien à faire.",
    )  # fmt: skip


def tell_agent(
    session: Session, agent_id: int, need: FirmNeed, *, key: str, subject: str, text: str
) -> None:
    """Tell somebody with an account something of a need, once per ``key``: the bell and an e-mail. For the system."""
    endpoint, values = _page_of(need, agent_id)
    bell.announce(
        session, agent_id=agent_id, key=key, subject=subject, path=path_to(endpoint, **values),
        reason=Reason.CONCERNED,
    )  # fmt: skip
    letter = Letter(
        subject=subject,
        parts=[Part(text=text)],
        action=Link(label="Voir le besoin", url=address_of(endpoint, **values)),
    )
    outbox.post(session, agent_id=agent_id, key=key, letter=letter)


def _page_of(need: FirmNeed, agent_id: int) -> Page:
    """Where somebody reads a need: the page of needs, unless a door has one of its own for them."""
    own = (page for find in own_pages for page in (find(need, agent_id),) if page is not None)
    return next(own, ("needs.show", {"need_id": need.id}))
