"""The journal: who did or read what. Append-only, hash-chained by the database, never rewritten by anybody.

One database function, `journal_append`, assigns a line its number and its time, chains it and inserts it; the application may
do nothing else to the table. `app.audit` reads, seals, verifies and purges it.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Engine,
    Index,
    Integer,
    String,
    Text,
    bindparam,
    cast,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.access.identity import Identity
from app.core.access.rows import carry
from app.core.database.tables import Base
from app.core.text.bounds import writable
from app.core.text.labelled import LabelledEnum


class Event(LabelledEnum):
    """Everything the journal records: ``domain:object:action``."""

    ABSENCE_DECLARED = "habilitations:absence:declared", "Absence déclarée ou annulée"
    ACCOUNT_LINKED = "accounts:agent:linked", "Compte relié à ProConnect"
    ACCOUNT_LOCKED = "accounts:agent:locked", "Compte bloqué"
    ACCOUNT_OPENED = "accounts:agent:created", "Compte ouvert"
    ACCOUNT_SIGNED_IN = "accounts:session:opened", "Connexion"
    ACCOUNT_REFUSED = "accounts:session:refused", "Connexion refusée"
    ACCOUNT_SIGNED_OUT = "accounts:session:closed", "Déconnexion"
    ACCOUNT_UNLINKED = "accounts:agent:unlinked", "Compte délié de ProConnect"
    ACCOUNT_SWITCHED = "habilitations:account:switched", "Compte activé, désactivé, suspendu ou réactivé"  # fmt: skip
    AGENTS_EXPORTED = "habilitations:agents:exported", "Agents ou habilitations exportés"
    AGENTS_IMPORTED = "habilitations:agents:imported", "Agents importés"
    AGENT_UPDATED = "habilitations:agent:updated", "Agent modifié"
    ACCOUNT_UNLOCKED = "accounts:agent:unlocked", "Compte débloqué"
    ALIKE_BUILT = "evidence:alike:built", "Entreprises semblables comptées"
    ALERT_HANDLED = "portal:alert:handled", "Alerte traitée, ou mise de côté, depuis l’accueil"
    #: the code is that of the opinions given before there were three answers
    ALERT_ANSWERED = "detections:entry:feedback", "Réponse à une alerte"
    ALERT_RETURNED = "detections:entry:returned", "Alerte revenue de surveillance"
    API_READ = "exchanges:api:read", "Lecture par un jeton"
    API_TOKEN_CHANGED = "exchanges:token:changed", "Jeton créé ou révoqué"
    ATTACHMENT_ADDED = "network:attachment:added", "Fichier joint"
    ATTACHMENT_READ = "network:attachment:read", "Fichier joint lu"
    ATTACHMENT_REMOVED = "network:attachment:removed", "Fichier joint retiré"
    BACKUP_FAILED = "operations:backup:failed", "Sauvegarde en échec"
    BACKUP_MADE = "operations:backup:made", "Sauvegarde faite"
    BULK_ACT = "detections:bulk:acted", "Geste sur plusieurs entreprises"
    CAMPAIGN_CHANGED = "campaigns:campaign:changed", "Campagne créée, modifiée ou close"
    CAMPAIGN_EXPORTED = "campaigns:campaign:exported", "Campagne exportée"
    CAMPAIGN_FILLED = "campaigns:campaign:filled", "Entreprises mises dans une campagne ou retirées"
    CAMPAIGN_READ = "campaigns:campaign:read", "Campagne consultée"
    CASE_CLOSED = "cases:case:closed", "Accompagnement clos"
    CASE_DELETED = "cases:case:deleted", "Accompagnement supprimé"
    CASE_HANDED_OVER = "cases:case:handed_over", "Référent d’un accompagnement remplacé"
    CASE_LIST_READ = "cases:list:read", "Accompagnements listés"
    CASE_MEASURE_CHANGED = "cases:measure:changed", "Dispositif mobilisé ajouté, corrigé ou retiré"
    CASE_MEMBER_CHANGED = "cases:member:changed", "Membres d’un accompagnement modifiés"
    CASE_MOVED = "cases:case:moved", "Accompagnement déplacé à l’établissement qui a succédé"
    CASE_OPENED = "cases:case:opened", "Accompagnement ouvert"
    CASE_QUALIFIED = "cases:case:qualified", "Accompagnement qualifié"
    CASE_REOPENED = "cases:case:reopened", "Accompagnement rouvert"
    CASE_RESTORED = "cases:case:restored", "Suppression d’un accompagnement annulée"
    CASE_UPDATED = "cases:case:updated", "Accompagnement modifié"
    CALENDAR_CHANGED = "deadlines:calendar:changed", "Adresse de calendrier créée ou arrêtée"
    CALENDAR_READ = "deadlines:calendar:read", "Calendrier lu par son adresse"
    CONTACT_ENDED = "campaigns:contact:ended", "Contact consigné, reporté ou rendu"
    CONTACT_PUT_OFF = "campaigns:contact:put_off", "Contact reporté, ou entreprise écartée"
    CONTACT_TAKEN = "campaigns:contact:taken", "Contact pris"
    DEADLINE_ASSIGNED = "deadlines:deadline:assigned", "Échéance fixée"
    DEADLINE_CHANGED = "deadlines:deadline:changed", "Échéance reportée ou confiée à un autre"
    DEADLINE_DUE = "deadlines:deadline:due", "Échéance rappelée"
    DEADLINE_SETTLED = "deadlines:deadline:settled", "Échéance faite ou annulée"
    DIGEST_CHANGED = "network:digest:changed", "Courriels réglés"
    COMMENT_DELETED = "network:comment:deleted", "Commentaire supprimé"
    COMMENT_EDITED = "network:comment:edited", "Commentaire modifié"
    COMMENT_RESTORED = "network:comment:restored", "Commentaire rétabli"
    COMMENT_WIDENED = "network:comment:widened", "Commentaire ouvert aux partenaires"
    COMMENT_WRITTEN = "network:comment:written", "Commentaire écrit"
    COMMITMENT_ACCEPTED = "accounts:commitment:accepted", "Engagement de confidentialité signé"
    COMPANY_LIST_CHANGED = "watching:company_list:changed", "Liste d’entreprises créée ou archivée"  # fmt: skip
    COMPANY_LIST_FILLED = "watching:company_list:filled", "Entreprises ajoutées à une liste ou retirées"  # fmt: skip
    COMPANY_LIST_READ = "watching:company_list:read", "Liste d’entreprises consultée"
    COMPANY_READ = "companies:company:read", "Fiche consultée"
    DRILL_ASKED = "operations:drill:asked", "Vérification d’une sauvegarde demandée"
    DRILL_ENDED = "operations:drill:ended", "Sauvegarde vérifiée par une restauration"
    DEMAND_ANSWERED = "transparency:demand:answered", "Réponse à une demande sur l’algorithme"
    DEMAND_WRITTEN = "transparency:demand:written", "Demande sur l’algorithme inscrite"
    DETECTION_EXPORTED = "detections:list:exported", "Liste exportée"
    DETECTION_LIST_PUBLISHED = "detections:list:published", "Liste publiée"
    DETECTION_LIST_READ = "detections:list:read", "Liste consultée"
    DETECTION_RUN_RESUMED = "detections:run:resumed", "Détection relancée"
    DETECTION_RUN_STARTED = "detections:run:started", "Détection lancée"
    DIRECTORY_CHANGED = "referrals:directory:changed", "Annuaire des partenaires modifié"
    DIRECTORY_EXPORTED = "referrals:directory:exported", "Annuaire ou couverture exportés"
    DIRECTORY_IMPORTED = "referrals:directory:imported", "Fichier d’annuaire reçu ou appliqué"
    CONSENT_OVERRIDDEN = "referrals:consent:overridden", "Besoin transmis sans l’accord de l’entreprise"  # fmt: skip
    CONSENT_OVERRIDES_READ = "referrals:consent:overrides_read", "Besoins sans accord lus"
    NEED_SENT = "referrals:need:sent", "Besoin d’une entreprise transmis"
    NEED_ANSWERED = "referrals:need:answered", "Réponse d’un expert à un besoin"
    NEED_PASSED_ON = "referrals:need:passed_on", "Besoin passé à d’autres experts"
    NEED_REMINDED = "referrals:need:reminded", "Relance sur un besoin"
    NEED_PUT_TO = "referrals:need:put_to", "Besoin adressé à un expert par l’équipe"
    NEED_WITHDRAWN = "referrals:need:withdrawn", "Besoin retiré"
    NEED_MESSAGE_WRITTEN = "referrals:message:written", "Message sur un besoin"
    NEED_LINK_SENT = "referrals:link:sent", "Lien envoyé à un expert sans compte"
    NEED_CONTACT_READ = "referrals:contact:read", "Coordonnées d’une entreprise lues pour un besoin"
    LANDING_CHANGED = "referrals:landing:changed", "Guichet d’un thème modifié"
    FOLLOW_UP_SENT = "referrals:follow_up:sent", "Lien de suivi envoyé à une entreprise"
    SATISFACTION_SAID = "referrals:satisfaction:said", "Avis d’une entreprise sur l’aide reçue"
    SOLICITATION_ERASED = "referrals:solicitation:erased", "Coordonnées d’une demande effacées"
    NEEDS_EXPORTED = "referrals:needs:exported", "Besoins adressés à une institution exportés"
    ANTENNE_MAIL_CHANGED = "referrals:mail:changed", "Courriel du lundi d’une antenne réglé"
    REGION_DECIDED = "referrals:region:decided", "Région ouverte ou fermée au guichet"
    REGION_TESTED = "referrals:region:tested", "Courriel d’essai d’une région envoyé"
    SOLICITATION_CHECKED = "referrals:solicitation:checked", "Demande d’une entreprise contrôlée"
    SOLICITATION_CHECK_UNDONE = "referrals:solicitation:unchecked", "Contrôle d’une demande annulé"
    FEED_READ = "network:feed:read", "Fil consulté"
    FIGURES_FROZEN = "evidence:figures:frozen", "Chiffres d’une période arrêtés"
    FIGURES_PUBLISHED = "evidence:figures:published", "Chiffres d’une période publiés"
    FIRM_EXAMINED = "sittings:item:examined", "Entreprise examinée en séance"
    FIRM_ASSIGNED = "cases:firm:assigned", "Entreprises confiées à un agent"
    FOLLOW_CHANGED = "network:follow:changed", "Suivi modifié"
    HOME_READ = "portal:home:read", "Accueil consulté"
    HANDOVER_ANSWERED = "cases:handover:answered", "Réponse à une transmission d’accompagnements"
    HANDOVER_ASKED = "cases:handover:asked", "Transmission d’accompagnements proposée"
    IDEA_ANSWERED = "openlab:idea:answered", "Réponse de l’équipe à une idée"
    IDEA_VOTED = "openlab:idea:voted", "Vote pour une idée donné ou retiré"
    IDEA_WRITTEN = "openlab:idea:written", "Idée proposée"
    IMPORT_ASKED = "imports:batch:asked", "Import demandé"
    HABILITATION_ASKED = "habilitations:request:asked", "Habilitation demandée"
    HABILITATION_GRANTED = "habilitations:right:granted", "Habilitation donnée"
    HABILITATION_REFUSED = "habilitations:request:refused", "Habilitation refusée"
    HABILITATION_WITHDRAWN = "habilitations:right:withdrawn", "Habilitation retirée"
    IMPORT_ABANDONED = "imports:batch:abandoned", "Lot abandonné"
    IMPORT_DECIDED = "imports:batch:decided", "Décision sur un lot"
    IMPORT_FAILED = "imports:batch:failed", "Import refusé"
    IMPORT_HELD = "imports:batch:held", "Lot en attente de décision"
    IMPORT_PREVIEWED = "imports:batch:previewed", "Premières lignes d’un lot lues"
    IMPORT_REJECTS_DOWNLOADED = "imports:rejects:downloaded", "Lignes rejetées téléchargées"
    IMPORT_PUBLISHED = "imports:batch:published", "Import publié"
    IMPORT_SENT = "imports:files:sent", "Fichiers envoyés"
    IMPORT_WITHDRAWN = "imports:batch:withdrawn", "Lot retiré"
    IMPERSONATION_ENDED = "habilitations:impersonation:ended", "Vue comme un autre agent terminée"
    IMPERSONATION_STARTED = "habilitations:impersonation:started", "Vue comme un autre agent"
    INSTANCE_RESTORED = "operations:instance:restored", "Instance restaurée d’une sauvegarde"
    INTERLOCUTOR_CHANGED = "interlocutors:interlocutor:changed", "Interlocuteur d’une entreprise ajouté, corrigé ou archivé"  # fmt: skip
    INTERLOCUTOR_READ = "interlocutors:interlocutor:read", "Coordonnées d’un interlocuteur affichées"  # fmt: skip
    JOURNAL_EXPORTED = "audit:journal:exported", "Journal exporté"
    JOURNAL_PURGED = "audit:journal:purged", "Mois du journal purgé"
    JOURNAL_READ = "audit:journal:read", "Journal consulté"
    JOURNAL_SEALED = "audit:journal:sealed", "Journal scellé"
    LABELS_ASKED = "label_store:build:asked", "Calcul des étiquettes demandé"
    LABELS_BUILT = "label_store:build:done", "Étiquettes calculées"
    LESSON_FINISHED = "transparency:lesson:finished", "Formation « Lire une alerte » terminée"
    LESSON_HUSHED = "transparency:lesson:hushed", "Rappel de la formation arrêté"
    LETTER_CHANGED = "campaigns:letter:changed", "Lettre type écrite, archivée ou reprise"
    LIST_WITHDRAWAL_ASKED = "detections:withdrawal:asked", "Retrait ou remise d’une liste demandés"
    LIST_WITHDRAWAL_DECIDED = (
        "detections:withdrawal:decided",
        "Retrait ou remise d’une liste décidés",
    )
    MAIL_RESENT = "messages:email:resent", "Courriels renvoyés"
    MASS_READING = "audit:reading:massive", "Consultation inhabituelle"
    DRAW_OVERRIDDEN = "detections:draw:overridden", "Entreprise tirée au sort laissée de côté"
    DRIFT_ALLOWED = "detections:drift:allowed", "Liste autorisée malgré la dérive"
    DRIFT_FOUND = "detections:drift:found", "Dérive au rouge"
    MODEL_CHALLENGED = "models_registry:model:challenged", "Modèle mis à l’essai"
    MODEL_JUDGED = "models_registry:model:judged", "Mesure d’un modèle demandée"
    MODEL_ROLLED_BACK = "models_registry:model:rolled_back", "Modèle précédent remis en service"
    MODEL_PROMOTED = "models_registry:model:promoted", "Modèle mis en service"
    MODEL_TRAINED = "models_registry:model:trained", "Modèle entraîné"
    OPENLAB_CHANGED = "openlab:change:written", "Changement dit aux agents"
    OPENLAB_REPLIES_READ = "openlab:replies:read", "Réponses aux alertes consultées"
    OPENLAB_SHEET_BUILT = "openlab:sheet:built", "Fiche OpenLab faite"
    OPENLAB_TOLD = "openlab:sheet:told", "Annonce des fiches OpenLab réglée"
    TELEPHONE_CHANGED = "accounts:telephone:changed", "Numéro de téléphone changé"
    TELEPHONE_READ = "cases:telephone:read", "Téléphone d’un référent affiché"
    TRAINING_ASKED = "models_registry:training:asked", "Entraînement demandé"
    NETWORK_ENTRY_ASKED = "habilitations:entry:asked", "Entrée dans un réseau demandée"
    NETWORK_ENTRY_REFUSED = "habilitations:entry:refused", "Entrée dans un réseau refusée"
    NETWORKS_JOINED = "habilitations:network:joined", "Réseaux rejoints"
    NOTIFICATIONS_READ = "network:notification:read", "Notifications consultées"
    PASSPHRASE_CHANGED = "accounts:passphrase:changed", "Phrase de passe changée"
    PORTFOLIO_COMPARED = "exchanges:portfolio:compared", "Fichier d’accompagnements comparé"
    PORTFOLIO_EXPORTED = "exchanges:portfolio:exported", "Accompagnements exportés"
    PORTFOLIO_IMPORTED = "exchanges:portfolio:imported", "Fichier d’accompagnements reçu ou appliqué"  # fmt: skip
    REPORT_ASKED = "evidence:report:asked", "Bilan demandé ou repris"
    REPORT_BUILT = "evidence:report:built", "Bilan terminé"
    REPORT_DOWNLOADED = "evidence:report:downloaded", "Fichier d’un bilan téléchargé"
    READERS_READ = "audit:readers:read", "Consultations d’une entreprise lues"
    NETWORKS_LEFT = "habilitations:network:left", "Réseaux quittés"
    NETWORK_CHANGED = "habilitations:network:changed", "Réseau créé ou modifié"
    REVIEW_CLOSED = "habilitations:review:closed", "Revue des habilitations close"
    REVIEW_DECIDED = "habilitations:review:decided", "Habilitation revue"
    REVIEW_OPENED = "habilitations:review:opened", "Revue des habilitations ouverte"
    ROLE_ASKED = "habilitations:role:asked", "Rôle demandé"
    ROLE_REFUSED = "habilitations:role:refused", "Rôle refusé"
    ROLES_CHANGED = "habilitations:role:changed", "Rôles modifiés"
    EXPLORATION_DECIDED = "detections:exploration:decided", "Tirage au sort arrêté ou repris"
    RULES_PREVIEWED = "detections:rules:previewed", "Règles d’expert essayées"
    RULES_SAVED = "detections:rules:saved", "Règles d’expert enregistrées"
    SEARCHED = "search:box:used", "Recherche"
    SHEET_OPENED = "companies:sheet:opened", "Fiche de visite ouverte pour impression"
    SUGGESTED = "search:box:suggested", "Suggestions de recherche"
    SECOND_FACTOR_CHANGED = "accounts:factor:changed", "Second facteur modifié"
    SESSIONS_CLOSED = "accounts:session:revoked", "Sessions fermées"
    SIGNAL_WRITTEN = "detections:signal:written", "Entreprise signalée"
    SUMMARY_WRITTEN = "cases:summary:written", "Synthèse écrite"
    SITTING_CHANGED = "sittings:sitting:changed", "Séance préparée ou tenue"
    SITTING_EXPORTED = "sittings:sitting:exported", "Compte rendu de séance téléchargé"
    SITTING_READ = "sittings:sitting:read", "Séance consultée"
    STATEMENT_EXPORTED = "transparency:statement:exported", "Relevé de traitement ouvert"
    STUDY_COMPUTED = "evidence:study:computed", "Étude d’impact lue à son jour"
    STUDY_REGISTERED = "evidence:study:registered", "Étude d’impact enregistrée"
    SUBSCRIPTION_CHANGED = "watching:subscription:changed", "Abonnement réglé ou arrêté"
    UNLOCK_ENDED = "unlocks:unlock:ended", "Déverrouillage terminé"
    UNLOCK_OPENED = "unlocks:unlock:opened", "Déverrouillage motivé"
    VALUE_CHANGED = "values:value:changed", "Valeur d’une liste ajoutée ou modifiée"
    VIEW_CHANGED = "watching:view:changed", "Vue enregistrée, réglée ou supprimée"
    VISIT_CORRECTED = "visits:visit:corrected", "Visite corrigée"
    VISIT_LOGGED = "visits:visit:logged", "Visite consignée"
    VISIT_SHARED = "visits:visit:shared", "Participants d’une visite ajoutés ou retirés"

    @property
    def action(self) -> str:
        """What was done: ``read``, ``exported``, ``written``…"""
        return self.value.rpartition(":")[2]

    @property
    def takes_out(self) -> bool:
        """Whether data left Vigie in a file."""
        return self.action in {"exported", "downloaded"}


class JournalEntry(Base):
    """One line of the journal; its number, its time and its hashes are assigned by the database under a lock."""

    __tablename__ = "journal"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    #: part of the key, since it partitions the table by month (UTC)
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
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
        Index(
            "ix_journal_seen_as",
            text("(((details -> 'seen_as'::text) ->> 'agent'::text)::integer)"),
            postgresql_where=text("details ? 'seen_as'::text"),
        ),
    )


def written_at() -> ColumnElement[datetime]:
    """What the clock said when the line of a row was written.

    ``recorded_at``, which goes forward along the chain, is never before it: a limit below may be put on either, and the index
    serves the other.
    """
    told = cast(JournalEntry.details["clock"].astext, DateTime(timezone=True))
    return func.coalesce(told, JournalEntry.recorded_at)


#: made once: every page writes a line
_APPEND = select(
    func.journal_append(
        bindparam("actor", type_=Integer()), bindparam("event", type_=Text()), bindparam("siren", type_=Text()),
        bindparam("details", type_=JSONB()),
    )
)  # fmt: skip


def record(
    session: Session, identity: Identity, event: Event, *, siren: str | None = None, **details: Any
) -> None:
    """Write a line in the transaction of ``session``: the act and its trace are committed or rolled back together."""
    session.execute(_APPEND, _line(identity, event, siren=siren, details=details))


def record_apart(
    engine: Engine, identity: Identity, event: Event, *, siren: str | None = None, **details: Any
) -> None:
    """Write a line in a short separate transaction: for readings, whose page is served in a read-only transaction."""
    with engine.begin() as connection:
        carry(connection, identity.person)
        connection.execute(_APPEND, _line(identity, event, siren=siren, details=details))


def seen_as(identity: Identity) -> dict[str, object]:
    """The agent as whom somebody else was seeing Vigie, for the details of a line; that agent can read the line too."""
    return {"agent": identity.agent_id, "name": identity.name}


def changes(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, list[object]]:
    """The fields that differ, as ``{field: [before, after]}``, ready for `record`."""
    return {
        name: [_plain(before.get(name)), _plain(value)]
        for name, value in after.items()
        if before.get(name) != value
    }


def _line(
    identity: Identity, event: Event, *, siren: str | None, details: dict[str, Any]
) -> dict[str, Any]:
    """The actor is who really acts; the agent as whom they were seeing Vigie is in the details, hashed like the rest.

    The database compares the actor with whoever the transaction acts for, and refuses any other: see `rows.carry`.
    """
    if identity.impersonated_by is not None:
        details = {**details, "seen_as": seen_as(identity)}
    plain = {name: _plain(value) for name, value in details.items()}
    return {
        "actor": identity.person.agent_id,
        "event": event.value,
        "siren": siren,
        "details": plain,
    }


def _plain(value: object) -> object:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, str):
        # What cannot be stored would stop the act with its trace.
        return writable(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    return value
