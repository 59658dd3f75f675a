"""Contacts and visits. The zone knows the fact; only the audience reads the note."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from app.accounts.models import Administration, Agent
from app.core.database.tables import Base, Siren, Siret, code_check, enum_column
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum
from app.habilitations.models import Network


class Channel(LabelledEnum):
    """How the firm was contacted."""

    SUR_PLACE = "sur_place", "Sur place"
    VISIO = "visio", "Visioconférence"
    TELEPHONE = "telephone", "Téléphone"


class ContactResult(LabelledEnum):
    """What came of the contact."""

    REPONDU = "repondu", "L’entreprise a répondu"
    INJOIGNABLE = "injoignable", "Injoignable"
    REFUS = "refus", "Refus"


class Verdict(LabelledEnum):
    """What the agent concludes about the difficulty."""

    CONFIRMEE = "confirmee", "Difficulté confirmée"
    NON_CONFIRMEE = "non_confirmee", "Difficulté non confirmée"
    INDETERMINEE = "indeterminee", "Indéterminée"


class DifficultyNature(LabelledEnum):
    """The nature of the difficulty."""

    STRUCTURELLE = "structurelle", "Structurelle"
    CONJONCTURELLE = "conjoncturelle", "Conjoncturelle"
    CREANCIERS = "creanciers", "Créanciers ou partenaires"
    STRATEGIQUE = "strategique", "Stratégique"
    SOCIALE_RH = "sociale_rh", "Sociale ou RH"
    APPROVISIONNEMENT = "approvisionnement", "Approvisionnement"
    GOUVERNANCE = "gouvernance", "Gouvernance ou transmission"
    AUCUNE = "aucune", "Aucune"


#: how serious a difficulty is, as forms ask and pages show it
SEVERITY_WORDS = {0: "0 – nulle", 1: "1 – légère", 2: "2 – sérieuse", 3: "3 – grave"}


class Visit(Base):
    """A contact with an establishment, and its verdict."""

    __tablename__ = "visit"

    id: Mapped[int] = mapped_column(primary_key=True)
    siret: Mapped[Siret] = mapped_column(ForeignKey("establishment.siret"))
    siren: Mapped[Siren] = mapped_column(ForeignKey("company.siren"))
    #: where its first establishment is
    department: Mapped[str]
    #: where all of them are: the fact is known there
    departments: Mapped[list[str]]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("support_case.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    visited_on: Mapped[date]
    channel: Mapped[Channel] = enum_column(Channel)
    contact_result: Mapped[ContactResult] = enum_column(ContactResult)
    verdict: Mapped[Verdict | None] = enum_column(Verdict)
    nature: Mapped[DifficultyNature | None] = enum_column(DifficultyNature)
    severity: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    author: Mapped[Agent] = relationship(lazy="raise_on_sql")
    note: Mapped["VisitNote | None"] = relationship(back_populates="visit", lazy="raise_on_sql")
    #: the name and the administration of who took part besides its author: given by the queries that show them
    others: Mapped[list[tuple[str, str]] | None] = query_expression()

    __table_args__ = (
        code_check("channel", Channel),
        code_check("contact_result", ContactResult),
        CheckConstraint(
            "(contact_result = 'repondu') = (verdict is not null)", name="verdict_when_answered"
        ),
        CheckConstraint("severity between 0 and 3", name="severity_0_to_3"),
        CheckConstraint("department = any (departments)", name="department_among"),
        Index("ix_visit_siren_visited_on_id", "siren", "visited_on", "id"),
        Index("ix_visit_case_id_visited_on_id", "case_id", "visited_on", "id"),
        Index("ix_visit_alone", "visited_on", "id", postgresql_where=text("case_id is null")),
        Index("ix_visit_departments", "departments", postgresql_using="gin"),
    )

    @property
    def people(self) -> list[tuple[str, Administration]]:
        """The name and the administration of who took part, its author first."""
        others = [(name, Administration(code)) for name, code in self.others or ()]
        return [(self.author.full_name, self.author.administration), *others]

    @property
    def is_joint(self) -> bool:
        """Whether several administrations took part."""
        return len({administration for _, administration in self.people}) > 1

    @property
    def severity_words(self) -> str | None:
        """How serious the difficulty is, as the form asked."""
        return None if self.severity is None else SEVERITY_WORDS[self.severity]


class VisitCompanion(Base):
    """An agent who took part in a visit besides its author."""

    __tablename__ = "visit_companion"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    added_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())


class VisitPlace(Base):
    """An establishment of the firm that a visit was of, besides the first one."""

    __tablename__ = "visit_place"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    siret: Mapped[Siret] = mapped_column(ForeignKey("establishment.siret"), primary_key=True)

    __table_args__ = (Index("ix_visit_place_siret", "siret"),)


class VisitListing(Base):
    """The entry of the list in force when a visit was logged, whose `p_select` weighs the verdict; read with the score alone."""

    __tablename__ = "visit_listing"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("detection_entry.id"))


class VisitNote(Base):
    """What was said and what comes next; read by its audience."""

    __tablename__ = "visit_note"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    siren: Mapped[Siren]
    departments: Mapped[list[str]]
    #: the audience: its members read the note
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    people_met: Mapped[str] = mapped_column(server_default="")
    body: Mapped[str]
    next_step: Mapped[str] = mapped_column(server_default="")
    next_step_on: Mapped[date | None]

    visit: Mapped[Visit] = relationship(back_populates="note", lazy="raise_on_sql")
    network: Mapped[Network] = relationship(lazy="raise_on_sql")

    __table_args__ = (CheckConstraint("char_length(body) <= 10000", name="body_length"),)
