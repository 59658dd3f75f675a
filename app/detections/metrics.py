"""What the figures of lists, of their news and of an alert count."""

from app.core.metrics import MetricKind, on_page

NOW = "À l’instant où la page est lue ; une entreprise compte une fois ; comptée jusqu’à 1 000"
PUBLISHED = "Comptée à la publication de la liste, entreprises dont le siège est dans vos départements habilités au score"
ANSWERED = "Comptée à l’annonce de la liste, réponses non retirées aux alertes de la liste précédente dans votre zone"

LISTS = on_page(
    "Détections", kind=MetricKind.STOCK, dated=NOW,
    figures={
        "list_elevee": ("Alertes élevées", "Entreprises de la liste, parmi celles que gardent les filtres, dont l’alerte est élevée"),
        "list_moderee": ("Alertes modérées", "Entreprises de la liste, parmi celles que gardent les filtres, dont l’alerte est modérée"),
        "list_human": (
            "Signalements humains",
            "Entreprises signalées par un agent depuis moins d’un an, en alerte ou non, parmi celles que gardent les filtres",
        ),
        "list_rows": (
            "Entreprises", "Entreprises que gardent les filtres, en alerte ou signalées depuis moins d’un an, que vous pouvez lire"
        ),
    },
)  # fmt: skip
NEWS = on_page(
    "Nouveautés d’une liste", kind=MetricKind.FIRMS, dated=PUBLISHED,
    figures={
        "news_elevee": ("Alertes élevées", "Entreprises dont l’alerte est élevée sur cette liste"),
        "news_moderee": ("Alertes modérées", "Entreprises dont l’alerte est modérée sur cette liste"),
        "news_first_alerts": ("Premières alertes", "Entreprises qu’aucune liste n’avait encore mises en alerte"),
        "news_aggravations": ("Aggravations", "Entreprises dont l’alerte devient élevée après avoir été modérée"),
        "news_re_alerts": (
            "Nouvelles alertes après six mois", "Entreprises déjà en alerte autrefois, sans alerte depuis six mois au moins"
        ),
        "news_leavers": ("Sorties de la liste", "Entreprises en alerte sur la liste précédente, qui ne le sont plus sur celle-ci"),
    },
)  # fmt: skip
OUTCOMES = on_page(
    "Nouveautés d’une liste", kind=MetricKind.FIRMS, dated=ANSWERED,
    figures={
        "news_inexact_gone": ("Retirées", "Entreprises dont l’alerte fut jugée inexacte, et qui ne sont plus en alerte sur cette liste"),
        "news_watched_back": (
            "Reparues au terme de leur surveillance",
            "Entreprises mises en surveillance jusqu’à un jour qui est venu avant cette liste",
        ),
        "news_confirmed": (
            "Confirmées",
            "Entreprises où, depuis la réponse, un contact ou une visite a confirmé une difficulté, ou un accompagnement a été ouvert",
        ),
    },
)  # fmt: skip
RISKS = on_page(
    "Entreprise, alerte", kind=MetricKind.VALUE, dated="À la date de la liste en vigueur",
    figures={
        f"risk_{months}": (
            f"{months} mois",
            f"Probabilité estimée, puis calibrée, qu’une procédure collective s’ouvre dans les {months} mois sans accompagnement",
        )
        for months in (12, 18, 24)
    },
)  # fmt: skip
METRICS = (*LISTS, *NEWS, *OUTCOMES, *RISKS)
