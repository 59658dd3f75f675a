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

#: in the words of a head of firm, and what helps to choose: what the guichet offers first
WORDINGS: Mapping[str, tuple[str, str]] = {
    "Étaler une dette sociale": (
        "Je ne peux pas payer mes cotisations Urssaf, ou pas toutes",
        "Obtenir un délai, comprendre une relance, éviter une inscription de privilège.",
    ),
    "Étaler une dette fiscale": (
        "Je ne peux pas payer mes impôts ou ma TVA, ou pas tous",
        "Obtenir un délai auprès des impôts, répondre à une mise en demeure.",
    ),
    "Étaler plusieurs dettes publiques (CCSF)": (
        "Je dois de l’argent à plusieurs administrations",
        "Un seul plan pour l’Urssaf, les impôts et les caisses de retraite.",
    ),
    "Suivre et prévoir sa trésorerie": (
        "Je ne sais plus où va ma trésorerie",
        "Faire le point, prévoir les prochains mois, savoir quoi payer d’abord.",
    ),
    "Renégocier un crédit, saisir la médiation du crédit": (
        "Ma banque me refuse un crédit, ou veut le réduire",
        "Parler à nouveau avec la banque, saisir la médiation du crédit, qui est gratuite.",
    ),
    "Financer le besoin en fonds de roulement": (
        "Je dois payer avant d’être payé",
        "Financer un stock, une commande, l’attente des règlements.",
    ),
    "Trouver des fonds propres": (
        "Je cherche des associés ou des fonds propres",
        "Renforcer le capital, trouver un investisseur ou un prêt participatif.",
    ),
    "Recourir à l’activité partielle": (
        "Je n’ai plus assez de travail pour mes salariés",
        "Réduire les heures pendant un temps sans licencier : l’activité partielle.",
    ),
    "Adapter les effectifs": (
        "Je dois revoir le nombre de mes salariés",
        "Savoir ce qui est possible, et comment le faire dans les règles.",
    ),
    "Former ou reconvertir des salariés": (
        "Je veux former ou reconvertir des salariés",
        "Trouver une formation et de quoi la payer.",
    ),
    "Demander un mandat ad hoc ou une conciliation": (
        "Je veux négocier avec mes créanciers, discrètement",
        "Un mandat ad hoc ou une conciliation, confidentiels, avant d’être en cessation de paiements.",
    ),
    "Préparer une sauvegarde ou un redressement": (
        "Je crains de ne plus pouvoir payer ce que je dois",
        "Préparer une sauvegarde ou un redressement avec quelqu’un, et à temps.",
    ),
    "Être soutenu moralement quand on dirige": (
        "Je n’en peux plus, j’ai besoin de parler à quelqu’un",
        "Une écoute gratuite et confidentielle, pour celles et ceux qui dirigent.",
    ),
    "Faire un diagnostic de la situation": (
        "Je veux faire le point sur mon entreprise",
        "Un regard de l’extérieur sur ce qui va et ce qui ne va pas.",
    ),
    "Trouver des clients, exporter": (
        "Je cherche des clients, en France ou ailleurs",
        "Répondre à un marché public, exporter, vendre autrement.",
    ),
    "Transmettre ou reprendre une entreprise": (
        "Je veux céder mon entreprise, ou en reprendre une",
        "Préparer la vente, trouver un repreneur, reprendre.",
    ),
    "Sécuriser ses approvisionnements": (
        "Je manque de matières ou de pièces, ou elles coûtent trop cher",
        "Trouver d’autres fournisseurs, négocier, relocaliser.",
    ),
    "Réduire sa facture d’énergie": (
        "Ma facture d’énergie est trop lourde",
        "Comprendre un contrat, réduire ce qui est consommé, les aides qui existent.",
    ),
    "Être payé par un client": (
        "Un client ne me paie pas",
        "Relancer, faire intervenir un médiateur, engager une procédure simple.",
    ),
    "Régler un conflit avec un client ou un fournisseur": (
        "Je suis en conflit avec un client ou un fournisseur",
        "Le médiateur des entreprises, gratuit et confidentiel.",
    ),
}


def plant(session: Session) -> None:
    """Add them to a directory that has no theme."""
    if session.scalar(select(ReferralTheme.id).limit(1)) is not None:
        return
    for position, (label, subjects) in enumerate(THEMES.items()):
        theme = ReferralTheme(label=label, position=position)
        session.add(theme)
        session.flush()
        for subject in subjects:
            wording, helping = WORDINGS[subject]
            session.add(
                ReferralSubject(
                    theme_id=theme.id, label=subject, public_wording=wording, public_help=helping
                )
            )
