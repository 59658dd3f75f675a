"""E-mail: messages are written in the transaction that decides them, then sent once by the worker through SMTP."""

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from urllib.parse import urlsplit

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.now import utcnow
from config import Config


class Email(Base):
    """A message to one agent. Its subject never names a firm."""

    __tablename__ = "email"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    #: what makes it unique, so that a task run twice writes one message
    dedup_key: Mapped[str] = mapped_column(unique=True)
    subject: Mapped[str]
    body_text: Mapped[str]
    body_html: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    sent_at: Mapped[datetime | None]


def send(config: Config, email: Email, *, recipient: str) -> None:
    """Hand ``email`` to the SMTP server; errors are smtplib's and OSError, for the task to retry."""
    message = EmailMessage()
    message["From"] = config.mail_from
    message["To"] = recipient
    message["Subject"] = email.subject
    # The same at each attempt: a server that already took the message can recognise it.
    message["Message-ID"] = f"<vigie-{email.id}@{urlsplit(config.public_url).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{config.public_url}/compte/notifications>"
    message.set_content(email.body_text)
    message.add_alternative(email.body_html, subtype="html")
    with smtplib.SMTP(config.smtp_host, config.smtp_port, timeout=20) as server:
        if config.smtp_starttls:
            server.starttls(context=ssl.create_default_context())
        if config.smtp_user:
            server.login(config.smtp_user, config.smtp_password or "")
        server.send_message(message)
