"""What the figures of the home page and of the band of a firm count."""

from app.cases.models import SILENT_AFTER
from app.cases.queries import QUIET
from app.core.metrics import Metric, MetricKind, on_page

NOW = "À l’instant où la page est lue ; comptée jusqu’à 1 000"
LAST = "Dernier mois connu de la source ; la flèche compare au même mois un an plus tôt"

ALERTS = (
    Metric(
        code="home_new", label="Nouvelles alertes", kind=MetricKind.STOCK, page="Accueil", dated=NOW,
        counts="Entreprises que la liste en vigueur dit en première alerte, aggravée, ou de nouveau en alerte après six mois, là où vous "
        "lisez le score",
    ),
    Metric(
        code="home_todo", label="Alertes à traiter", kind=MetricKind.STOCK, page="Accueil", dated=NOW, of="home_new",
        among="nouvelles alertes",
        counts="Celles que personne n’a contactées ni n’accompagne, à l’alerte desquelles personne n’a répondu, et que vous n’avez "
        "ni suivies ni mises de côté",
    ),
)  # fmt: skip
TEAM = on_page(
    "Accueil, mon équipe", kind=MetricKind.STOCK, dated=NOW,
    figures={
        "team_untouched": (
            "Alertes sans acte",
            "Entreprises de la liste en vigueur ou signalées, que personne n’a contactées et qui n’ont pas d’accompagnement en cours",
        ),
        "team_unattended": (
            "Accompagnements sans référent",
            "Accompagnements non terminés de votre zone dont aucun référent n’a de compte ouvert, d’habilitation et d’activité récente",
        ),
        "team_quiet": (
            "Accompagnements sans changement",
            f"Accompagnements non terminés de votre zone, inchangés et dont l’entreprise n’a aucune nouvelle depuis {QUIET.days} jours",
        ),
        "team_silent": (
            "Sans nouvelles",
            f"Accompagnements non terminés où rien n’a été écrit, vu, fait ni décidé depuis {SILENT_AFTER.days} jours",
        ),
        "team_load": (
            "En cours",
            "Accompagnements non terminés de votre zone auxquels l’agent prend part, comme référent ou participant",
        ),
        "team_refers": ("Comme référent", "Ceux dont l’agent est référent"),
    },
)  # fmt: skip
BAND = on_page(
    "Entreprise, chiffres clés", kind=MetricKind.VALUE, dated=LAST,
    figures={
        "firm_debt": ("Dette Urssaf", "Parts patronale et salariale dues, tous établissements, que vous pouvez lire"),
        "firm_workforce": ("Effectif", "Salariés en fin de mois, tous établissements"),
        "firm_short_time": ("Activité partielle", "Équivalents temps plein consommés dans le mois, tous établissements"),
        "firm_turnover": ("Chiffre d’affaires", "Chiffre d’affaires des derniers comptes déposés qui le donnent"),
        "firm_yardstick": (
            "Risque de procédure collective",
            "Probabilité à 18 mois sur la liste en vigueur, rapportée à la moyenne des entreprises suivies du même secteur",
        ),
    },
)  # fmt: skip
METRICS = (*ALERTS, *TEAM, *BAND)
