"""Handing an e-mail to the SMTP server, and what its refusals mean."""

import contextlib
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import urlsplit

from app.core.front.addresses import address_of
from app.messages.models import Email
from config import Config

#: seconds that one exchange with the server may last
TIMEOUT = 20
#: the class of the answers that say « never », of RFC 5321
NEVER = 5
#: the errors after which « never » is about this e-mail, and not about Vigie
FINAL = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)
#: what each error means: the first that is of its kind
TROUBLES: dict[type[Exception], str] = {
    smtplib.SMTPRecipientsRefused: "Le serveur refuse cette adresse",
    smtplib.SMTPDataError: "Le serveur refuse ce message",
    smtplib.SMTPAuthenticationError: "Le serveur refuse l’identifiant de Vigie",
    smtplib.SMTPSenderRefused: "Le serveur refuse l’expéditeur de Vigie",
    smtplib.SMTPResponseException: "Le serveur refuse la connexion",
    smtplib.SMTPServerDisconnected: "Le serveur a coupé la connexion",
    smtplib.SMTPNotSupportedError: "Le serveur ne connaît pas ce que les réglages de Vigie demandent",
    smtplib.SMTPException: "L’échange avec le serveur a échoué",
    TimeoutError: "Le serveur ne répond pas",
    ssl.SSLError: "La connexion chiffrée au serveur échoue",
    OSError: "Le serveur est injoignable",
}


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why an e-mail was not taken, in French, and whether trying again is useless."""

    told: str
    is_final: bool = False
    #: the server knows nobody there: whatever the e-mail says
    is_of_address: bool = False


def send(config: Config, email: Email, *, recipient: str) -> Refusal | None:
    """Hand ``email`` to the SMTP server; return why it was not taken, ``None`` when it was."""
    message = _message(config, email, recipient=recipient)
    try:
        with contextlib.closing(
            smtplib.SMTP(config.smtp_host, config.smtp_port, timeout=TIMEOUT)
        ) as server:
            if config.smtp_starttls:
                server.starttls(context=ssl.create_default_context())
            if config.smtp_user:
                server.login(config.smtp_user, config.smtp_password or "")
            server.send_message(message)
            # Taken: whatever happens while saying goodbye changes nothing.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()
    except (smtplib.SMTPException, OSError) as error:
        return _refusal(error)
    return None


def _message(config: Config, email: Email, *, recipient: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = config.mail_from
    message["To"] = recipient
    message["Subject"] = email.subject
    # The same at each attempt: a server that already accepted the message can recognise it.
    message["Message-ID"] = f"<vigie-{email.id}@{urlsplit(config.public_url).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    # Without an account, there is nothing to set: such an e-mail answers what was asked of its reader.
    if email.one_click_url or email.agent_id:
        stop = email.one_click_url or address_of("notifications.settings")
        message["List-Unsubscribe"] = f"<{stop}>"
    if email.one_click_url:
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(email.body_text)
    message.add_alternative(email.body_html, subtype="html")
    return message


def _refusal(error: smtplib.SMTPException | OSError) -> Refusal:
    """What an error means. Refusing the sender or the credentials is a setting to mend, not the end of every e-mail."""
    told = next(told for kind, told in TROUBLES.items() if isinstance(error, kind))
    code = _code_of(error)
    if code is None:
        return Refusal(told=f"{told}.")
    is_final = isinstance(error, FINAL) and code // 100 == NEVER
    is_of_address = is_final and isinstance(error, smtplib.SMTPRecipientsRefused)
    return Refusal(told=f"{told} (réponse {code}).", is_final=is_final, is_of_address=is_of_address)


def _code_of(error: smtplib.SMTPException | OSError) -> int | None:
    """What the server answered, if it did."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max(code for code, _ in error.recipients.values())
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else None
