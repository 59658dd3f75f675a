"""Requests of natural persons, the searches they were worth, what was found and is theirs, the file they are given."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, Text, func
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.core.database.tables import Base, code_check, enum_column
from app.core.now import today, utcnow
from app.core.persons.sought import LONGEST_NAME, Sought
from app.core.text.bounds import MAX_LENGTH
from app.core.text.labelled import LabelledEnum

#: characters of an address, of a number, of the motive of a search, of the reason of an act
LONGEST_ADDRESS, LONGEST_TELEPHONE, LONGEST_MOTIVE, LONGEST_REASON = 254, 20, 500, 1000


class PersonRight(LabelledEnum):
    """What somebody asks, and the article of the RGPD."""

    ACCESS = "acces", "Accès à ses données (article 15)"
    RECTIFICATION = "rectification", "Rectification (article 16)"
    OBJECTION = "opposition", "Opposition (article 21)"
    ERASURE = "effacement", "Effacement (article 17)"
    RESTRICTION = "limitation", "Limitation (article 18)"


class ReceivedBy(LabelledEnum):
    """By which way a request came."""

    EMAIL = "courriel", "Courriel"
    LETTER = "courrier", "Courrier"
    TELEPHONE = "telephone", "Téléphone"
    ON_SITE = "sur_place", "Sur place"
    PARTNER = "partenaire", "Transmise par une administration partenaire"


class IdentityProof(LabelledEnum):
    """How the identity of whoever asks was verified. No copy of a document is kept."""

    DOCUMENT = "piece", "Pièce d’identité vue, sans en garder de copie"
    KNOWN_WAY = "coordonnees", "Réponse par un courriel ou un téléphone que Vigie avait déjà"
    ACCOUNT = "compte", "Agent connecté à son compte"
    MANDATE = "mandat", "Mandat, et pièce d’identité du mandataire"


class PersonOutcome(LabelledEnum):
    """How a request ended."""

    MET = "satisfaite", "Satisfaite"
    PARTLY = "en_partie", "Satisfaite en partie, le reste refusé avec son motif"
    REFUSED = "refusee", "Refusée avec son motif"
    NOTHING = "rien_trouve", "Rien trouvé : Vigie ne détient rien de cette personne"
    UNIDENTIFIED = "identite", "Identité non établie, après l’avoir demandée"
    DROPPED = "sans_suite", "Sans suite : retirée par la personne"

    @property
    def needs_proof(self) -> bool:
        """Whether it says something of what Vigie holds, which only the person may learn."""
        return self not in (PersonOutcome.UNIDENTIFIED, PersonOutcome.DROPPED)


class FindingAct(LabelledEnum):
    """What was done of an object that is the person's."""

    CORRECTED = "rectifie", "Rectifié"
    ERASED = "efface", "Effacé"
    REFUSED = "refuse", "Gardé, avec son motif"


class PersonRequest(Base):
    """A request; what was asked is never rewritten, and its answer is written once."""

    __tablename__ = "person_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PersonRight] = enum_column(PersonRight)
    name: Mapped[str] = mapped_column(default="", server_default="")
    email: Mapped[str] = mapped_column(default="", server_default="")
    telephone: Mapped[str] = mapped_column(default="", server_default="")
    body: Mapped[str]
    received_on: Mapped[date]
    received_by: Mapped[ReceivedBy] = enum_column(ReceivedBy)
    #: a month after it was received; then the day that an extension gives
    first_due_on: Mapped[date]
    due_on: Mapped[date]
    extended_on: Mapped[date | None]
    #: as it was said to the person
    extension_reason: Mapped[str | None]
    proof: Mapped[IdentityProof | None] = enum_column(IdentityProof)
    proof_on: Mapped[date | None]
    proof_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    #: who treats it: they alone search the person
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    outcome: Mapped[PersonOutcome | None] = enum_column(PersonOutcome)
    answer: Mapped[str | None]
    answered_on: Mapped[date | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))

    author: Mapped[Agent] = relationship(lazy="raise_on_sql", foreign_keys=author_id)
    handler: Mapped[Agent | None] = relationship(lazy="raise_on_sql", foreign_keys=handler_id)
    answerer: Mapped[Agent | None] = relationship(lazy="raise_on_sql", foreign_keys=answered_by)

    __table_args__ = (
        code_check("kind", PersonRight),
        code_check("received_by", ReceivedBy),
        code_check("proof", IdentityProof),
        code_check("outcome", PersonOutcome),
        CheckConstraint("first_due_on > received_on and due_on >= first_due_on", name="due_after"),
        CheckConstraint("num_nonnulls(extended_on, extension_reason) in (0, 2)", name="extended_whole"),
        CheckConstraint("(due_on > first_due_on) = (extended_on is not null)", name="extended_once"),
        CheckConstraint("extended_on <= first_due_on", name="extended_in_time"),
        CheckConstraint("num_nonnulls(proof, proof_on, proof_by) in (0, 3)", name="proved_whole"),
        CheckConstraint("num_nonnulls(outcome, answer, answered_on, answered_by) in (0, 4)", name="answered_whole"),
        CheckConstraint("answered_on >= received_on", name="answered_after"),
        CheckConstraint("name <> '' or email <> '' or telephone <> ''", name="reachable"),
        CheckConstraint(f"char_length(name) <= {LONGEST_NAME}", name="name_length"),
        CheckConstraint(f"char_length(email) <= {LONGEST_ADDRESS}", name="email_length"),
        CheckConstraint(f"char_length(telephone) <= {LONGEST_TELEPHONE}", name="telephone_length"),
        CheckConstraint(f"char_length(body) between 1 and {MAX_LENGTH}", name="body_length"),
        CheckConstraint(f"char_length(extension_reason) between 1 and {LONGEST_REASON}", name="extension_reason_length"),
        CheckConstraint(f"char_length(answer) between 1 and {MAX_LENGTH}", name="answer_length"),
        Index("ix_person_request_due_on", "due_on", "id"),
    )  # fmt: skip

    @property
    def is_open(self) -> bool:
        """Whether no answer is written."""
        return self.outcome is None

    @property
    def is_late(self) -> bool:
        """Whether an answer was due before today and none is written."""
        return self.is_open and self.due_on < today()

    @property
    def was_late(self) -> bool:
        """Whether it was answered after the day it was due."""
        return self.answered_on is not None and self.answered_on > self.due_on

    @property
    def may_be_extended(self) -> bool:
        """Whether its delay may still be extended: once, and said to the person within the first month."""
        return self.is_open and self.extended_on is None and today() <= self.first_due_on

    @property
    def may_be_searched(self) -> bool:
        """Whether it is open, and the person known to be who they say."""
        return self.is_open and self.proof is not None

    @property
    def who(self) -> str:
        """What names the person in the register."""
        return self.name or self.email or self.telephone

    @property
    def sought(self) -> Sought:
        """The person, as the request describes them."""
        return Sought(name=self.name, email=self.email, telephone=self.telephone)


class PersonSearch(Base):
    """A search of the person of a request, and why it was made. Never rewritten."""

    __tablename__ = "person_search"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("person_request.id"))
    motive: Mapped[str]
    name: Mapped[str] = mapped_column(default="", server_default="")
    email: Mapped[str] = mapped_column(default="", server_default="")
    telephone: Mapped[str] = mapped_column(default="", server_default="")
    searched_by: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    searched_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    __table_args__ = (
        CheckConstraint(f"char_length(motive) between 1 and {LONGEST_MOTIVE}", name="motive_length"),
        Index("ix_person_search_request_id", "request_id", "id"),
    )  # fmt: skip

    @property
    def sought(self) -> Sought:
        """Who was looked for."""
        return Sought(name=self.name, email=self.email, telephone=self.telephone)


class PersonFinding(Base):
    """An object that whoever treats a request says is the person's, and what they did of it."""

    __tablename__ = "person_finding"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("person_request.id"))
    #: of its place, see `app.core.persons.places`, and its number there
    kind: Mapped[str] = mapped_column(Text())
    object_id: Mapped[int] = mapped_column(BigInteger)
    kept_by: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    kept_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    act: Mapped[FindingAct | None] = enum_column(FindingAct)
    act_reason: Mapped[str | None]
    acted_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    acted_at: Mapped[datetime | None]

    __table_args__ = (
        code_check("act", FindingAct),
        CheckConstraint("num_nonnulls(act, act_reason, acted_by, acted_at) in (0, 4)", name="acted_whole"),
        CheckConstraint(f"char_length(act_reason) between 1 and {LONGEST_REASON}", name="act_reason_length"),
        Index("uq_person_finding_object", "request_id", "kind", "object_id", unique=True),
    )  # fmt: skip


class PersonFile(Base):
    """The file that a person is given of what is theirs: made by the worker, kept some days."""

    __tablename__ = "person_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("person_request.id"))
    asked_by: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    asked_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str | None]
    made_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    error: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("num_nonnulls(content, sha256, made_at, expires_at) in (0, 4)", name="made_whole"),
        CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="digested"),
        Index("ix_person_file_request_id", "request_id", "id"),
        Index("ix_person_file_expires_at", "expires_at"),
    )  # fmt: skip

    @property
    def is_over(self) -> bool:
        """Whether it is made, or cannot be."""
        return self.made_at is not None or self.error is not None


class PersonTrace(Base):
    """Names, addresses and telephones of what names somebody, written by the database. The application may not read it:
    the function `vigie_person_traces` does, for whoever treats an open request.
    """

    __tablename__ = "person_trace"

    kind: Mapped[str] = mapped_column(Text(), primary_key=True)
    object_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    terms: Mapped[str] = mapped_column(TSVECTOR)

    __table_args__ = (Index("ix_person_trace_terms", "terms", postgresql_using="gin"),)
