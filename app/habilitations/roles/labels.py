"""Roles, in words."""

from collections.abc import Iterable

from app.core.access.identity import Role

ROLE_LABELS = {
    Role.AGENT: "Agent",
    Role.MANAGER: "Encadrant : voit les chiffres d’activité",
    Role.CORRESPONDANT: "Correspondant : gère les droits de son administration",
    Role.CONTROLEUR: "Contrôleur : lit le journal, décide des rôles",
    Role.DATA_SCIENTIST: "Data scientist : entraîne les modèles",
    Role.ADMINISTRATEUR: "Administrateur : gère tous les droits",
    Role.ORIENTEUR: "Équipe de l’orientation : vérifie les demandes des entreprises, les réoriente",
    Role.CONSEILLER: "Conseiller : dépose une demande pour une entreprise, rien d’autre",
    Role.ARCHIVISTE: "Archiviste : donne ou refuse le visa des archives, reçoit les versements",
}


def role_names(roles: Iterable[Role]) -> str:
    """Roles, in words."""
    return ", ".join(ROLE_LABELS[role].split(" :")[0] for role in roles)
