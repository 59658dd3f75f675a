"""What links agents around a firm: follows, comments and their audience, the feed, notifications."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.core.database.tables import Base, Siren, code_check, enum_column
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum
from app.core.work.events import EventKind
from app.habilitations.models import Network
from app.messages.models import NoticeKind, Reason

#: kinds brought to everyone in the zone, followers or not
ZONE_KINDS = (EventKind.ALERTED, EventKind.SIGNAL_WRITTEN)
#: kinds brought to the agent that they name, and to nobody else
PERSONAL_KINDS = (
    EventKind.DEADLINE_ASSIGNED,
    EventKind.DEADLINE_DUE,
    EventKind.DEADLINE_SETTLED,
    EventKind.VISIT_SHARED,
)
#: SQL, as the indexes of the feed say it: whether an event is of these kinds…
IN_ZONE = f"kind in ({', '.join(repr(kind.value) for kind in ZONE_KINDS)})"
#: …and whether the firm is in one département, or in several
ONE_PLACE = "departments[2] is null"
SEVERAL_PLACES = "departments[2] is not null"


#: what an event is about, when it is a comment
COMMENT_SUBJECT = "comment"


class FollowLevel(LabelledEnum):
    """What a follower wants to be notified of."""

    ALL = "all", "Tout"
    MENTIONS = "mentions", "Mentions et échéances"
    NOTHING = "nothing", "Rien"


class Follow(Base):
    """An agent follows a firm."""

    __tablename__ = "follow"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    siren: Mapped[Siren] = mapped_column(ForeignKey("company.siren"), primary_key=True)
    level: Mapped[FollowLevel] = enum_column(FollowLevel)
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    __table_args__ = (
        code_check("level", FollowLevel),
        Index("ix_follow_siren", "siren"),
        Index("ix_follow_agent_id_created_at_siren", "agent_id", "created_at", "siren"),
    )


class ColleagueFollow(Base):
    """An agent follows what happens in the accompagnements of another, who knows it: all of it, or nothing for a while."""

    __tablename__ = "colleague_follow"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    followed_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True, index=True)
    level: Mapped[FollowLevel] = enum_column(FollowLevel)
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    agent: Mapped[Agent] = relationship(lazy="raise_on_sql", foreign_keys=agent_id)
    followed: Mapped[Agent] = relationship(lazy="raise_on_sql", foreign_keys=followed_id)

    __table_args__ = (
        CheckConstraint("level in ('all', 'nothing')", name="level_known"),
        CheckConstraint("agent_id <> followed_id", name="of_another"),
    )


class Comment(Base):
    """A text on a firm, read by its audience only."""

    __tablename__ = "comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    siren: Mapped[Siren] = mapped_column(ForeignKey("company.siren"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("support_case.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    #: the audience: its members read the text, CODEFI's only in the départements of the firm
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    departments: Mapped[list[str]]
    #: the comment that it answers, for the same audience, and the author of that one, who may expect it
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"))
    answered_agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    #: when its author let all the partners read it
    widened_at: Mapped[datetime | None]

    author: Mapped[Agent] = relationship(lazy="raise_on_sql", foreign_keys=author_id)
    answered_agent: Mapped[Agent | None] = relationship(
        lazy="raise_on_sql", foreign_keys=answered_agent_id
    )
    network: Mapped[Network] = relationship(lazy="raise_on_sql")
    versions: Mapped[list["CommentVersion"]] = relationship(
        lazy="raise_on_sql", order_by="CommentVersion.replaced_at"
    )

    attachments: Mapped[list["Attachment"]] = relationship(
        lazy="raise_on_sql",
        viewonly=True,
        primaryjoin="and_(Attachment.comment_id == Comment.id, Attachment.removed_at.is_(None))",
        order_by="Attachment.version.desc()",
    )

    __table_args__ = (
        CheckConstraint("char_length(body) between 1 and 10000", name="body_length"),
        CheckConstraint(
            "(answers_id is null) = (answered_agent_id is null)", name="answers_somebody"
        ),
        Index(
            "ix_comment_answered_agent_id_id",
            "answered_agent_id",
            "id",
            postgresql_where=text("answered_agent_id is not null"),
        ),
        Index("ix_comment_siren_created_at_id", "siren", "created_at", "id"),
        Index("ix_comment_alone", "created_at", "id", postgresql_where=text("case_id is null")),
        Index("ix_comment_case_id_created_at_id", "case_id", "created_at", "id"),
    )


class Attachment(Base):
    """A file joined to a comment or to the note of a visit: whoever reads the text reads it. Its bytes stand apart."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    siren: Mapped[Siren]
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit_note.visit_id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    #: 1 for the first file of a text; the next ones replace it, and it stays
    version: Mapped[int]
    name: Mapped[str]
    kind: Mapped[str]
    #: bytes
    size: Mapped[int]
    sha256: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    #: when its author took it off: nobody else reads it any more
    removed_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("num_nonnulls(comment_id, visit_id) = 1", name="of_one_text"),
        CheckConstraint("version >= 1", name="version_counted"),
        CheckConstraint("size > 0", name="size_counted"),
        Index(
            "uq_attachment_comment_id_version",
            "comment_id",
            "version",
            unique=True,
            postgresql_where=text("comment_id is not null"),
        ),
        Index(
            "uq_attachment_visit_id_version",
            "visit_id",
            "version",
            unique=True,
            postgresql_where=text("visit_id is not null"),
        ),
    )


class AttachmentContent(Base):
    """The bytes of a file, read by whoever reads the file."""

    __tablename__ = "attachment_content"

    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), primary_key=True)
    content: Mapped[bytes]


class CommentVersion(Base):
    """The text of a comment before an edit."""

    __tablename__ = "comment_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), index=True)
    body: Mapped[str]
    replaced_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())


class CommentMention(Base):
    """An agent whom a comment names, and who may read it."""

    __tablename__ = "comment_mention"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)


class FeedEvent(Base):
    """Something that happened around a firm, for the timeline and the feeds of those who may read it."""

    __tablename__ = "feed_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    siren: Mapped[Siren] = mapped_column(ForeignKey("company.siren"))
    departments: Mapped[list[str]]
    kind: Mapped[EventKind] = enum_column(EventKind)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    #: the audience; null when every habilitated agent of the zone may know of the event
    network_id: Mapped[int | None] = mapped_column(ForeignKey("network.id"))
    #: the nature a reader needs, for events of the model or of the data
    nature: Mapped[str | None]
    #: the object the event is about, as ``(kind, id)``; never a text
    subject_kind: Mapped[str]
    subject_id: Mapped[int | None]
    details: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    occurred_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    actor: Mapped[Agent | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        code_check("kind", EventKind),
        Index("ix_feed_event_siren_occurred_at_id", "siren", "occurred_at", "id"),
        Index("ix_feed_event_occurred_at_id", "occurred_at", "id"),
        Index("ix_feed_event_subject", "subject_kind", "subject_id"),
        Index("ix_feed_event_in_zone", "occurred_at", "id", postgresql_where=text(IN_ZONE)),
        Index(
            "ix_feed_event_at_one_place",
            text("(departments[1])"),
            "occurred_at",
            "id",
            postgresql_where=text(f"{IN_ZONE} and {ONE_PLACE}"),
        ),
        Index(
            "ix_feed_event_at_several_places",
            "occurred_at",
            "id",
            postgresql_where=text(f"{IN_ZONE} and {SEVERAL_PLACES}"),
        ),
    )


class FeedSeen(Base):
    """When an agent last read their feed, and when they had before: what is new is what came since."""

    __tablename__ = "feed_seen"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    seen_at: Mapped[datetime]
    before_at: Mapped[datetime | None]


class Notification(Base):
    """A feed event brought to one agent, and why."""

    __tablename__ = "notification"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("feed_event.id"))
    kind: Mapped[NoticeKind] = enum_column(NoticeKind)
    reason: Mapped[Reason] = enum_column(Reason)
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    read_at: Mapped[datetime | None]
    #: the digest that counts it, sent or not yet; none once that digest was given up
    email_id: Mapped[int | None] = mapped_column(ForeignKey("email.id"), index=True)
    #: when the server took that digest
    emailed_at: Mapped[datetime | None]

    event: Mapped[FeedEvent] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        UniqueConstraint("agent_id", "event_id"),
        code_check("kind", NoticeKind),
        code_check("reason", Reason),
        Index("ix_notification_latest", "agent_id", "created_at", "id"),
        Index("ix_notification_created_at", "created_at", "id"),
        Index("ix_notification_kind", "agent_id", "kind", "created_at", "id"),
        Index(
            "ix_notification_unread", "agent_id", "created_at", "id",
            postgresql_where=text("read_at is null"),
        ),
    )  # fmt: skip
