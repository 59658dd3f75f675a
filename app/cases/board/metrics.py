"""What the figures of the pages of accompagnements count."""

from app.core.metrics import MetricKind, on_page

NOW = "À l’instant où la page est lue ; un accompagnement compte une fois ; compté jusqu’à 1 000"
KEPT = "que vous pouvez lire et que gardent les filtres"

METRICS = on_page(
    "Accompagnements", kind=MetricKind.STOCK, dated=NOW,
    figures={
        "cases_en_cours": ("En cours", f"Accompagnements dont l’état est « en cours », {KEPT}"),
        "cases_sous_surveillance": ("Sous surveillance", f"Accompagnements dont l’état est « sous surveillance », {KEPT}"),
        "cases_termine": ("Terminé", f"Accompagnements dont l’état est « terminé », supprimés non compris, {KEPT}"),
        "cases_listed": ("Accompagnements", f"Accompagnements, de tout état sauf supprimés, {KEPT}"),
        "cases_agenda": ("Échéances du mois", f"Échéances et rendez-vous du mois affiché, des accompagnements {KEPT}"),
        "cases_unattended": (
            "Accompagnements sans référent",
            "Accompagnements non terminés de votre zone dont aucun référent n’a de compte ouvert, d’habilitation et d’activité récente",
        ),
    },
)  # fmt: skip
