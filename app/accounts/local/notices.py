"""E-mails to an agent about changes to how they sign in."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.front.addresses import address_of
from app.core.now import utcnow
from app.core.text.french import datetime_fr
from app.core.text.labelled import LabelledEnum
from app.core.work.jobs import defer
from app.core.work.tasks import Task
from app.messages.letters import Letter, Link, Part
from app.messages.outbox import post

NOT_ME = "Si ce n’est pas vous, prévenez tout de suite l’administrateur de Vigie."


class Notice(LabelledEnum):
    """What an agent is notified of by e-mail; the label is the subject."""

    ACCOUNT_LOCKED = "account_locked", "Votre compte Vigie est bloqué pour une heure"
    CODES_RENEWED = "codes_renewed", "Vos codes de secours Vigie ont été remplacés"
    FACTOR_LOCKED = "factor_locked", "Votre second facteur Vigie est bloqué pour une heure"
    PASSKEY_ADDED = "passkey_added", "Une clé d’accès a été ajoutée à votre compte Vigie"
    PASSKEY_REMOVED = "passkey_removed", "Une clé d’accès a été retirée de votre compte Vigie"
    PASSPHRASE_CHANGED = "passphrase_changed", "Votre phrase de passe Vigie a été changée"
    RECOVERY_USED = "recovery_used", "Un code de secours a ouvert votre compte Vigie"
    TOKEN_MADE = "token_made", "Un jeton qui lit Vigie en votre nom a été créé"
    TOTP_CHANGED = "totp_changed", "L’application d’authentification de votre compte Vigie a changé"
    TOTP_REMOVED = "totp_removed", "Votre compte Vigie n’a plus d’application d’authentification"


#: a sentence to add to the subject, where there is one
DETAILS = {
    Notice.ACCOUNT_LOCKED: "Dix phrases de passe fausses de suite ont été essayées. Le compte s’ouvrira de nouveau dans une heure ; "
    "un administrateur peut le débloquer avant.",
    Notice.FACTOR_LOCKED: "Dix codes faux de suite ont été essayés, après la bonne phrase de passe. Si ce n’est pas vous, quelqu’un "
    "la connaît : changez-la dès que possible.",
    Notice.PASSPHRASE_CHANGED: "Vos autres sessions ont été fermées.",
    Notice.TOKEN_MADE: "Un outil peut lire vos accompagnements avec ce jeton. Vous pouvez le révoquer à tout moment dans « Mon compte ».",
    Notice.RECOVERY_USED: "Ce code ne servira plus. Il vous en reste : voyez « Mon compte », et remplacez-les s’ils manquent.",
}


def notify(session: Session, agent_id: int, notice: Notice) -> None:
    """Queue, in the transaction of ``session``, an e-mail that notifies the agent."""
    moment = utcnow().isoformat()
    defer(session, Task.ACCOUNTS_NOTICE, agent_id=agent_id, notice=notice.value, moment=moment)


def write(session: Session, agent_id: int, notice: Notice, *, moment: datetime) -> None:
    """Write the e-mail of a notice, once, and queue it; ``session`` must act for the system."""
    key = f"{notice.value}:{agent_id}:{moment.isoformat()}"
    post(session, agent_id=agent_id, key=key, letter=_letter(notice, moment))


def _letter(notice: Notice, moment: datetime) -> Letter:
    sentences = (f"{notice.label}, le {datetime_fr(moment)}.", DETAILS.get(notice), NOT_ME)
    return Letter(
        subject=notice.label,
        parts=[Part(text=sentence) for sentence in sentences if sentence],
        action=Link(label="Votre compte", url=address_of("account.show")),
    )
