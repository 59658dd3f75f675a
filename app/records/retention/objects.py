"""What each rule is about: when its delay begins, whether it takes the visa of the archives; and the rules that others hold."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.accounts.sessions.store import LONGEST
from app.audit.keeping.chain import KEPT_MONTHS as JOURNAL_MONTHS
from app.records.retention.models import FinalFate, KeptObject
from app.search.queries import KEPT as SEARCHES_KEPT
from config import Config


@dataclass(frozen=True, kw_only=True)
class KnownObject:
    """What is true of an object, whatever its rule says."""

    #: the event that begins its delay
    begins: str
    #: what goes with it, and what stays
    goes: str
    takes_visa: bool = False
    fates: tuple[FinalFate, ...] = (FinalFate.ELIMINATION,)


#: those that no case is destroyed without, and that may be handed over instead
ARCHIVED = (FinalFate.ELIMINATION, FinalFate.ARCHIVING)
OBJECTS: Mapping[KeptObject, KnownObject] = {
    KeptObject.CASE: KnownObject(
        begins="Clôture de l’accompagnement",
        goes="Textes, synthèses, fichiers, échéances, qualification, dispositifs, membres, historique et fil. Restent, pour les chiffres : "
        "numéro, établissement, dates, issue, emplois, contacts sans leur compte rendu.",
        takes_visa=True,
        fates=ARCHIVED,
    ),
    KeptObject.COMMENT: KnownObject(
        begins="Écriture du commentaire",
        goes="Le texte, ses versions, ses fichiers, ses mentions et sa place au fil. Rien ne reste.",
        takes_visa=True,
        fates=ARCHIVED,
    ),
    KeptObject.VISIT: KnownObject(
        begins="Jour de la visite",
        goes="Le compte rendu, les personnes rencontrées, ses fichiers, son échéance. "
        "Restent, pour les chiffres : date, canal, résultat, verdict.",
        takes_visa=True,
        fates=ARCHIVED,
    ),
    KeptObject.INTERLOCUTOR: KnownObject(
        begins="Dernier renseignement donné", goes="Nom, fonction, téléphone, adresse. Rien ne reste."
    ),
    KeptObject.NOTIFICATION: KnownObject(begins="Notification", goes="La notification ; le fait qu’elle signalait reste."),
    KeptObject.ANNOUNCEMENT: KnownObject(begins="Annonce", goes="L’annonce. Rien ne reste."),
    KeptObject.EMAIL: KnownObject(
        begins="Écriture du courriel", goes="Le texte et l’adresse. Restent : date, objet, état de l’envoi."
    ),
    KeptObject.DRAFT: KnownObject(begins="Dernière frappe", goes="Le brouillon. Rien ne reste."),
    KeptObject.SENT_FILE: KnownObject(begins="Envoi du fichier", goes="Le contenu du fichier. Restent : nom, date, suite donnée."),
    KeptObject.DIRECTORY_FILE: KnownObject(begins="Envoi du fichier", goes="Le contenu du fichier. Restent : nom, date, suite donnée."),
    KeptObject.AGENT: KnownObject(
        begins="Dernier usage d’un compte fermé ou suspendu, sans habilitation en cours",
        goes="Nom, adresse, fonction, téléphone, identifiants, facteurs, sessions, préférences. Restent : un numéro et l’administration ; "
        "ce qui fut écrit est signé « Agent parti (administration) ».",
        fates=(FinalFate.ANONYMISATION,),
    ),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class HeldElsewhere:
    """A rule that another part of Vigie, or the operator, holds: shown here, never doubled."""

    label: str
    duration: str
    begins: str
    fate: str
    held_by: str


#: those whose terms are set nowhere
OTHERS = (
    HeldElsewhere(
        label="Fichiers joints", duration="celle de leur texte", begins="Celui de leur texte", fate="Celui de leur texte",
        held_by="la règle de l’accompagnement, du commentaire ou de la visite",
    ),
    HeldElsewhere(
        label="Originaux des fichiers de partenaires, lac", duration="sans terme", begins="Réception",
        fate="Décidé par l’exploitant : un lot se rejoue tant qu’ils sont là", held_by="l’exploitant",
    ),
    HeldElsewhere(
        label="Listes, alertes, fil et étiquettes", duration="sans terme", begins="Publication",
        fate="Conservation : les chiffres du passé et l’apprentissage les lisent ; aucun texte, aucun agent nommé",
        held_by="aucune tâche",
    ),
    HeldElsewhere(
        label="Déverrouillages, séances, campagnes, registre des demandes, OpenLab",
        duration="sans terme",
        begins="–",
        fate="À fixer : leurs textes ne sont pas encore effacés",
        held_by="aucune tâche",
    ),
    HeldElsewhere(
        label="Bordereaux d’élimination", duration="sans terme", begins="Proposition", fate="Conservation",
        held_by="la base, qui n’en laisse effacer aucun",
    ),
)  # fmt: skip


def held_elsewhere(config: Config) -> list[HeldElsewhere]:
    """Return the rules that are not changed here, with the durations in force."""
    daily, weekly, monthly = config.backup_keep
    return [
        HeldElsewhere(
            label="Journal", duration=f"{JOURNAL_MONTHS} mois pleins", begins="Écriture de la ligne",
            fate="Élimination, par mois scellé", held_by="la tenue du journal, dans la base",
        ),
        HeldElsewhere(
            label="Demandes et besoins des entreprises", duration=f"{config.guichet_months} mois", begins="Fin de chaque besoin",
            fate="Anonymisation : sujet, commune, états et délais restent", held_by="le guichet (VIGIE_GUICHET_MONTHS)",
        ),
        HeldElsewhere(
            label="Sessions", duration=f"{LONGEST.total_seconds() / 3600:.0f} heures", begins="Connexion", fate="Élimination",
            held_by="les sessions",
        ),
        HeldElsewhere(
            label="Recherches récentes", duration=f"{SEARCHES_KEPT.days} jours", begins="Recherche", fate="Élimination",
            held_by="la recherche",
        ),
        HeldElsewhere(
            label="Sauvegardes", duration=f"{daily} quotidiennes, {weekly} hebdomadaires, {monthly} mensuelles", begins="Sauvegarde",
            fate="Élimination", held_by="les sauvegardes (VIGIE_BACKUP_KEEP)",
        ),
        *OTHERS,
    ]  # fmt: skip
