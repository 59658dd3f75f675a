"""The letters that bear a link, what becomes of them once sent, and what is told of an address that does not work."""

from datetime import timedelta
from enum import Enum
from hashlib import sha256

from sqlalchemy import or_
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.accounts.queries import holders_of, list_awake
from app.core.access.identity import Role
from app.core.front.addresses import address_of, path_to
from app.core.now import PARIS
from app.messages import bell, outbox
from app.messages.letters import Letter, Link, Part
from app.messages.models import Email, Reason
from app.referrals.directory.queries import managing
from app.referrals.links import queries
from app.referrals.links.models import ReferralLink
from app.referrals.needs.models import Referral
from app.referrals.needs.telling import SUBJECT, WITHDRAWN

ONE_ANSWER = "Ce lien est pour vous : il permet de répondre à ce besoin, une fois, jusqu’au {}. Ne le transférez pas."
LATER = "Passé ce jour, la même page vous en envoie un nouveau."
TO_ANSWER = "Répondez d’ici au {answer_by} : un clic suffit pour dire que vous vous en occupez."
TO_REMIND = "Répondez d’ici au {answer_by} : sans réponse, il ira à quelqu’un d’autre."
TO_CLOSE = "Vous l’avez pris en charge : dites ce qu’il en est d’ici au {answer_by}."
NOTHING_LEFT = (
    "Sujet : {}. Ce besoin, que vous aviez pris en charge, a été retiré : il n’y a plus rien à y faire. Vos liens n’ouvrent"
    " plus rien."
)
TO_FOLLOW = (
    "Par ce lien, voyez qui appeler, écrivez à ceux qui suivent ce besoin et, une fois l’entreprise jointe, dites ce"
    " qu’il en est."
)
DEAD_ADDRESS = "L’adresse électronique d’un expert ne marche pas"
DEAD_TEXT = (
    "Un besoin lui est adressé et ne lui parvient pas. Corrigez son adresse dans l’annuaire : le lien lui est alors envoyé. "
    "Sinon, archivez sa fiche."
)


class Occasion(Enum):
    """Why a link is sent: the subject of its letter, and its first sentence."""

    FIRST = (SUBJECT, TO_ANSWER)
    TAKEN = ("Vous avez pris un besoin en charge", TO_FOLLOW)
    REMINDED = ("Rappel : un besoin d’entreprise attend votre réponse", TO_REMIND)
    TO_CLOSE = ("Rappel : un besoin pris en charge attend sa suite", TO_CLOSE)
    ASKED = ("Votre nouveau lien pour répondre à un besoin", "Vous avez demandé un nouveau lien.")
    MESSAGE = ("Un message sur un besoin d’entreprise", "Quelqu’un vous a écrit à ce sujet.")

    @property
    def subject(self) -> str:
        """The subject, which names neither the firm nor a person."""
        return self.value[0]

    def text(self, referral: Referral) -> str:
        """What the letter says first."""
        said = self.value[1].format(answer_by=f"{referral.answer_by:%d/%m/%Y}")
        return f"Sujet : {referral.need.subject.label}. {said}"


def letter_of(occasion: Occasion, referral: Referral, *, link: ReferralLink, secret: str) -> Letter:
    """Return a letter that bears a link: its subject and until when, neither the firm nor a person."""
    last_day = (link.expires_at.astimezone(PARIS) - timedelta(seconds=1)).date()
    return Letter(
        subject=occasion.subject,
        parts=[Part(text=occasion.text(referral)), Part(text=ONE_ANSWER.format(f"{last_day:%d/%m/%Y}"))],
        action=Link(label="Ouvrir le besoin", url=address_of("links.show", link_secret=secret)),
        closing=LATER,
    )  # fmt: skip


def letter_of_withdrawal(referral: Referral) -> Letter:
    """Return a letter that bears no link: nothing is left to do of what an expert had taken in charge."""
    return Letter(
        subject=WITHDRAWN, parts=[Part(text=NOTHING_LEFT.format(referral.need.subject.label))]
    )


def forget(session: Session, email: Email) -> None:
    """Empty an e-mail that bears a link once the server took it: from then on its secret is in the mailbox alone."""
    if email.sent_at is not None and queries.is_bearer(session, email.id):
        outbox.empty(session, [email.id])


def tell_refused(session: Session, email: Email) -> None:
    """Tell the managers of the antenne and the team, once an address, that an expert's address does not work."""
    link = queries.find_by_email(session, email.id)
    if link is None or not queries.is_of_present_address(link):
        return
    expert = link.referral.expert
    address = sha256(expert.email.encode()).hexdigest()[:16]
    told = or_(Agent.id.in_(managing(expert.antenne_id)), Agent.id.in_(holders_of(Role.ORIENTEUR)))
    for agent_id in list_awake(session, told):
        key = f"expert:{expert.id}:address:{address}:{agent_id}"
        bell.announce(
            session, agent_id=agent_id, key=key, subject=DEAD_ADDRESS, reason=Reason.CONCERNED,
            path=path_to("directory_experts.show", expert_id=expert.id),
        )  # fmt: skip
        letter = Letter(
            subject=DEAD_ADDRESS,
            parts=[Part(text=DEAD_TEXT)],
            action=Link(label="Voir sa fiche", url=address_of("directory_experts.show", expert_id=expert.id)),
        )  # fmt: skip
        outbox.post(session, agent_id=agent_id, key=key, letter=letter)
