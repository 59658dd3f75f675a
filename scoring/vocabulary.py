"""Codes shared by the web and the data-science package, each with the French label that agents read.

Nothing heavy is imported here, and nothing is computed: a level means the same on a page and in a
model.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

#: days after an event by which it is surely known
PUBLICATION_LAG_DAYS: Final = 60
#: months left to begin a support after the list that put a firm in alert
GRACE_MONTHS: Final = 3
#: months between the end of a month and the file that tells it, by monthly source
USUAL_LAGS: Final = {"cotisation": 2, "debit": 2, "effectif_ent": 4, "effectif": 4, "ap_conso": 5}
#: failing firms; with fewer, no interval is given of what is learnt from failures: it would say nothing
FEWEST_FAILURES: Final = 5
#: firms below which a study does not say how many they are: the rule of natural persons, which any firm may be
FEWEST_OF_A_STUDY: Final = 11
#: visits drawn at random, with a verdict, below which what visits find is not told: it is known to ten points with a hundred
RANDOM_VISITS: Final = 100
#: what no score may be taken for, whatever the model
LIMITS_OF_SCORES: Final = (
    "Le score classe des entreprises à regarder ; il ne fonde à lui seul aucune décision.",
    "Une entreprise accompagnée sort de l’apprentissage à la date de l’accompagnement : le score vaut « sans accompagnement ».",
    "Une donnée absente reste absente : le modèle la lit comme telle, jamais comme zéro.",
)


class LabelledEnum(StrEnum):
    """A stable code with the French label agents read."""

    label: str

    def __new__(cls, code: str, label: str = "") -> LabelledEnum:
        """Build a member from its code and label; a lookup only needs the code."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Return ``(code, label)`` pairs, in the order of declaration, for a form field."""
        return [(member.value, member.label) for member in cls]


class Nature(LabelledEnum):
    """A confidential kind of data; reading it requires a habilitation for it."""

    SCORE = "score", "Score et alertes"
    URSSAF = "urssaf", "Données Urssaf"
    ACTIVITE_PARTIELLE = "activite_partielle", "Activité partielle"
    BANQUE_DE_FRANCE = "banque_de_france", "Données Banque de France"
    COMPTES_CONFIDENTIELS = "comptes_confidentiels", "Comptes confidentiels"


class Openness(StrEnum):
    """Who reads the lines of a file that has no nature."""

    PUBLIC = "public"
    #: nobody, until the nature of what they say is decided
    CLOSED = "closed"


class Theme(StrEnum):
    """A theme of the explanation, in the order of the radar; ``nature`` is that of its confidential features.

    A theme shows the sum of its features, so it has a single nature.
    """

    label: str
    nature: Nature | None

    def __new__(cls, code: str, label: str = "", nature: Nature | None = None) -> Theme:
        """Build a member from its code, label and nature; a lookup only needs the code."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label, member.nature = label, nature
        return member

    FINANCIAL_HEALTH = "sante_financiere", "Santé financière", Nature.BANQUE_DE_FRANCE
    SOCIAL_DEBTS = "dettes_sociales", "Dettes sociales", Nature.URSSAF
    SHORT_TIME = "activite_partielle", "Activité partielle", Nature.ACTIVITE_PARTIELLE
    WORKFORCE = "effectif", "Effectif", Nature.URSSAF
    LATE_PAYMENT = "retards_paiement", "Retards de paiement", Nature.URSSAF
    CONTEXT = "contexte", "Contexte", None


class Unit(StrEnum):
    """The unit of a quantity; `scoring.dictionary.feature` writes it in French."""

    EUROS = "euros"
    CONTRIBUTION_MONTHS = "contribution_months"
    MONTHS = "months"
    EMPLOYEES = "employees"
    SHARE = "share"
    POINTS = "points"
    YEARS = "years"
    FLAG = "flag"
    TEXT = "text"
    PER_MONTH = "per_month"
    DAYS = "days"
    COUNT = "count"


class Level(LabelledEnum):
    """The level of an alert. No alert is a missing value in a table, ``none`` in the portal."""

    ELEVEE = "elevee", "Alerte élevée"
    MODEREE = "moderee", "Alerte modérée"
    NONE = "none", "Pas d’alerte"

    @property
    def rank(self) -> int:
        """0 for no alert; higher for higher levels."""
        return (Level.NONE, Level.MODEREE, Level.ELEVEE).index(self)


class Novelty(LabelledEnum):
    """What is new about an alert; ``none``: the firm was already in alert and has not worsened."""

    FIRST_ALERT = "first_alert", "1re alerte"
    AGGRAVATION = "aggravation", "Aggravation"
    RE_ALERT = "re_alert", "Nouvelle alerte"
    NONE = "none", "–"


class LabelFate(LabelledEnum):
    """What a model learns of a firm at a quarter, and what ends it: one letter each, as the label store keeps them."""

    FOLLOWED = "V", "Suivie deux ans, sans défaillance"
    FAILED = "F", "Défaillance"
    SUPPORTED = "S", "Censurée par un accompagnement, demi-poids"
    #: it left on the last day of an interval: it was at risk all along
    SUPPORTED_WHOLE = "s", "Censurée par un accompagnement, entre deux intervalles"
    CLOSED = "C", "Censurée par une cessation, demi-poids"
    CLOSED_WHOLE = "c", "Censurée par une cessation, entre deux intervalles"
    MATURING = "M", "Suite pas encore connue"
    ALREADY_SUPPORTED = "A", "Exclue : déjà accompagnée"
    ALREADY_CLOSED = "G", "Exclue : déjà partie"
    PROCEDURE = "P", "Exclue : déjà en procédure"
    BLIND = "B", "Exclue : jugement rendu, pas encore publié"
    GONE = "N", "Exclue : sans activité"
    OUTSIDE = "O", "Exclue : hors du périmètre"

    @property
    def is_half(self) -> bool:
        """Whether its last interval weighs one half."""
        return self in (LabelFate.SUPPORTED, LabelFate.CLOSED)


class SplitRole(LabelledEnum):
    """What a quarter of a firm does for the recipe that is judged: one letter each, as the label store keeps them."""

    TRAIN = "t", "apprend"
    CALIBRATION = "c", "calibre"
    TEST = "x", "mesure"
    UNUSED = "-", "mise à part"


class VerdictUse(LabelledEnum):
    """Whether the model of verdicts learns from a visit, or why not."""

    LEARNT = "learnt", "Apprise : tirée au sort"
    CHOSEN = "chosen", "Écartée : choisie, pas tirée au sort"
    UNLISTED = "unlisted", "Écartée : hors de toute liste"
    UNDETERMINED = "undetermined", "Écartée : verdict indéterminé"
    REFUSAL = "refusal", "Sans verdict : refus"
    UNREACHABLE = "unreachable", "Sans verdict : injoignable"


class ImpactVerdict(LabelledEnum):
    """What an effect and its interval allow to say of support."""

    FAVORABLE = "favorable", "Favorable"
    DEFAVORABLE = "defavorable", "Défavorable"
    NON_CONCLUANT = "non_concluant", "Non concluant"


class StudyOutcome(LabelledEnum):
    """What is measured of firms, supported or not."""

    OPENING = "procedure", "Ouverture d’une procédure collective"
    LIQUIDATION = "liquidation", "Liquidation judiciaire"
    JOBS = "emplois", "Emplois"
    DEBT = "dette", "Dette sociale à l’ouverture d’une procédure"
    CLOSURE = "fermeture", "Fermeture ordonnée"

    @property
    def is_lower_better(self) -> bool:
        """Whether support is meant to lower it."""
        return self not in (StudyOutcome.JOBS, StudyOutcome.CLOSURE)

    @property
    def estimand(self) -> str:
        """What its effect is the effect of, on whom, until when."""
        return f"{_MEASURED[self]} {_COMPARED}"

    @property
    def horizons(self) -> tuple[int, ...]:
        """Months after which it may be measured."""
        return (12, 24) if self is StudyOutcome.JOBS else (12, 18, 24)


_COMPARED: Final = (
    "Comparaison : avoir été accompagnée dans les trois mois qui suivent l’alerte, plutôt que pas du tout jusqu’à l’horizon, "
    "pour les entreprises qui l’ont été. Le suivi commence à la fin de ces trois mois, pour toutes celles qui sont alors en activité "
    "et hors procédure."
)
_MEASURED: Final = {
    StudyOutcome.OPENING: "Part des entreprises dont une procédure collective s’ouvre avant l’horizon (jour du jugement).",
    StudyOutcome.LIQUIDATION: "Part des entreprises dont une liquidation judiciaire s’ouvre avant l’horizon, d’emblée ou par conversion.",
    StudyOutcome.JOBS: (
        "Emplois gagnés ou perdus par entreprise entre l’alerte et l’horizon ; aucun ne reste dans une entreprise liquidée ou fermée."
    ),
    StudyOutcome.DEBT: (
        "Dette Urssaf à la fin du mois qui précède l’ouverture d’une procédure, parmi les seules entreprises qui en ouvrent une "
        "avant l’horizon. Descriptif : l’accompagnement change aussi quelles entreprises arrivent au tribunal, et la dette de celles "
        "qui l’évitent n’est pas comptée. "
        "Seule comparaison de ce genre publiée : au Danemark, environ 14 000 € de dette publique de moins (2013)."
    ),
    StudyOutcome.CLOSURE: (
        "Part des entreprises qui cessent leur activité avant l’horizon, sans procédure collective et sans rien devoir à l’Urssaf."
    ),
}


class DriftVerdict(LabelledEnum):
    """How much data have moved since training; when red, no list is published unless a person allows it."""

    GREEN = "green", "Stable"
    ORANGE = "orange", "À surveiller"
    RED = "red", "Dérive"


class CheckLevel(LabelledEnum):
    """The result of a quality check, worst last; a red one requires a person’s decision."""

    GREEN = "green", "Conforme"
    ORANGE = "orange", "À regarder"
    RED = "red", "Anormal"


class Reserve(LabelledEnum):
    """What keeps a condition of the gate from being plainly held or not."""

    INCONCLUSIVE = "inconclusive", "Non concluant"
    TOO_FEW = "too_few", "Trop peu pour juger"
