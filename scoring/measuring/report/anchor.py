"""The public anchor: the figures that Signaux Faibles published on its model, without firms already in
procedure.
"""

from __future__ import annotations

from typing import Final

#: Signaux Faibles, « Évaluation du modèle », September 2021: test on June–November 2018
ANCHOR: Final = {
    "prevalence": 0.018,
    "auc": 0.80,
    "average_precision": 0.15,
    "elevee_precision": 0.25,
    "elevee_recall": 0.24,
    "moderee_precision": 0.16,
    "moderee_recall": 0.51,
}
SOURCE: Final = (
    "Signaux Faibles, évaluation publiée en septembre 2021 : situations de juin à novembre 2018, "
    "entreprises qui ne sont pas déjà en procédure."
)
CAVEATS: Final = (
    "Horizon de 18 mois et procédures déjà ouvertes exclues, comme ici ; la construction exacte de leur cible peut différer.",
    "La précision dépend de la part des entreprises qui défaillent : comparez d’abord la précision moyenne divisée par la prévalence.",
    "Autre période, autre périmètre, autres données : un écart seul ne dit pas qu’un modèle est meilleur.",
    "Le repère est publié sans intervalle.",
    "Sur des données simulées, la comparaison n’a pas de sens.",
)
