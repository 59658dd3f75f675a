"""Agents, the roles of their accounts, how they sign in, and the confidentiality commitments they sign."""

from datetime import datetime, timedelta
from typing import Any

from flask_security import RoleMixin, UserMixin
from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, func, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.commitment import TEXT_SHA256
from app.core.database.tables import Base, code_check, enum_column
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum

#: an account that nobody has signed in to for this long is suspended
DORMANT_AFTER = timedelta(days=90)


class Administration(LabelledEnum):
    """The administration an agent works for."""

    DIRECCTE = "direccte", "Direccte (Dreets)"
    URSSAF = "urssaf", "Urssaf"
    BANQUE_DE_FRANCE = "banque_de_france", "Banque de France"
    DGFIP = "dgfip", "DGFiP"
    DGE = "dge", "DGE"
    VIGIE = "vigie", "Équipe Vigie"


agent_role = Table(
    "agent_role",
    Base.metadata,
    Column("agent_id", ForeignKey("agent.id"), primary_key=True),
    Column("role_id", ForeignKey("role.id"), primary_key=True),
)


class AccountRole(Base, RoleMixin):
    """A role an account may hold; names are those of `app.core.access.identity.Role`."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class MailPace(LabelledEnum):
    """How often an agent receives the e-mail of what is new, as they choose."""

    MORNING = "matin", "Une fois par jour, à 8 h"
    TWICE = "matin_et_apres_midi", "Deux fois par jour, à 8 h et à 14 h"
    WEEKLY = "hebdomadaire", "Une fois par semaine, le lundi à 8 h"
    NEVER = "jamais", "Jamais"


class Agent(Base, UserMixin):
    """A person who signs in."""

    __tablename__ = "agent"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    first_name: Mapped[str]
    last_name: Mapped[str]
    job_title: Mapped[str] = mapped_column(server_default="")
    #: given by the agent to those who work with them, and read one click at a time
    telephone: Mapped[str | None]
    administration: Mapped[Administration] = enum_column(Administration)
    active: Mapped[bool] = mapped_column(server_default="true")
    #: random, and all that an authenticator learns about the agent: the user handle of their passkeys
    fs_uniquifier: Mapped[str] = mapped_column(unique=True)
    #: who the agent is for ProConnect, recorded at the first sign-in; from then on, the only criterion
    proconnect_sub: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    #: when the e-mail of what is new comes
    mail_pace: Mapped[MailPace] = enum_column(MailPace, server_default="matin")
    #: an e-mail at once, when a text names them or an échéance is theirs
    wants_at_once: Mapped[bool] = mapped_column(server_default="true")
    last_signed_in_at: Mapped[datetime | None]
    #: set by the nightly check of dormant accounts, cleared by a reactivation
    suspended_at: Mapped[datetime | None]
    #: when a colleague restarted the account's 90 days
    reactivated_at: Mapped[datetime | None]
    #: of an account that decides: who asked that it be woken or reopened, and when; somebody else does it
    waking_asked_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    waking_asked_at: Mapped[datetime | None]
    #: when what named who left was replaced: nobody signs in to it again
    anonymised_at: Mapped[datetime | None]

    #: read by Flask-Security and at sign-in; never for the author of a text
    roles: Mapped[list[AccountRole]] = relationship(secondary=agent_role)  # type: ignore[assignment]

    __table_args__ = (
        code_check("administration", Administration),
        code_check("mail_pace", MailPace),
        Index("uq_agent_email_lower", text("lower(email)"), unique=True),
    )

    @hybrid_property
    def full_name(self) -> str:
        """First name then last name, as shown next to what the agent writes; also usable as a SQL column."""
        return self.first_name + " " + self.last_name

    @property
    def last_active_at(self) -> datetime:
        """When dormancy is counted from: the latest of the last sign-in, the opening and the reactivation of the account."""
        moments = (self.created_at, self.last_signed_in_at, self.reactivated_at)
        return max(moment for moment in moments if moment is not None)

    @property
    def is_dormant(self) -> bool:
        """Whether nobody has signed in for `DORMANT_AFTER`, whether or not the nightly check has run since."""
        return self.suspended_at is not None or utcnow() - self.last_active_at >= DORMANT_AFTER


class Commitment(Base):
    """An agent's signature of a version of the confidentiality commitment, with the digest of what was read."""

    __tablename__ = "commitment"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    version: Mapped[str]
    #: unknown for signatures older than this column
    text_sha256: Mapped[str | None] = mapped_column(default=TEXT_SHA256)
    accepted_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())


class Method(LabelledEnum):
    """How a session was opened."""

    PASSPHRASE = "passphrase", "Phrase de passe seule"
    PASSPHRASE_TOTP = "passphrase+totp", "Phrase de passe et application d’authentification"
    PASSPHRASE_RECOVERY = "passphrase+recovery", "Phrase de passe et code de secours"
    PASSKEY = "passkey", "Clé d’accès"
    PROCONNECT = "proconnect", "ProConnect"

    @property
    def is_strong(self) -> bool:
        """Whether two factors were used."""
        return self is not Method.PASSPHRASE


class Credential(Base):
    """What a local account signs in with; a ProConnect account has none."""

    __tablename__ = "credential"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    #: argon2id
    passphrase_hash: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    #: encrypted with a key that is not in the database
    totp_secret: Mapped[str | None]
    #: the time step of the last code used: no code is used twice
    totp_last_counter: Mapped[int | None] = mapped_column(BigInteger)
    totp_since: Mapped[datetime | None]


class Passkey(Base):
    """A public key of an agent's authenticator (WebAuthn)."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    label: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    last_used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code that replaces the second factor once."""

    __tablename__ = "recovery_code"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    #: HMAC-SHA256 with a key that is not in the database
    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    used_at: Mapped[datetime | None]


class AgentSession(Base):
    """A browser in which an agent is signed in; the cookie holds the key, this table its SHA-256."""

    __tablename__ = "agent_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[bytes] = mapped_column(unique=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    method: Mapped[Method] = enum_column(Method)
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    last_seen_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    #: when the agent last proved their identity: changing how they sign in requires a recent proof
    proved_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    address: Mapped[str]
    user_agent: Mapped[str]
    #: Flask's session: the CSRF token, flashed messages, the identity provider's token
    data: Mapped[dict[str, Any]]

    agent: Mapped[Agent] = relationship(lazy="raise_on_sql")

    __table_args__ = (code_check("method", Method),)


class Throttled(LabelledEnum):
    """What is throttled after failures."""

    ACCOUNT = "account", "Compte"
    FACTOR = "factor", "Second facteur"
    ADDRESS = "address", "Adresse du réseau"


class LoginAttempt(Base):
    """The failures of an account, of its second factor or of a network address, and until when it must wait."""

    __tablename__ = "login_attempt"

    kind: Mapped[Throttled] = enum_column(Throttled, primary_key=True)
    #: SHA-256 of what was tried: anything may be typed as an address
    subject_hash: Mapped[bytes] = mapped_column(primary_key=True)
    #: the agent whose account it is, if it exists
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    failures: Mapped[int]
    failed_at: Mapped[datetime]
    blocked_until: Mapped[datetime | None]

    __table_args__ = (code_check("kind", Throttled),)
