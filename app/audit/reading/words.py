"""The wording of the journal: French labels of the details, and the meaning of their codes."""

from app.accounts.local.notices import Notice
from app.accounts.models import Method, Throttled
from app.accounts.proconnect.refusals import REFUSAL_PAGES
from app.audit.reading.watching import Mass
from app.campaigns.models import ContactEnding, Delay
from app.cases.handover.models import HandoverState
from app.cases.models import CaseState, Criticality, MemberRole, Outcome
from app.companies.policies import Reach
from app.core.access.identity import Nature
from app.core.text.labelled import LabelledEnum
from app.detections.models import SignalSource
from app.habilitations.agents.file_import import LineOutcome
from app.habilitations.models import ReviewDecision
from app.models_registry.models import ExcuseKind
from app.network.models import FollowLevel
from app.unlocks.models import UnlockScope, UnlockSource
from app.values.models import ValueList
from app.visits.models import Channel, ContactResult, DifficultyNature, Verdict
from scoring.vocabulary import Level

#: labels of the details, by name
NAMES = {
    "added": "Ajouté",
    "address": "Adresse du réseau",
    "administration": "Administration",
    "after": "Après",
    "agent": "Compte n°",
    "agent_id": "Compte n°",
    "amount": "Montant (€)",
    "answers": "Réponse au commentaire n°",
    "as_of": "Données au",
    "at_once": "Courriel aussitôt",
    "batch": "Lot",
    "before": "Avant",
    "act": "Geste",
    "bulk": "Lot n°",
    "standard_letter": "Lettre type n°",
    "api_token": "Jeton n°",
    "case_import": "Fichier n°",
    "scopes": "Portées",
    "by_mail": "Par courriel",
    "campaign": "Revue n°",
    "beyond": "Davantage que compté",
    "cases": "Accompagnements n°",
    "case_id": "Accompagnement n°",
    "change": "Changement",
    "changes": "Champs modifiés",
    "choice": "Choix",
    "clock": "Heure de l’horloge, revenue en arrière",
    "code": "Code",
    "columns": "Colonnes",
    "comment_changed": "Commentaire modifié",
    "comment_id": "Commentaire n°",
    "companions": "Participants, comptes n°",
    "companions_removed": "Participants retirés, comptes n°",
    "company_list": "Liste d’entreprises n°",
    "contact_campaign": "Campagne n°",
    "contact_id": "Contact n°",
    "conclusion": "Conclusion",
    "confidential": "Données confidentielles ouvertes",
    "context_changed": "Contexte modifié",
    "count": "Nombre",
    "counts": "Nombres",
    "day": "Jour",
    "days": "Jours scellés",
    "definition_changed": "Définition modifiée",
    "deadline_id": "Échéance n°",
    "decision": "Décision",
    "delay": "Report",
    "delegate": "Personne à voir, compte n°",
    "detail": "Précision technique",
    "due_on": "Date limite",
    "ending": "Ce que le contact a donné",
    "email": "Adresse électronique",
    "emails": "Courriels n°",
    "ends_on": "Jusqu’au",
    "entry": "Détection n°",
    "error": "Erreur",
    "expires_at": "Expire le",
    "excuse": "Ce qui l’excuse",
    "factor": "Essai sur",
    "fields": "Champs modifiés",
    "files": "Fichiers",
    "department": "Département",
    "filters": "Filtres",
    "firms": "Entreprises distinctes",
    "first": "Première ligne",
    "folder": "Envoi n°",
    "file": "Fichier",
    "former": "Version précédente",
    "habilitation": "Habilitation n°",
    "handover": "Transmission n°",
    "headings": "Rubriques modifiées",
    "had_failures": "Avait des échecs",
    "interlocutor": "Interlocuteur n°",
    "in_force_from": "Applicable à partir du",
    "in_zone": "Dans la zone",
    "is_champion": "Mis en service",
    "kind": "Format",
    "label": "Nom",
    "last": "Dernière ligne",
    "leaving": "Comptes qui quittent n°",
    "level": "Niveau",
    "lines": "Lignes",
    "list": "Liste n°",
    "measure": "Entreprises",
    "mentions": "Courriel quand un texte le cite",
    "method": "Moyen de connexion",
    "month": "Mois",
    "name": "Agent",
    "named": "Entreprises nommées",
    "natures": "Natures",
    "network": "Réseau n°",
    "network_id": "Réseau n°",
    "network_request": "Entrée dans un réseau n°",
    "networks": "Réseaux",
    "note_changes": "Parties de la note modifiées",
    "number": "Dernière ligne",
    "occurred_on": "Survenu le",
    "outcome": "Issue",
    "pace": "Rythme",
    "page": "Page",
    "places": "Autres établissements",
    "position": "Place",
    "query": "Recherche",
    "reason": "Motif",
    "red": "Contrôles au rouge",
    "removed": "Retiré",
    "renews": "Remplace l’habilitation n°",
    "replays": "Rejoue le lot",
    "request": "Demande n°",
    "requested_by": "Demandée par le compte n°",
    "role": "Rôle",
    "role_request": "Demande de rôle n°",
    "roles": "Rôles",
    "run": "Détection lancée n°",
    "scope": "Ouvre",
    "seal": "Scellé",
    "seen_as": "En voyant Vigie comme",
    "sessions": "Sessions fermées",
    "sha256": "Empreinte du fichier (SHA-256)",
    "shown": "Entreprises montrées",
    "signal": "Signalement n°",
    "sitting": "Séance n°",
    "sirens": "Entreprises affichées",
    "siret": "Établissement",
    "source": "Source",
    "sources": "Sources",
    "starts_on": "À partir du",
    "sub": "Identifiant ProConnect",
    "text_sha256": "Empreinte du texte (SHA-256)",
    "texts": "Débuts de textes montrés",
    "threshold": "Seuil",
    "trigger": "Déclenchée par",
    "undone": "Annulé",
    "unlock": "Déverrouillage n°",
    "validated_by": "Validée par le compte n°",
    "value": "Valeur n°",
    "value_list": "Liste de valeurs",
    "version": "Version",
    "view_id": "Vue n°",
    "visit_id": "Visite n°",
    "wanted": "Demandé",
    "why": "Raison",
    "withdrawn": "Habilitations retirées",
    "zone": "Zone",
}
#: details shown only on the page of a line, not in lists
LONG = frozenset({"columns", "files", "in_zone", "page", "seal", "sha256", "sirens"})
#: the grounds of a reading
GROUNDS = {
    **{reach.value: reach.label.lower() for reach in Reach},
    Reach.ZONE.value: "entreprise de la zone",
    Reach.ACCOMPAGNEMENT.value: "accompagnement auquel l’agent participe",
    Reach.OUT_OF_ZONE.value: "aucun, hors zone",
}
_CODED: tuple[type[LabelledEnum], ...] = (
    Reach, Nature, CaseState, Criticality, MemberRole, Outcome, FollowLevel,
    Channel, ContactResult, Verdict, DifficultyNature,
)  # fmt: skip
#: the enumeration whose codes a detail holds, by name of the detail
CODES: dict[str, tuple[type[LabelledEnum], ...]] = {
    "decision": (ReviewDecision,),
    "delay": (Delay,),
    "ending": (ContactEnding,),
    "excuse": (ExcuseKind,),
    "factor": (Throttled,),
    "level": (FollowLevel,),
    "measure": (Mass,),
    "method": (Method,),
    "natures": (Nature,),
    "outcome": (Outcome, HandoverState),
    "role": (MemberRole,),
    "scope": (UnlockScope,),
    "source": (SignalSource, UnlockSource),
    "value_list": (ValueList,),
    "changes": _CODED,
}
#: what is counted: the parts of a page, of a list, of a file
PARTS = {
    "alerts": "alertes", "news": "nouvelles", "follows": "suivis", "cases": "accompagnements", "texts": "débuts de textes",
    "entries": "entreprises évaluées", "list": "liste n°", "new": "nouvelles alertes", "reasons": "raisons",
    **{level.value: level.label.lower() for level in Level},
    **{outcome.value: outcome.label.lower() for outcome in LineOutcome},
}  # fmt: skip
#: what was done to an object, or to a means of signing in
CHANGES = {
    "activated": "compte ouvert", "added": "ajout", "changed": "modification", "created": "création", "given": "donné",
    "withdrawn": "retiré", "archived": "archivage", "taken_off": "retrait", "brought_back": "reprise",
    "deactivated": "compte fermé", "invited": "invitation", "moved": "déplacement", "reactivated": "compte réactivé",
    "removed": "départ", "reset": "remise à zéro", "role": "nouveau rôle", "suspended": "compte suspendu",
    **{notice.value: notice.label for notice in Notice},
}  # fmt: skip
#: why a sign-in was refused
REFUSALS = {
    "wrong": "essai faux", "delayed": "essai trop rapproché", "locked": "compte bloqué",
    "address": "trop d’essais de cette adresse",
    **{reason.value: page.title for reason, page in REFUSAL_PAGES.items()},
}  # fmt: skip
