"""French phrase banks for the invented agents: openings, observations and conclusions."""

import random
from collections.abc import Sequence

PEOPLE = (
    "le dirigeant", "la gérante", "le directeur administratif et financier", "la présidente",
    "la responsable comptable", "le responsable de site", "la directrice générale",
    "l’associé majoritaire",
)  # fmt: skip
CREDITORS = (
    "les sous-traitants", "le principal donneur d’ordre", "la banque", "le bailleur",
    "l’assureur-crédit", "le fournisseur d’énergie", "le crédit-bailleur", "l’affactureur",
)  # fmt: skip

FOLLOWING = (
    "{person_cap} est un contact régulier, j’appelle demain.",
    "Le signal me paraît sérieux : {headcount}, et {debt}.",
    "Je prends le dossier, merci de me dire ce que vous avez.",
    "Secteur chahuté en ce moment ; {headcount}.",
    "Alerte prise en compte, je regarde le dossier cette semaine.",
    "Je suis l’entreprise : {debt}.",
    "Entreprise connue de nos services depuis {years} ans, je reprends contact avec {person}.",
    "Premier signal à mon niveau. Quelqu’un a-t-il un interlocuteur sur place ?",
    "À suivre de près : {debt}, et {headcount}.",
    "Je n’ai rien vu venir de mon côté ; {headcount}.",
    "Dossier à croiser avec la Banque de France avant tout appel.",
    "Vu en revue de portefeuille : {debt}.",
)
PARTNER = {
    "urssaf": (
        "Côté Urssaf : {debt}. Un délai reste possible si {person} le demande.",
        "Les échéances sont tenues depuis {weeks} semaines, le plan précédent a été respecté.",
        "Relance envoyée il y a {weeks} semaines, sans retour pour l’instant.",
        "La part ouvrière est soldée, il reste la part patronale sur {months} mois.",
    ),
    "bdf": (
        "La cotation a été revue il y a {months} mois, le fonds de roulement s’est réduit.",
        "Incident de paiement isolé de notre côté, régularisé sous {weeks} semaines.",
        "{creditor_cap} a réduit ses lignes ; la médiation du crédit est envisageable.",
        "Rien d’alarmant dans les derniers comptes reçus, mais ils ont {months} mois.",
    ),
    "dgfip": (
        "Remboursement de crédit de TVA en cours, il devrait tomber sous {weeks} semaines.",
        "Un plan fiscal court encore {months} mois, échéances honorées à ce jour.",
        "Pas de dette fiscale significative à ce jour.",
        "Dépôt des déclarations de TVA en retard de {weeks} semaines.",
    ),
    "autre": (
        "Merci pour le retour, je relaie à la cellule départementale.",
        "Nous avions rencontré {person} il y a {months} mois, le discours était rassurant.",
        "Point à inscrire à l’ordre du jour du prochain CODEFI.",
        "Je peux accompagner la visite si cela aide, disponible sous {weeks} semaines.",
    ),
}
CONTACT = {
    "besoin": (
        "{person_cap} rappelle dans l’heure, la situation se tend depuis {months} mois.",
        "Longue conversation : {creditor} bloque, {person} cherche un appui.",
        "Accord pour se voir sous quinzaine, {person} prépare les chiffres.",
        "{person_cap} ne savait pas qu’une aide existait, intérêt marqué.",
        "Échange avec {person} : souhaite un rendez-vous rapidement.",
        "{person_cap} reconnaît des tensions de trésorerie et demande un rendez-vous.",
        "Appel de {minutes} minutes, {person} évoque {creditor} et accepte une visite.",
    ),
    "refus": (
        "{person_cap} décline poliment, « tout est sous contrôle ».",
        "Refus d’échanger, renvoi vers l’expert-comptable.",
        "Ne souhaite pas de rendez-vous, pourra nous rappeler.",
    ),
    "indemne": (
        "Pas de difficulté d’après {person} : le carnet couvre {weeks} semaines.",
        "Situation expliquée par un décalage de facturation, déjà résorbé.",
        "{person_cap} n’a pas d’inquiétude, l’activité est repartie depuis {months} mois.",
    ),
    "injoignable": (
        "Deux messages laissés, pas de rappel.",
        "Numéro obsolète, je cherche un autre interlocuteur.",
        "{person_cap} est en déplacement, rappel promis.",
        "Standard fermé, je réessaie dans {weeks} jours.",
        "Courriel resté sans réponse depuis {weeks} jours.",
    ),
}
VISIT_OPENING = (
    "Reçu par {person}, visite de l’atelier puis point sur les comptes.",
    "Entretien de {minutes} minutes avec {person}, climat constructif.",
    "Échange direct avec {person}, en présence de l’expert-comptable.",
    "Rencontre franche : {person} avait préparé un prévisionnel à {months} mois.",
    "Accueil réservé au départ, puis {person} a détaillé la situation.",
)
OBSERVATION = {
    "structurelle": (
        "Le modèle ne dégage plus de marge depuis {months} mois.",
        "Outil vieillissant, coûts fixes trop lourds pour l’activité actuelle.",
        "La perte du premier client pèse {percent} % du chiffre d’affaires.",
    ),
    "conjoncturelle": (
        "Trou de commandes de {weeks} semaines, reprise annoncée ensuite.",
        "Baisse d’activité de {percent} % sur un an, attribuée au marché.",
        "L’énergie et les matières ont absorbé la marge du semestre.",
    ),
    "creanciers": (
        "La tension vient de {creditor}, qui a raccourci ses délais.",
        "Dettes sociales sur {months} mois ; {creditor} menace de se retirer.",
        "Le besoin de trésorerie est daté : échéance dans {weeks} semaines.",
    ),
    "strategique": (
        "Diversification lancée trop tôt, elle mobilise {percent} % de la trésorerie.",
        "Positionnement à revoir : deux marchés sur trois sont perdus.",
        "Le groupe hésite sur l’avenir du site, décision attendue sous {months} mois.",
    ),
    "sociale_rh": (
        "Trois départs clés en {months} mois, recrutement difficile.",
        "Climat social tendu, négociation en cours sur le temps de travail.",
        "Absentéisme proche de {percent} %, la production ne suit plus.",
    ),
    "approvisionnement": (
        "Ruptures sur les composants, {weeks} semaines de retard de livraison.",
        "Fournisseur unique en difficulté, stock limité à {weeks} jours.",
        "Hausse de {percent} % sur la matière, non répercutée.",
    ),
    "gouvernance": (
        "Transmission mal préparée, {person} souhaite partir sous {months} mois.",
        "Désaccord entre associés, les décisions sont bloquées.",
        "Le tableau de bord manque : dernière situation vieille de {months} mois.",
    ),
    "aucune": (
        "Pas de difficulté visible, le carnet couvre {weeks} semaines.",
        "Le signal vient d’un retard administratif désormais réglé.",
        "Comptes sains, trésorerie confortable pour {months} mois.",
    ),
}
NEXT_STEP = {
    "confirmee": (
        "Saisir la CCSF avant {weeks} semaines.",
        "Proposer un délai Urssaf et la médiation du crédit.",
        "Inscrire le dossier au prochain CODEFI.",
        "Mettre en relation avec le CRP et revoir le prévisionnel.",
        "Orienter vers le président du tribunal pour un mandat ad hoc.",
    ),
    "non_confirmee": (
        "Rien à faire ; nouveau point dans {months} mois.",
        "Laisser nos coordonnées, suivi léger.",
        "Signaler l’explication au prochain comité.",
    ),
    "indeterminee": (
        "Demander la situation intermédiaire à l’expert-comptable.",
        "Revoir {person} quand le bilan sera arrêté.",
        "Croiser avec la DGFiP avant de conclure.",
    ),
    "": (
        "Retenter dans {weeks} jours.",
        "Passer par l’expert-comptable.",
        "Envoyer un courrier de présentation.",
    ),
}
NO_ANSWER = {
    "injoignable": (
        "Déplacement pour rien, site fermé ce jour.",
        "Personne de disponible malgré le rendez-vous pris.",
        "Appels sans réponse, voisinage interrogé sans succès.",
    ),
    "refus": (
        "{person_cap} refuse l’entretien sur place.",
        "Rendez-vous annulé à l’arrivée, sans nouvelle proposition.",
        "Refus de communiquer les éléments comptables.",
    ),
}
SUPPORT = (
    "Ouverture de l’accompagnement, priorité à la trésorerie des {weeks} prochaines semaines.",
    "Accompagnement ouvert, {person} l’a demandé ; {creditor} est prévenu.",
    "Prise en charge : prévisionnel à {months} mois et tour de table des créanciers.",
    "Dossier ouvert, première échéance dans {weeks} jours.",
)
PROGRESS = (
    "{person_cap} a ouvert ses comptes à {creditor}, la confiance revient.",
    "Le carnet remonte : {weeks} semaines de visibilité contre une le mois dernier.",
    "Impayé d’un client, {percent} % du mois ; nous cherchons un relais.",
    "Le comité a validé l’étalement sur {months} mois.",
    "Visite rapide ce matin, l’atelier tourne normalement.",
    "{creditor_cap} demande une garantie supplémentaire, réponse sous {weeks} jours.",
    "Point d’étape : {creditor} accepte d’attendre {weeks} semaines.",
    "Prévisionnel reçu, il tient si la commande annoncée se confirme.",
    "{person_cap} a transmis la situation à {months} mois : marge en léger retrait.",
    "Réunion avec {creditor}, accord de principe sur un étalement.",
    "Activité partielle demandée pour {percent} % de l’effectif.",
    "Pas de nouvelle depuis {weeks} semaines, je relance {person}.",
    "Le délai Urssaf est respecté, {months} échéances payées.",
    "Deux candidats à la reprise ont visité le site.",
    "Commande signée, {weeks} semaines de visibilité supplémentaires.",
    "La banque maintient ses lignes jusqu’à la fin du trimestre.",
    "Effectif stable, recrutements gelés pour {months} mois.",
    "Le bilan est arrêté : perte moindre que prévu.",
)
ECHOES = (
    "À revoir au prochain comité.",
    "Je complète dès que possible.",
    "Noté aussi pour la revue mensuelle.",
    "Suite au prochain point.",
)
"""Sentences added to a text that would repeat the one just above it in the feed."""
CLOSING = {
    "stabilisee": (
        "Deux trimestres sans incident, l’entreprise n’a plus besoin de nous.",
        "Trésorerie revenue à l’équilibre depuis {months} mois, clôture.",
        "Échéances honorées, plus de tension avec {creditor}.",
    ),
    "restructuree": (
        "Organisation revue, un atelier regroupé, l’exploitation est de nouveau positive.",
        "Dette réaménagée sur {months} mois, marge restaurée.",
    ),
    "reprise": (
        "Cession signée, les emplois sont repris à {percent_high} %.",
        "Repreneur local en place depuis {weeks} semaines.",
    ),
    "procedure_amiable": (
        "Conciliation ouverte, le relais est pris par le tribunal.",
        "Mandat ad hoc en cours, accord attendu avec {creditor}.",
    ),
    "procedure_collective": (
        "Jugement d’ouverture rendu, fin de l’accompagnement.",
        "La procédure collective est ouverte, le mandataire prend la suite.",
    ),
    "cessation": (
        "Arrêt de l’activité à l’initiative de {person}.",
        "Fermeture sans procédure, salariés reclassés pour la plupart.",
    ),
    "refus_accompagnement": (
        "{person_cap} met fin au suivi.",
        "Arrêt à la demande de l’entreprise.",
    ),
    "sans_objet": (
        "Difficulté levée d’elle-même, rien à accompagner.",
        "Le besoin n’existait plus au second rendez-vous.",
    ),
    "perdue_de_vue": (
        "Aucune réponse depuis {months} mois, clôture administrative.",
        "Interlocuteur parti, dossier sans suite.",
    ),
}


def compose(rng: random.Random, *banks: Sequence[str], avoid: str = "") -> str:
    """Join a phrase from each bank, with its blanks filled in; never return `avoid`."""
    text = avoid
    while text == avoid:
        text = " ".join(rng.choice(bank) for bank in banks).format(**_blanks(rng))
    return text


def _blanks(rng: random.Random) -> dict[str, str | int]:
    person, creditor = rng.choice(PEOPLE), rng.choice(CREDITORS)
    months = rng.randint(2, 18)
    return {
        "person": person,
        "person_cap": person[0].upper() + person[1:],
        "creditor": creditor,
        "creditor_cap": creditor[0].upper() + creditor[1:],
        "weeks": rng.randint(2, 14),
        "minutes": rng.randrange(15, 95, 5),
        "months": months,
        "years": rng.randint(2, 12),
        "percent": rng.randint(8, 45),
        "percent_high": rng.randint(60, 100),
        "debt": rng.choice(
            (
                f"{months} mois de cotisations en retard",
                "la dette Urssaf progresse depuis l’été",
                "les échéances sociales glissent",
                "pas de dette sociale notable",
            )
        ),
        "headcount": rng.choice(
            (
                "l’effectif recule depuis un an",
                "l’effectif est stable",
                f"{rng.randint(2, 9)} départs non remplacés",
                "le recours à l’activité partielle augmente",
            )
        ),
    }
