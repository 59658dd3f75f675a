"""E-mails and announcements: what Vigie says to one agent, deduplicated by a key; what is told, and why it is."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base, code_check, enum_column
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum


class NoticeKind(LabelledEnum):
    """What the bell tells of: of a firm, or announced."""

    MENTION = "mention", "Mention"
    DEADLINE = "echeance", "Échéance"
    COMMENT = "commentaire", "Commentaire"
    VISIT = "visite", "Contact ou visite"
    CASE = "accompagnement", "Accompagnement"
    ALERT = "alerte", "Alerte"
    UNLOCK = "deverrouillage", "Déverrouillage"
    LIST = "liste", "Nouvelle liste"
    FOLLOWED = "suivi", "Vue ou territoire suivi"
    OPENLAB = "openlab", "OpenLab"
    ANNOUNCEMENT = "annonce", "Annonce"


class Reason(LabelledEnum):
    """Why something is told to an agent, as they read it."""

    MENTIONED = "mentioned", "un texte vous cite"
    CONCERNED = "concerned", "vous y êtes nommé"
    MEMBER = "member", "vous participez à l’accompagnement de l’entreprise"
    FOLLOWED = "followed", "vous suivez l’entreprise"
    OVERSEES = "oversees", "vous êtes responsable de ce réseau"
    IN_ZONE = "in_zone", "l’entreprise est dans votre zone"
    SUBSCRIBED = "subscribed", "vous suivez cette vue ou ce territoire"
    COLLEAGUE = "colleague", "vous suivez les accompagnements d’une personne qui y participe"
    WATCHED = "watched", "vous êtes la personne suivie"
    READS_LISTS = "reads_lists", "vous travaillez sur des entreprises"
    OPENLAB = "openlab", "l’OpenLab vous est ouvert"
    DECIDES = "decides", "vous décidez de ces demandes"
    ASKED = "asked", "vous l’avez demandé"
    ACCOUNT = "account", "il s’agit de votre compte"
    MODELS = "models", "vous répondez des modèles de Vigie"
    ADMINISTERS = "administers", "vous administrez Vigie"


class Email(Base):
    """A message to one agent, or to an address without an account, to be sent, taken by the server or given up.

    Its subject never names a firm.
    """

    __tablename__ = "email"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    address: Mapped[str | None]
    #: unique, so that a task run twice writes one message
    dedup_key: Mapped[str] = mapped_column(unique=True)
    subject: Mapped[str]
    body_text: Mapped[str]
    body_html: Mapped[str]
    #: what stops it in one click, asked with a POST by whoever delivers it (RFC 8058)
    one_click_url: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    #: when to try next; nothing once it is taken or given up
    due_at: Mapped[datetime | None] = mapped_column(default=utcnow, server_default=func.now())
    #: when the server took it
    sent_at: Mapped[datetime | None]
    #: when Vigie stopped trying; somebody may ask to try again
    given_up_at: Mapped[datetime | None]
    #: the beginning of an attempt whose outcome is not known yet
    attempted_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    #: attempts whose outcome nobody will ever know: the process died in the middle
    interruptions: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    #: in French, why the last attempt failed
    trouble: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("num_nonnulls(agent_id, address) = 1", name="to_one"),
        CheckConstraint("num_nonnulls(due_at, sent_at, given_up_at) = 1", name="in_one_state"),
        CheckConstraint("attempted_at is null or due_at is not null", name="attempted_when_due"),
        Index("ix_email_agent_id_created_at", "agent_id", "created_at"),
        Index(
            "ix_email_to_blank",
            "created_at",
            "id",
            postgresql_where=text("body_text <> '' and due_at is null"),
        ),
        Index("ix_email_not_sent", "id", postgresql_where=text("sent_at is null")),
    )


class Announcement(Base):
    """A message of the bell that concerns no firm; it links to a page."""

    __tablename__ = "announcement"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    dedup_key: Mapped[str]
    kind: Mapped[NoticeKind] = enum_column(NoticeKind)
    reason: Mapped[Reason] = enum_column(Reason)
    subject: Mapped[str]
    path: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    read_at: Mapped[datetime | None]

    #: what an e-mail says of it, which names no firm; none: the bell alone tells it
    mail_text: Mapped[str | None]
    #: the subscription that it tells of, which an e-mail may stop
    subscription_id: Mapped[int | None] = mapped_column(
        ForeignKey("subscription.id", ondelete="SET NULL"), index=True
    )
    #: the digest that counts it, sent or not yet; none once that digest was given up
    email_id: Mapped[int | None] = mapped_column(ForeignKey("email.id"), index=True)
    #: when the server took that digest
    emailed_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("agent_id", "dedup_key"),
        code_check("kind", NoticeKind),
        code_check("reason", Reason),
        Index("ix_announcement_latest", "agent_id", "created_at", "id"),
        Index("ix_announcement_created_at", "created_at", "id"),
        Index("ix_announcement_kind", "agent_id", "kind", "created_at", "id"),
        Index(
            "ix_announcement_to_mail",
            "agent_id",
            "id",
            postgresql_where=text("mail_text is not null and email_id is null and read_at is null"),
        ),
    )
