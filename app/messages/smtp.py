"""Handing an e-mail to the SMTP server."""

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import urlsplit

from app.core.front.addresses import address_of
from app.messages.models import Email
from config import Config


def send(config: Config, email: Email, *, recipient: str) -> None:
    """Hand ``email`` to the SMTP server. Raise `smtplib.SMTPException` or `OSError`, on which the task is retried."""
    message = EmailMessage()
    message["From"] = config.mail_from
    message["To"] = recipient
    message["Subject"] = email.subject
    # The same at each attempt: a server that already accepted the message can recognise it.
    message["Message-ID"] = f"<vigie-{email.id}@{urlsplit(config.public_url).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{address_of('notifications.settings')}>"
    message.set_content(email.body_text)
    message.add_alternative(email.body_html, subtype="html")
    with smtplib.SMTP(config.smtp_host, config.smtp_port, timeout=20) as server:
        if config.smtp_starttls:
            server.starttls(context=ssl.create_default_context())
        if config.smtp_user:
            server.login(config.smtp_user, config.smtp_password or "")
        server.send_message(message)
