"""What is invented: the names of institutions and of people, what firms say, what experts write. Nobody is called so."""

import random
from collections.abc import Mapping

from stdnum import luhn

from app.referrals.areas.gazetteer import name_key
from app.referrals.needs.models import DeclineReason

KINDS = ("Atelier", "Bureau", "Cercle", "Comptoir", "Conservatoire", "Foyer", "Institut", "Office", "Relais", "Service")  # fmt: skip
#: the first is kept for the institutions of the people who sign in
ADJECTIVES = ("imaginaire", "inventé", "simulé", "supposé", "irréel", "fantôme", "virtuel", "factice", "hypothétique")  # fmt: skip
#: what institutions of a theme care for
CARES: Mapping[str, tuple[str, ...]] = {
    "Trésorerie et dettes": ("des échéances", "de la trésorerie", "du moratoire"),
    "Banques et financement": ("du crédit", "des fonds propres", "de la garantie"),
    "Emploi et compétences": ("de l’emploi", "des savoir-faire", "de la formation"),
    "Prévention et procédures": ("de la prévention", "de la sauvegarde", "de l’écoute"),
    "Stratégie et marché": ("des marchés", "de la transmission", "du diagnostic"),
    "Production et achats": ("de l’énergie", "des achats"),
    "Relations d’affaires": ("de la médiation", "des impayés"),
}
OTHER_CARE = ("des entreprises",)

FIRST_NAMES = (
    "Alix", "Andréa", "Camille", "Charlie", "Claude", "Dominique", "Eden", "Lou", "Maxime", "Morgan", "Noa", "Sacha",
    "Swann", "Yael",
)  # fmt: skip
LAST_NAMES = (
    "Chimère", "Exemple", "Fabuleux", "Factice", "Feint", "Fictif", "Hypothèse", "Imaginaire", "Inventé", "Irréel",
    "Légende", "Mirage", "Modèle", "Personne", "Prétendu", "Songe", "Supposé", "Utopie", "Virtuel",
)  # fmt: skip

#: what heads of firm say, by theme
SAID: Mapping[str, tuple[str, ...]] = {
    "Trésorerie et dettes": (
        "Nous ne pourrons pas payer l’échéance du trimestre.",
        "Un client paie à quatre-vingt-dix jours et nos charges tombent avant.",
        "Nous voulons un échéancier avant d’être en retard.",
    ),
    "Banques et financement": (
        "La banque n’a pas reconduit le découvert.",
        "Il nous manque de quoi financer une commande signée.",
        "Deux annuités sont trop lourdes cette année.",
    ),
    "Emploi et compétences": (
        "L’atelier n’a plus de travail pour tout le monde jusqu’au printemps.",
        "Deux départs en retraite, et personne de formé pour reprendre leurs postes.",
        "Nous devons changer les horaires d’une équipe.",
    ),
    "Prévention et procédures": (
        "Je voudrais savoir ce qui est possible avant la cessation de paiements.",
        "Je n’en dors plus et je n’en parle à personne.",
        "Notre expert-comptable conseille une conciliation.",
    ),
    "Stratégie et marché": (
        "Notre premier client s’en va : il faut en trouver d’autres.",
        "Je pars dans deux ans et je n’ai pas de repreneur.",
        "Nous vendons plus et gagnons moins, sans savoir pourquoi.",
    ),
    "Production et achats": (
        "La facture d’énergie a doublé.",
        "Notre seul fournisseur arrête la pièce que nous montons.",
    ),
    "Relations d’affaires": (
        "Un donneur d’ordres conteste une facture vieille de six mois.",
        "Un client ne paie plus et ne répond plus.",
    ),
}
OTHER_SAID = ("Nous avons besoin d’un conseil.",)

#: what an expert notes with an answer that closes
CLOSED_NOTES = (
    "Rendez-vous tenu ; le dossier est déposé.", "Échange d’une heure, une solution est proposée.", "L’entreprise sait qui saisir.",
    "",
)  # fmt: skip
MESSAGES = (
    "Je rappelle la dirigeante mardi ; les derniers comptes me seraient utiles.",
    "J’ai eu le comptable : la situation est saine par ailleurs.",
    "Pouvez-vous me dire si un autre partenaire est déjà en lien avec eux ?",
    "Le rendez-vous est repoussé d’une semaine à leur demande.",
)
REASONS = (
    (DeclineReason.SUBJECT, ""), (DeclineReason.TERRITORY, ""), (DeclineReason.FIRM, "Moins de dix salariés."),
    (DeclineReason.BUSY, ""), (DeclineReason.CONFLICT, ""), (DeclineReason.OTHER, "Déjà vu sans suite l’an dernier."),
)  # fmt: skip
WITHDRAWALS = (
    "La banque a finalement accepté.", "Envoyé deux fois par erreur.", "L’expert-comptable s’en occupe.", "Le besoin n’est plus là.",
)  # fmt: skip
OVERRIDE = "Le dirigeant est injoignable et l’échéance tombe demain."

#: sirens of firms that nobody knows: of the range of invented firms, beyond those of a region
UNKNOWN_FIRST = 990_000


def person(draw: random.Random) -> str:
    """Return the name of nobody."""
    return f"{draw.choice(FIRST_NAMES)} {draw.choice(LAST_NAMES)}"


def address(name: str, number: int) -> str:
    """Return an address that no message reaches, one for each number."""
    return f"{'.'.join(name_key(name).split())}.{number}@demo.invalid"


def telephone(number: int) -> str:
    """Return one of the numbers that Arcep keeps for fictions."""
    return f"01 99 00 {number // 100 % 100:02d} {number % 100:02d}"


def unknown_siren(number: int) -> str:
    """Return the siren of a firm that Vigie does not know, whose key is right."""
    body = f"09{UNKNOWN_FIRST + number:06d}"
    return body + luhn.calc_check_digit(body)
