"""What to ask a firm, by the themes that raise its risk: for whoever prepares a visit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scoring.vocabulary import Theme

#: themes asked about, and questions of each
THEMES_ASKED = 3

QUESTIONS: dict[str, tuple[str, ...]] = {
    Theme.FINANCIAL_HEALTH.value: (
        "Où en est la trésorerie : combien de semaines d’avance, et quelles échéances d’ici trois mois ?",
        "Les banques ont-elles réduit ou dénoncé un concours, un découvert, une ligne d’affacturage ?",
        "Les prochains comptes seront-ils en perte, et les associés peuvent-ils apporter des fonds ?",
    ),
    Theme.SOCIAL_DEBTS.value: (
        "De quand datent les premiers impayés à l’Urssaf, et qu’est-ce qui les a causés ?",
        "Un délai de paiement a-t-il été demandé, et l’échéancier est-il tenable ?",
        "D’autres créanciers publics (impôts, retraite) attendent-ils, et la CCSF a-t-elle été saisie ?",
    ),
    Theme.SHORT_TIME.value: (
        "Quelle baisse d’activité l’activité partielle couvre-t-elle, et jusqu’à quand est-elle prévue ?",
        "Quel est le carnet de commandes à trois et à six mois ?",
        "Des formations ou des prêts de salariés sont-ils envisagés pendant ce temps ?",
    ),
    Theme.WORKFORCE.value: (
        "Qui est parti depuis un an : des départs subis, ou non remplacés ?",
        "Des postes clés manquent-ils à la production ou à la vente ?",
        "Une réduction d’effectif est-elle envisagée, et le dialogue social est-il engagé ?",
    ),
    Theme.LATE_PAYMENT.value: (
        "Quels fournisseurs sont payés en retard, et lesquels demandent désormais un paiement comptant ?",
        "Les clients paient-ils dans les délais, et un gros client fait-il défaut ?",
        "La médiation des entreprises ou le mandat ad hoc ont-ils été envisagés ?",
    ),
}  # fmt: skip
#: asked whatever the reasons
ALWAYS = (
    "Comment le dirigeant explique-t-il la situation, et qu’a-t-il déjà entrepris ?",
    "De quoi aurait-il besoin d’abord, et de qui ?",
)


@dataclass(frozen=True, kw_only=True)
class ThemeQuestions:
    """The questions of a theme."""

    label: str
    questions: Sequence[str]


def questions_of(raising: Iterable[str]) -> list[ThemeQuestions]:
    """Return what to ask on each of the themes that raise the risk most (their codes, heaviest first), then in any case."""
    themes = [theme for theme in raising if theme in QUESTIONS][:THEMES_ASKED]
    asked = [
        ThemeQuestions(label=Theme(theme).label, questions=QUESTIONS[theme]) for theme in themes
    ]
    return [*asked, ThemeQuestions(label="En tout cas", questions=ALWAYS)]
