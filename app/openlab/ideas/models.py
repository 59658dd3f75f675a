"""Ideas, their votes, the answers of the team, and what was changed. No firm is ever named in them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.core.database.tables import Base, code_check, enum_column
from app.core.now import utcnow
from app.core.text.bounds import MAX_LENGTH
from app.core.text.labelled import LabelledEnum

LONGEST_TITLE = 120


class IdeaState(LabelledEnum):
    """What the team makes of an idea."""

    PROPOSED = "proposee", "Proposée"
    STUDIED = "etudiee", "Étudiée"
    KEPT = "retenue", "Retenue"
    DONE = "faite", "Faite"
    SET_ASIDE = "ecartee", "Écartée"


class Idea(Base):
    """What somebody would have Vigie do; read by whoever is signed in."""

    __tablename__ = "idea"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    #: that of the last answer
    state: Mapped[IdeaState] = enum_column(IdeaState, server_default=IdeaState.PROPOSED.value)
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    author: Mapped[Agent] = relationship(lazy="raise_on_sql")
    answers: Mapped[list["IdeaAnswer"]] = relationship(
        lazy="raise_on_sql", viewonly=True, order_by="IdeaAnswer.id.desc()"
    )

    __table_args__ = (
        code_check("state", IdeaState),
        CheckConstraint(f"char_length(title) between 1 and {LONGEST_TITLE}", name="title_length"),
        CheckConstraint(f"char_length(body) <= {MAX_LENGTH}", name="body_length"),
    )


class IdeaAnswer(Base):
    """What the team answers to an idea, and what it becomes; never rewritten."""

    __tablename__ = "idea_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id"), index=True)
    state: Mapped[IdeaState] = enum_column(IdeaState)
    body: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    answered_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    author: Mapped[Agent] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        code_check("state", IdeaState),
        CheckConstraint(f"char_length(body) between 1 and {MAX_LENGTH}", name="body_length"),
    )


class IdeaVote(Base):
    """An agent is for an idea, once; they may take it back."""

    __tablename__ = "idea_vote"

    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id"), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    voted_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())


class OpenlabChange(Base):
    """What was changed thanks to what agents said; of an idea, or not."""

    __tablename__ = "openlab_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str] = mapped_column(server_default="")
    done_on: Mapped[date]
    idea_id: Mapped[int | None] = mapped_column(ForeignKey("idea.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    idea: Mapped[Idea | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        CheckConstraint(f"char_length(title) between 1 and {LONGEST_TITLE}", name="title_length"),
        CheckConstraint(f"char_length(body) <= {MAX_LENGTH}", name="body_length"),
        Index("ix_openlab_change_done_on", "done_on", "id"),
    )
