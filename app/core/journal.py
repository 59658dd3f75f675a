"""The journal: who did or read what. Append-only, hash-chained by the database, never rewritten by anybody."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Engine, Index, String, insert
from sqlalchemy import Identity as SqlIdentity
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.db import Base, LabelledEnum
from app.core.identity import Identity
from app.core.scope import carry


class Event(LabelledEnum):
    """Everything the journal records: ``domain:object:action``."""

    ACCOUNT_LINKED = "accounts:agent:linked", "Compte relié à ProConnect"
    ACCOUNT_OPENED = "accounts:agent:created", "Compte ouvert"
    ACCOUNT_SIGNED_IN = "accounts:session:opened", "Connexion"
    ACCOUNT_REFUSED = "accounts:session:refused", "Connexion refusée"
    ACCOUNT_SIGNED_OUT = "accounts:session:closed", "Déconnexion"
    ACCOUNT_UNLINKED = "accounts:agent:unlinked", "Compte délié de ProConnect"
    CASE_CLOSED = "cases:case:closed", "Accompagnement clos"
    CASE_LIST_READ = "cases:list:read", "Accompagnements listés"
    CASE_MEMBER_CHANGED = "cases:member:changed", "Membres d’un accompagnement modifiés"
    CASE_OPENED = "cases:case:opened", "Accompagnement ouvert"
    CASE_UPDATED = "cases:case:updated", "Accompagnement modifié"
    DIGEST_CHANGED = "network:digest:changed", "Courriel quotidien réglé"
    COMMENT_DELETED = "network:comment:deleted", "Commentaire supprimé"
    COMMENT_EDITED = "network:comment:edited", "Commentaire modifié"
    COMMENT_WRITTEN = "network:comment:written", "Commentaire écrit"
    COMMITMENT_ACCEPTED = "accounts:commitment:accepted", "Engagement de confidentialité signé"
    COMPANY_READ = "companies:company:read", "Fiche consultée"
    DETECTION_EXPORTED = "detections:list:exported", "Liste exportée"
    DETECTION_FEEDBACK = "detections:entry:feedback", "Avis sur une détection"
    DETECTION_LIST_PUBLISHED = "detections:list:published", "Liste publiée"
    DETECTION_LIST_READ = "detections:list:read", "Liste consultée"
    DETECTION_RUN_STARTED = "detections:run:started", "Détection lancée"
    FOLLOW_CHANGED = "network:follow:changed", "Suivi modifié"
    IMPORT_ASKED = "imports:batch:asked", "Import demandé"
    HABILITATION_GRANTED = "habilitations:right:granted", "Habilitation donnée"
    IMPORT_FAILED = "imports:batch:failed", "Import refusé"
    IMPORT_REJECTS_DOWNLOADED = "imports:rejects:downloaded", "Lignes rejetées téléchargées"
    IMPORT_PUBLISHED = "imports:batch:published", "Import publié"
    MODEL_TRAINED = "models_registry:model:trained", "Modèle entraîné"
    NETWORKS_JOINED = "habilitations:network:joined", "Réseaux rejoints"
    SEARCHED = "search:box:used", "Recherche"
    SIGNAL_WRITTEN = "detections:signal:written", "Entreprise signalée"
    VISIT_CORRECTED = "visits:visit:corrected", "Visite corrigée"
    VISIT_LOGGED = "visits:visit:logged", "Visite consignée"


class JournalEntry(Base):
    """One line of the journal; number, moment and hashes are drawn by the database under a lock."""

    __tablename__ = "journal"

    id: Mapped[int] = mapped_column(BigInteger, SqlIdentity(always=False), primary_key=True)
    recorded_at: Mapped[datetime]
    actor_id: Mapped[int | None]
    actor_name: Mapped[str]
    event: Mapped[str] = mapped_column(String(60))
    siren: Mapped[str | None] = mapped_column(String(9))
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    previous_hash: Mapped[bytes]
    hash: Mapped[bytes]

    __table_args__ = (
        Index("ix_journal_actor_id_recorded_at", "actor_id", "recorded_at"),
        Index("ix_journal_siren_recorded_at", "siren", "recorded_at"),
        Index("ix_journal_event_recorded_at", "event", "recorded_at"),
    )


def record(
    session: Session, identity: Identity, event: Event, *, siren: str | None = None, **details: Any
) -> None:
    """Write a line in the transaction of ``session``: the act and its trace stand or fall together."""
    session.execute(
        insert(JournalEntry).inline(), _values(identity, event, siren=siren, details=details)
    )


def record_apart(
    engine: Engine, identity: Identity, event: Event, *, siren: str | None = None, **details: Any
) -> None:
    """Write a line in a short transaction of its own: a reading, whose page is served by a read-only transaction."""
    with engine.begin() as connection:
        carry(connection, identity)
        connection.execute(
            insert(JournalEntry).inline(), _values(identity, event, siren=siren, details=details)
        )


def changes(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, list[object]]:
    """The fields that differ, as ``{field: [before, after]}``, ready for `record`."""
    return {
        name: [_plain(before.get(name)), _plain(value)]
        for name, value in after.items()
        if before.get(name) != value
    }


def _values(
    identity: Identity, event: Event, *, siren: str | None, details: dict[str, Any]
) -> dict[str, Any]:
    return {
        "actor_id": identity.agent_id,
        "actor_name": identity.name,
        "event": event.value,
        "siren": siren,
        "details": {name: _plain(value) for name, value in details.items()},
    }


def _plain(value: object) -> object:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    return value
