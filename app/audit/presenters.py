"""How a line of the journal reads in French: its event, what it is about, and its details in words."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from app.cases.models import CaseState, Criticality, MemberRole, Outcome
from app.companies.policies import Reach
from app.core.db import LabelledEnum
from app.core.formats import date_fr, siret_fr
from app.core.identity import Nature
from app.core.journal import Event, JournalEntry
from app.core.xlsx import Column
from app.core.xlsx import Kind as CellKind
from app.network.models import FollowLevel
from app.visits.models import Channel, ContactResult, DifficultyNature, Verdict


class Kind(LabelledEnum):
    """What somebody did, in one word."""

    READ = "lu", "Ce que j’ai lu"
    TAKEN_OUT = "exporte", "Ce que j’ai exporté"
    WRITTEN = "ecrit", "Ce que j’ai écrit ou modifié"
    SESSION = "compte", "Mes connexions et mon compte"


READ = frozenset({"read", "used"})
#: labels of the details, by their name
NAMES = {
    "agent": "Compte n°", "agent_id": "Compte n°", "as_of": "Données au", "batch": "Lot",
    "case_id": "Accompagnement n°", "change": "Changement", "changes": "Champs modifiés",
    "columns": "Colonnes", "comment_id": "Commentaire n°", "confidential": "Données confidentielles ouvertes",
    "context_changed": "Contexte modifié", "count": "Nombre", "day": "Jour", "days": "Jours scellés", "email": "Adresse essayée",
    "ends_on": "Jusqu’au", "entry": "Détection n°", "error": "Erreur", "files": "Fichiers", "filters": "Filtres",
    "firms": "Entreprises distinctes", "first": "Première ligne",
    "in_zone": "Dans la zone", "is_champion": "Mis en service", "kind": "Format", "last": "Dernière ligne", "level": "Niveau",
    "lines": "Lignes", "list": "Liste n°", "month": "Mois", "name": "Agent", "natures": "Natures", "network_id": "Cercle de lecteurs n°",
    "networks": "Réseaux", "note_changes": "Parties de la note modifiées",
    "number": "Dernière ligne", "page": "Page", "query": "Recherche", "reason": "Motif d’accès", "role": "Rôle",
    "roles": "Rôles", "run": "Détection lancée n°", "seal": "Scellé", "seen_as": "En voyant Vigie comme",
    "sha256": "Empreinte du fichier (SHA-256)",
    "shown": "Entreprises montrées", "signal": "Signalement n°", "siret": "Établissement", "source": "Source",
    "threshold": "Seuil", "trigger": "Déclenchée par",
    "validated_by": "Validée par le compte n°", "version": "Version", "visit_id": "Visite n°", "wanted": "Demandé", "zone": "Zone",
}  # fmt: skip
#: what a line of a list leaves to the page of the line
LONG = frozenset({"columns", "files", "in_zone", "page", "seal", "sha256"})
#: the ground of a reading, whoever reads it
GROUNDS = {
    Reach.ZONE.value: "entreprise de la zone",
    Reach.ACCOMPAGNEMENT.value: "accompagnement auquel l’agent participe",
    Reach.OUT_OF_ZONE.value: "aucun, hors zone",
}
A_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CODED: tuple[type[LabelledEnum], ...] = (
    Reach, Nature, CaseState, Criticality, MemberRole, Outcome, FollowLevel,
    Channel, ContactResult, Verdict, DifficultyNature,
)  # fmt: skip
#: by name of a detail, whose codes it holds
CODES: dict[str, tuple[type[LabelledEnum], ...]] = {
    "natures": (Nature,),
    "level": (FollowLevel,),
    "role": (MemberRole,),
    "changes": _CODED,
}
#: the parts of a page, as `portal:home:read` counts them
PARTS = {"alerts": "alertes", "news": "nouvelles", "follows": "suivis", "cases": "accompagnements"}
CHANGES = {"added": "ajout", "invited": "invitation", "removed": "départ", "role": "nouveau rôle"}
WRITERS: dict[str, Callable[[Any], str]] = {
    "change": lambda code: CHANGES.get(code, str(code)),
    "seen_as": lambda agent: str(agent["name"]),
    "siret": siret_fr,
}

COLUMNS = (
    Column("Numéro", CellKind.NUMBER, width=10),
    Column("Moment", width=26),
    Column("Agent", width=28),
    Column("Compte", CellKind.NUMBER, width=10),
    Column("Événement", width=32),
    Column("Siren", width=12),
    Column("Précisions", width=100),
)


def label_of(code: str) -> str:
    """The event in French; an event of another version, by its code."""
    try:
        return Event(code).label
    except ValueError:
        return code


def events_of(kind: Kind) -> tuple[Event, ...]:
    """The events of a kind."""
    return tuple(event for event in Event if kind_of(event) == kind)


def kind_of(event: Event) -> Kind:
    """What sort of act an event is."""
    if event.takes_out:
        return Kind.TAKEN_OUT
    if event.action in READ:
        return Kind.READ
    return Kind.SESSION if event.value.startswith("accounts:") else Kind.WRITTEN


def details_of(
    line: JournalEntry, *, left_out: frozenset[str] = frozenset()
) -> list[tuple[str, str]]:
    """``(label, text)`` of each detail that says something."""
    return [
        (NAMES.get(name, name.replace("_", " ").capitalize()), _words(name, value))
        for name, value in line.details.items()
        if name not in left_out and value not in (None, "", [], {})
    ]


def sentence_of(line: JournalEntry) -> str:
    """All the details on one line: « Dans la zone : non ; Motif d’accès : aucun, hors zone »."""
    return _told(details_of(line))


def summary_of(line: JournalEntry) -> str:
    """The details that a list has room for."""
    return _told(details_of(line, left_out=LONG))


def is_out_of_zone(line: JournalEntry) -> bool:
    """Whether the line is a reading out of zone."""
    return line.details.get("in_zone") is False


def reach_label(code: object) -> str:
    """The reason of an access, in French."""
    return GROUNDS.get(str(code)) or _coded(str(code), (Reach,)).lower()


def iso_day(text: str) -> str:
    """« 22 novembre 2026 » for the day that a detail holds."""
    return date_fr(date.fromisoformat(text))


def by_agent(outings: Sequence[Any]) -> list[tuple[Any, list[Any]]]:
    """The rows of the report grouped by agent, in their order: pairs of the first row and all of them."""
    groups: dict[object, list[Any]] = {}
    for row in outings:
        groups.setdefault(row.actor_id, []).append(row)
    return [(rows[0], rows) for rows in groups.values()]


def _told(details: Sequence[tuple[str, str]]) -> str:
    """« Visite n° 3 ; Contexte modifié : oui »."""
    return " ; ".join(
        f"{label} {text}" if label.endswith("n°") else f"{label} : {text}"
        for label, text in details
    )


def _words(name: str, value: Any) -> str:
    if name == "reason":
        return reach_label(value)
    if name in WRITERS:
        return WRITERS[name](value)
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, Mapping):
        return " ; ".join(_pair(name, str(key), item) for key, item in value.items()) or "aucun"
    if isinstance(value, list):
        return ", ".join(_words(name, item) for item in value)
    return _coded(str(value), CODES.get(name, ()))


def _pair(name: str, key: str, value: Any) -> str:
    """A filter and its values, or a field before and after."""
    if name == "changes" and isinstance(value, list) and len(value) == 2:
        before, after = (_words(name, side) if side is not None else "vide" for side in value)
        return f"{key} : {before or 'vide'} → {after or 'vide'}"
    key = PARTS.get(key, key)
    return f"{key} : {_words(name, value) if value not in (None, '', []) else 'tous'}"


def _coded(text: str, kinds: Sequence[type[LabelledEnum]]) -> str:
    for kind in kinds:
        if text in {member.value for member in kind}:
            return kind(text).label
    return iso_day(text) if A_DAY.fullmatch(text) else text
