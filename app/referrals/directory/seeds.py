"""The themes and subjects that an empty instance holds; administrators then change them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.referrals.directory.models import ReferralSubject, ReferralTheme

THEMES: Mapping[str, Sequence[str]] = {
    "Trésorerie et dettes": (
        "Étaler une dette sociale", "Étaler une dette fiscale", "Étaler plusieurs dettes publiques (CCSF)",
        "Suivre et prévoir sa trésorerie",
    ),
    "Banques et financement": (
        "Renégocier un crédit, saisir la médiation du crédit", "Financer le besoin en fonds de roulement",
        "Trouver des fonds propres",
    ),
    "Emploi et compétences": (
        "Recourir à l’activité partielle", "Adapter les effectifs", "Former ou reconvertir des salariés",
    ),
    "Prévention et procédures": (
        "Demander un mandat ad hoc ou une conciliation", "Préparer une sauvegarde ou un redressement",
        "Être soutenu moralement quand on dirige",
    ),
    "Stratégie et marché": (
        "Faire un diagnostic de la situation", "Trouver des clients, exporter", "Transmettre ou reprendre une entreprise",
    ),
    "Production et achats": ("Sécuriser ses approvisionnements", "Réduire sa facture d’énergie"),
    "Relations d’affaires": ("Être payé par un client", "Régler un conflit avec un client ou un fournisseur"),
}  # fmt: skip


def plant(session: Session) -> None:
    """Add them to a directory that has no theme."""
    if session.scalar(select(ReferralTheme.id).limit(1)) is not None:
        return
    for position, (label, subjects) in enumerate(THEMES.items()):
        theme = ReferralTheme(label=label, position=position)
        session.add(theme)
        session.flush()
        session.add_all(ReferralSubject(theme_id=theme.id, label=subject) for subject in subjects)
