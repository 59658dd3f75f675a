"""Needs: what a firm asks, to which experts each need is put, what they answer. Nothing here says that a firm is followed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.core.database.tables import Base, Siren, code_check, enum_column
from app.core.now import utcnow
from app.core.text.bounds import MAX_LENGTH
from app.core.text.labelled import LabelledEnum
from app.referrals.directory.models import Expert, ReferralSubject

LONGEST_NAME, LONGEST_ADDRESS, LONGEST_TELEPHONE = 160, 254, 20
#: characters of a reason, of who gave their consent
LONGEST_REASON = 500


class Origin(LabelledEnum):
    """Through which door a solicitation came."""

    GUICHET = "guichet", "Guichet public"
    ADVISER = "conseiller", "Conseiller, pour l’entreprise"
    CASE = "accompagnement", "Accompagnement"


class ConsentHow(LabelledEnum):
    """How the firm agreed that its need be put to somebody."""

    FORM = "formulaire", "En remplissant le formulaire"
    SPOKEN = "oral", "De vive voix"
    WRITTEN = "ecrit", "Par écrit"
    OVERRIDDEN = "passe_outre", "Sans son accord, pour un motif dit"


class CheckVerdict(LabelledEnum):
    """What the team found of a solicitation."""

    TO_CHECK = "a_verifier", "À vérifier"
    RIGHT = "conforme", "Conforme"
    OUT_OF_SCOPE = "hors_champ", "Hors champ"
    DUPLICATE = "doublon", "Doublon"
    ABUSE = "abus", "Abus"
    PRIVATE = "particulier", "Demande d’un particulier"


class ReferralState(LabelledEnum):
    """What an expert makes of a need that is put to them."""

    TO_TREAT = "a_traiter", "À traiter"
    TAKEN = "prise_en_charge", "Prise en charge"
    HELPED = "aide_proposee", "Aide proposée"
    NO_HELP = "pas_d_aide", "Pas d’aide disponible"
    UNREACHABLE = "injoignable", "Injoignable"
    NOT_MINE = "pas_pour_moi", "Pas pour moi"
    EXPIRED = "expiree", "Expirée sans réponse"
    REVOKED = "revoquee", "Retirée"


class NeedState(LabelledEnum):
    """Where a need stands, as the answers of its experts say: see `states.derived`."""

    TO_TREAT = "a_traiter", "À traiter"
    TAKEN = "prise_en_charge", "Prise en charge"
    HELPED = "aide_proposee", "Aide proposée"
    NO_HELP = "pas_d_aide", "Pas d’aide disponible"
    UNREACHABLE = "injoignable", "Injoignable"
    NOBODY = "sans_expert", "Sans expert"
    WITHDRAWN = "retire", "Retiré"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self in (NeedState.TO_TREAT, NeedState.TAKEN, NeedState.NOBODY)


class DeclineReason(LabelledEnum):
    """Why an expert says that a need is not for them."""

    SUBJECT = "sujet", "Je ne traite pas ce sujet"
    TERRITORY = "territoire", "Je n’interviens pas dans cette commune"
    FIRM = "entreprise", "L’entreprise est hors de mes critères"
    BUSY = "charge", "Je n’en ai pas le temps en ce moment"
    CONFLICT = "conflit", "Je connais l’entreprise : conflit d’intérêts"
    OTHER = "autre", "Autre raison"


class Cause(LabelledEnum):
    """Why a need was put to somebody."""

    FIRST = "envoi", "À l’envoi"
    REFUSED = "refus", "Après un refus"
    EXPIRED = "expiration", "Après une expiration"
    LEFT = "depart", "Après le départ d’un expert"
    TEAM = "equipe", "Par l’équipe"


class Actor(LabelledEnum):
    """Who changed the state of a referral."""

    AGENT = "agent", "Un agent"
    LINK = "lien", "L’expert, par son lien"
    FIRM = "entreprise", "L’entreprise"
    SYSTEM = "vigie", "Vigie"


class Solicitation(Base):
    """What a firm asks, once, through one door: one need or several. The firm need not be known to Vigie."""

    __tablename__ = "solicitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[Origin] = enum_column(Origin)
    siren: Mapped[Siren] = mapped_column(index=True)
    firm_name: Mapped[str]
    #: codes of areas, see `areas.gazetteer`
    commune: Mapped[str]
    department: Mapped[str]
    message: Mapped[str]
    #: what the asker says, for the criteria of experts
    has_debt: Mapped[bool | None]
    is_first: Mapped[bool | None]
    #: the accompagnement it was sent from: never shown to whoever does not read it
    case_id: Mapped[int | None] = mapped_column(ForeignKey("support_case.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"), index=True)
    consent_how: Mapped[ConsentHow] = enum_column(ConsentHow)
    consent_on: Mapped[date]
    #: who agreed, in words; of an override, its reason
    consent_by: Mapped[str]
    #: what they agreed to, word for word, when a form said it
    consent_text: Mapped[str] = mapped_column(default="", server_default="")
    #: the guichet of a theme or of a partner by which it came
    landing_id: Mapped[int | None] = mapped_column(ForeignKey("landing.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    verdict: Mapped[CheckVerdict] = enum_column(
        CheckVerdict, server_default=CheckVerdict.TO_CHECK.value
    )
    verdict_at: Mapped[datetime | None]
    verdict_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    #: when what it says of a person was erased
    erased_at: Mapped[datetime | None]

    author: Mapped[Agent | None] = relationship(lazy="raise_on_sql", foreign_keys=[author_id])
    needs: Mapped[list["FirmNeed"]] = relationship(
        lazy="raise_on_sql", viewonly=True, order_by="FirmNeed.id"
    )

    __table_args__ = (
        code_check("origin", Origin),
        code_check("consent_how", ConsentHow),
        code_check("verdict", CheckVerdict),
        CheckConstraint(f"char_length(firm_name) <= {LONGEST_NAME}", name="firm_name_length"),
        CheckConstraint(f"char_length(message) <= {MAX_LENGTH}", name="message_length"),
        CheckConstraint(f"char_length(consent_by) between 1 and {LONGEST_REASON}", name="consent_by_length"),
        CheckConstraint(f"char_length(consent_text) <= {MAX_LENGTH}", name="consent_text_length"),
        CheckConstraint("(origin = 'accompagnement') = (case_id is not null)", name="case_of_its_origin"),
        CheckConstraint("(origin = 'guichet') = (author_id is null)", name="author_unless_public"),
        Index("ix_solicitation_created_at", "created_at", "id"),
        Index("ix_solicitation_to_check", "id", postgresql_where=text("verdict = 'a_verifier'")),
        Index("ix_solicitation_overridden", "id", postgresql_where=text("consent_how = 'passe_outre'")),
    )  # fmt: skip


class SolicitationContact(Base):
    """Whom to call: read by whoever has to, one click away, each click counted; erased before the rest."""

    __tablename__ = "solicitation_contact"

    solicitation_id: Mapped[int] = mapped_column(
        ForeignKey("solicitation.id"), primary_key=True, autoincrement=False
    )
    name: Mapped[str]
    telephone: Mapped[str]
    email: Mapped[str]

    __table_args__ = (
        CheckConstraint(f"char_length(name) between 1 and {LONGEST_NAME}", name="name_length"),
        CheckConstraint(f"char_length(telephone) <= {LONGEST_TELEPHONE}", name="telephone_length"),
        CheckConstraint(f"char_length(email) <= {LONGEST_ADDRESS}", name="email_length"),
        CheckConstraint("telephone <> '' or email <> ''", name="reachable"),
    )


class ContactReading(Base):
    """Somebody was shown how to reach the firm."""

    __tablename__ = "contact_reading"

    id: Mapped[int] = mapped_column(primary_key=True)
    solicitation_id: Mapped[int] = mapped_column(ForeignKey("solicitation.id"), index=True)
    #: none: by the link of a referral
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    referral_id: Mapped[int | None] = mapped_column(ForeignKey("referral.id"))
    read_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    __table_args__ = (CheckConstraint("num_nonnulls(agent_id, referral_id) >= 1", name="by_one"),)


class FirmNeed(Base):
    """One subject of a solicitation; its state is derived from the answers of its experts, and kept with them."""

    __tablename__ = "need"

    id: Mapped[int] = mapped_column(primary_key=True)
    solicitation_id: Mapped[int] = mapped_column(ForeignKey("solicitation.id"))
    subject_id: Mapped[int] = mapped_column(ForeignKey("referral_subject.id"), index=True)
    state: Mapped[NeedState] = enum_column(NeedState)
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    #: when an expert first took it in charge: a refusal is not one
    taken_at: Mapped[datetime | None]
    #: when it was last open
    closed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[Actor | None] = enum_column(Actor)
    withdrawal_reason: Mapped[str] = mapped_column(server_default="")

    solicitation: Mapped[Solicitation] = relationship(lazy="raise_on_sql")
    subject: Mapped[ReferralSubject] = relationship(lazy="raise_on_sql")
    referrals: Mapped[list["Referral"]] = relationship(
        lazy="raise_on_sql", back_populates="need", order_by="Referral.id"
    )

    __table_args__ = (
        code_check("state", NeedState),
        code_check("withdrawn_by", Actor),
        CheckConstraint("(state = 'retire') = (withdrawn_at is not null)", name="withdrawn_when_said"),
        CheckConstraint("(withdrawn_at is null) = (withdrawn_by is null)", name="withdrawn_by_one"),
        CheckConstraint(f"char_length(withdrawal_reason) <= {LONGEST_REASON}", name="withdrawal_reason_length"),
        Index("uq_need_subject", "solicitation_id", "subject_id", unique=True),
        Index("ix_need_state", "state", "id"),
        Index("ix_need_created_at", "created_at", "id"),
    )  # fmt: skip


class NeedRouting(Base):
    """To whom a need was put, once, and why not to others: as the directory was then. Never rewritten."""

    __tablename__ = "need_routing"

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    cause: Mapped[Cause] = enum_column(Cause)
    routed_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    #: code of `GapKind` when it found nobody
    gap: Mapped[str | None]
    #: of each expert it was not put to: ``{expert_id, refusal, failed, replaced_by}``
    rejections: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)

    __table_args__ = (code_check("cause", Cause),)


class Referral(Base):
    """A need put to an expert, and what they answer."""

    __tablename__ = "referral"

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"))
    state: Mapped[ReferralState] = enum_column(
        ReferralState, server_default=ReferralState.TO_TREAT.value
    )
    cause: Mapped[Cause] = enum_column(Cause)
    #: why them: ``{area, is_area_unsure, met, unknown, stands_for, is_fallback}``
    why: Mapped[dict[str, Any]]
    reason: Mapped[DeclineReason | None] = enum_column(DeclineReason)
    sent_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    #: the last day to answer, then to close: put off by each answer
    answer_by: Mapped[date]
    taken_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    #: how many times its state changed: an answer to a page that is out of date is refused
    version: Mapped[int] = mapped_column(default=0, server_default="0")

    need: Mapped[FirmNeed] = relationship(lazy="raise_on_sql", back_populates="referrals")
    expert: Mapped[Expert] = relationship(lazy="raise_on_sql")
    changes: Mapped[list["ReferralChange"]] = relationship(
        lazy="raise_on_sql", viewonly=True, order_by="ReferralChange.id"
    )

    __table_args__ = (
        code_check("state", ReferralState),
        code_check("cause", Cause),
        code_check("reason", DeclineReason),
        CheckConstraint("(state = 'pas_pour_moi') = (reason is not null)", name="refused_with_a_reason"),
        Index("uq_referral_expert", "need_id", "expert_id", unique=True),
        Index("ix_referral_of_expert", "expert_id", "state", "id"),
        Index("ix_referral_due", "answer_by", "id", postgresql_where=text("state in ('a_traiter', 'prise_en_charge')")),
    )  # fmt: skip

    @property
    def is_open(self) -> bool:
        """Whether the expert still has to do something."""
        return self.state in (ReferralState.TO_TREAT, ReferralState.TAKEN)


class ReferralChange(Base):
    """The state of a referral changed: from what, to what, by whom, why. Never rewritten."""

    __tablename__ = "referral_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    referral_id: Mapped[int] = mapped_column(ForeignKey("referral.id"), index=True)
    before: Mapped[ReferralState | None] = enum_column(ReferralState)
    after: Mapped[ReferralState] = enum_column(ReferralState)
    actor: Mapped[Actor] = enum_column(Actor)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    note: Mapped[str] = mapped_column(server_default="")
    changed_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    agent: Mapped[Agent | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        code_check("before", ReferralState),
        code_check("after", ReferralState),
        code_check("actor", Actor),
        CheckConstraint("(actor = 'agent') = (agent_id is not null)", name="agent_of_its_actor"),
        CheckConstraint(f"char_length(note) <= {MAX_LENGTH}", name="note_length"),
    )


class NeedMessage(Base):
    """A message of the thread of a need: read by whoever reads the need, never by the firm."""

    __tablename__ = "need_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    #: who wrote it: an agent, or the expert of a referral by their link
    author_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    referral_id: Mapped[int | None] = mapped_column(ForeignKey("referral.id"))
    body: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    author: Mapped[Agent | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        CheckConstraint("num_nonnulls(author_id, referral_id) = 1", name="by_one"),
        CheckConstraint(f"char_length(body) between 1 and {MAX_LENGTH}", name="body_length"),
    )
