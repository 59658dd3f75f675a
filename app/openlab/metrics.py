"""What the figures of a weekly sheet count."""

from app.core.metrics import MetricKind, on_page

WEEK = "Compté le lundi suivant, ou à la fin d’une panne, dans tout le pays, et figé : ce qui est corrigé ensuite n’y change rien"

METRICS = on_page(
    "OpenLab, fiche de la semaine", kind=MetricKind.FLOW, dated=WEEK,
    figures={
        "sheet_contacts": ("Contacts consignés", "Contacts et visites consignés dans la semaine, quel qu’en soit le jour"),
        "sheet_answered": ("Avec une réponse", "Ceux auxquels l’entreprise a répondu"),
        "sheet_confirmed": ("Difficulté confirmée", "Ceux où l’agent a confirmé une difficulté"),
        "sheet_denied": ("Difficulté non confirmée", "Ceux où l’agent n’a pas confirmé de difficulté"),
        "sheet_replies": (
            "Réponses aux alertes",
            "Réponses données ou changées dans la semaine, même si elles n’ont plus cours : inexacte, déjà traitée, en surveillance",
        ),
        "sheet_ideas": ("Idées proposées", "Idées proposées dans la semaine"),
        "sheet_votes": ("Votes", "Votes donnés dans la semaine et non retirés, celui de l’auteur compris"),
        "sheet_idea_answers": ("Réponses de l’équipe", "Réponses de l’équipe à des idées dans la semaine"),
        "sheet_changes": ("Changements", "Changements que l’équipe a dits dans la semaine, de quelque jour qu’ils datent"),
    },
)  # fmt: skip
