"""The public page of the algorithm, as it is read."""

from collections.abc import Sequence
from typing import Any

from app.core.text.french import date_fr, number_fr
from app.models_registry import presenters as models
from app.transparency.algorithm import catalogue, wordings
from app.transparency.algorithm.queries import InForce, Overrides
from scoring.data.perimeter_rule import rule, takes_sole_traders
from scoring.vocabulary import LIMITS_OF_SCORES


def page(known: InForce) -> dict[str, Any]:
    """Return the context of the page."""
    model = known.model
    return {
        "words": wordings,
        "perimeter": perimeter(),
        "sources": catalogue.sources(),
        "themes": catalogue.themes(),
        "rules": known.rules,
        "model": model,
        "figures": models.figures(model) if model else None,
        "statistics": models.statistic_columns(),
        "corrections": corrections(known.overrides),
        "limits": LIMITS_OF_SCORES,
    }


def perimeter() -> str:
    """Return which firms are looked at, in a sentence."""
    current = rule()
    people = "" if takes_sole_traders() else "les personnes physiques (entrepreneurs individuels), "
    return (
        f"Entreprises actives, qui ont eu {number_fr(current.at_least)} salariés ou plus dans les {current.months} derniers mois, "
        "dont le siège est en France, qui ne sont pas déjà en procédure collective. N’en sont pas : "
        f"{people}les personnes morales de droit public, et ces activités : {', '.join(current.families)}."
    )


def corrections(told: Overrides) -> Sequence[tuple[str, str]]:
    """Return what people corrected, and how many times."""
    of_list = f"liste du {date_fr(told.listed_on)}" if told.listed_on else "aucune liste publiée"
    return (
        (f"Niveaux relevés par une règle d’expert ({of_list})", number_fr(told.raised)),
        (f"Niveaux abaissés par une règle d’expert ({of_list})", number_fr(told.lowered)),
        ("Listes retenues parce que les données avaient trop changé", number_fr(told.withheld)),
        ("… dont publiées quand même, sur décision motivée d’une personne", number_fr(told.allowed)),
        ("Listes retirées après leur publication, par deux personnes", number_fr(told.withdrawn)),
        ("Modèles dont un écart a été excusé avant leur mise en service", number_fr(told.excused)),
    )  # fmt: skip
