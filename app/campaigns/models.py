"""Campaigns of first contact, their firms, and who contacts each."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.companies.models import Company
from app.core.access.identity import Nature
from app.core.database.tables import Base, Siren, code_check, enum_column
from app.core.now import today, utcnow
from app.core.text.labelled import LabelledEnum
from app.habilitations.models import Network

#: characters of a name, of what a campaign is for and of its letter
LONGEST_LABEL, LONGEST_TEXT = 80, 10_000


class FirmStage(LabelledEnum):
    """Where a firm of a campaign stands."""

    TO_CONTACT = "a_contacter", "À contacter"
    TAKEN = "pris", "Contact pris"
    PUT_OFF = "reporte", "Reporté"
    LEFT_OUT = "ecarte", "Écarté"
    SETTLED = "fait", "Fait"


class ContactEnding(LabelledEnum):
    """How a contact that somebody took ends: with what the firm said, or without."""

    NEED = "besoin", "Besoin d’un appui"
    REFUSAL = "refus", "Refus"
    UNAFFECTED = "indemne", "Indemne"
    UNREACHABLE = "injoignable", "Injoignable"
    PUT_OFF = "reporte", "Reporté"
    CANCELLED = "annule", "Annulé"


#: what a firm that was contacted said, or that it did not answer
RESULTS = (
    ContactEnding.NEED,
    ContactEnding.UNAFFECTED,
    ContactEnding.REFUSAL,
    ContactEnding.UNREACHABLE,
)
ANSWERS = RESULTS[:3]


class Cancellation(LabelledEnum):
    """Why a contact that somebody took is given back."""

    MISTAKE = "erreur", "Une erreur : ce n’était pas cette entreprise"
    ANOTHER = "inadequat", "Un autre agent s’en charge"
    BUSY = "indisponible", "D’autres priorités"


class Delay(LabelledEnum):
    """For how long the contact of a firm is put off."""

    THREE_MONTHS = "delai_3mois", "3 mois"
    SIX_MONTHS = "delai_6mois", "6 mois"
    NINE_MONTHS = "delai_9mois", "9 mois"
    FOR_EVER = "definitif", "Définitivement : elle quitte la campagne"

    @property
    def weeks(self) -> int | None:
        """How many weeks; `None` for ever."""
        return {"delai_3mois": 13, "delai_6mois": 26, "delai_9mois": 39}.get(self.value)


class ContactCampaign(Base):
    """Firms of some départements that the members of a network contact first; with the nature that one needs to know which they are."""

    __tablename__ = "contact_campaign"

    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str]
    purpose: Mapped[str] = mapped_column(server_default="")
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), index=True)
    #: where its firms work
    departments: Mapped[list[str]]
    nature: Mapped[Nature | None] = enum_column(Nature)
    author_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    #: the campaign whose firms it took up
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("contact_campaign.id"))
    letter: Mapped[str] = mapped_column(server_default="")
    ends_on: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    closed_at: Mapped[datetime | None]

    network: Mapped[Network] = relationship(lazy="raise_on_sql")
    author: Mapped[Agent] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        code_check("nature", Nature),
        CheckConstraint(f"char_length(label) between 1 and {LONGEST_LABEL}", name="label_length"),
        CheckConstraint(f"char_length(purpose) <= {LONGEST_TEXT}", name="purpose_length"),
        CheckConstraint(f"char_length(letter) <= {LONGEST_TEXT}", name="letter_length"),
    )

    @property
    def is_open(self) -> bool:
        """Whether firms are contacted in it: neither closed nor past its last day."""
        return self.closed_at is None and self.ends_on >= today()


class FirmContact(Base):
    """« Je prends contact »: who contacts a firm, and what came of it. Read where the firm works, whatever the campaign."""

    __tablename__ = "firm_contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    siren: Mapped[Siren] = mapped_column(
        ForeignKey("company.siren", deferrable=True, initially="DEFERRED")
    )
    departments: Mapped[list[str]]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("contact_campaign.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    taken_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    ended_at: Mapped[datetime | None]
    ending: Mapped[ContactEnding | None] = enum_column(ContactEnding)
    cancellation: Mapped[Cancellation | None] = enum_column(Cancellation)
    #: the contact that was logged
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))

    campaign: Mapped[ContactCampaign] = relationship(lazy="raise_on_sql", viewonly=True)
    company: Mapped[Company] = relationship(lazy="raise_on_sql", viewonly=True)
    agent: Mapped[Agent] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        code_check("ending", ContactEnding),
        code_check("cancellation", Cancellation),
        CheckConstraint("(ended_at is null) = (ending is null)", name="ended_with_an_ending"),
        CheckConstraint(
            "cancellation is null or ending = 'annule'", name="reason_of_a_cancellation"
        ),
        Index("ix_firm_contact_siren", "siren", "taken_at", "id"),
        Index(
            "ix_firm_contact_of_agent",
            "agent_id",
            "taken_at",
            "id",
            postgresql_where=text("ended_at is null"),
        ),
        Index(
            "uq_firm_contact_taken",
            "campaign_id",
            "siren",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
    )

    @property
    def is_open(self) -> bool:
        """Whether its agent has still to say what came of it."""
        return self.ended_at is None


class CampaignFirm(Base):
    """A firm of a campaign, and where it stands."""

    __tablename__ = "campaign_firm"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("contact_campaign.id"))
    siren: Mapped[Siren] = mapped_column(
        ForeignKey("company.siren", deferrable=True, initially="DEFERRED")
    )
    departments: Mapped[list[str]]
    stage: Mapped[FirmStage] = enum_column(FirmStage, server_default=FirmStage.TO_CONTACT.value)
    #: the last contact that somebody took in this campaign
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("firm_contact.id"))
    #: who took it, and what it gave once it is settled: what counts and tabs read, as the contact says it
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    ending: Mapped[ContactEnding | None] = enum_column(ContactEnding)
    #: the day from which one that was put off is to be contacted again
    back_on: Mapped[date | None]
    added_by: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    added_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    campaign: Mapped[ContactCampaign] = relationship(lazy="raise_on_sql", viewonly=True)
    company: Mapped[Company] = relationship(lazy="raise_on_sql", viewonly=True)
    contact: Mapped[FirmContact | None] = relationship(
        lazy="raise_on_sql", viewonly=True, foreign_keys=contact_id
    )

    __table_args__ = (
        code_check("stage", FirmStage),
        code_check("ending", ContactEnding),
        CheckConstraint("(stage = 'reporte') = (back_on is not null)", name="back_when_put_off"),
        UniqueConstraint("campaign_id", "siren"),
        Index("ix_campaign_firm_siren", "siren"),
        Index("ix_campaign_firm_campaign_id_id", "campaign_id", "id"),
        Index(
            "ix_campaign_firm_contact_id",
            "contact_id",
            postgresql_where=text("contact_id is not null"),
        ),
    )

    @property
    def is_to_contact(self) -> bool:
        """Whether anybody may take it: waiting, or put off until a day that has come."""
        is_back = self.back_on is not None and self.back_on <= today()
        return self.stage is FirmStage.TO_CONTACT or is_back
