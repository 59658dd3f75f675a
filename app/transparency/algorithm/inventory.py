"""The record of the algorithm for an inventory of public algorithms, and the part of a model's card that is public.

The record follows the four blocks of the inventory that Etalab proposes (administration, algorithm and decision, impact, inner
working), then says what the law does not ask: the model in service, what it is worth, what people corrected (docs/adr/0068).
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from app.models_registry.models import ModelVersion
from app.transparency.algorithm import catalogue, wordings
from app.transparency.algorithm.presenters import perimeter
from app.transparency.algorithm.queries import InForce
from config import Config
from scoring.vocabulary import LIMITS_OF_SCORES

#: the version of the record: it changes with its keys
SCHEMA = "1.0"
#: the sections of a card that count no small group of firms: the others stay with those who read the model
PUBLIC_SECTIONS = re.compile(
    r"# |## (Niveaux d’alerte|Test( à \d+ mois)?|Ce qui a manqué|Modèle en service|Mise en service|Variables|Limites)\n"
)
#: what is told of the tests of a model: itself and its peers, at each horizon, on the same firms
OF_HORIZON = ("rows", "firms", "failed_firms", "models", "differences")


def public_card(card: str) -> str:
    """Return the sections of a card that are public, as they were written."""
    sections = re.split(r"(?m)^(?=#{1,2} )", card)
    return "".join(section for section in sections if PUBLIC_SECTIONS.match(section))


def record(known: InForce, config: Config, *, day: date, links: Mapping[str, str]) -> dict[str, Any]:  # fmt: skip
    """Return the record, as JSON values; what nobody filled in is null."""
    return {
        "schema": SCHEMA,
        "administration": {
            "nom": config.publisher or None,
            "responsable": config.publication_director or None,
            "contact": config.contact,
            "mise_a_jour": day.isoformat(),
        },
        "algorithme": {
            "nom": wordings.NAME,
            "contexte": wordings.CONTEXT,
            "finalite": wordings.PURPOSE,
            "intervention": wordings.MOMENT,
            "automatisation": wordings.AUTOMATION,
            "fondements": wordings.GROUNDS,
            "qui_decide": list(wordings.DECIDERS),
            "contester": list(wordings.CONTEST),
            "ressources": dict(links),
        },
        "impact": {
            "decisions_par_an": None,
            "portee": "Interne : choisir quelles entreprises appeler d’abord.",
            "public_concerne": wordings.CONCERNED,
            "perimetre": perimeter(),
            "cout_annuel_euros": {str(year): amount for year, amount in config.budget} or None,
        },
        "fonctionnement": {
            "type": "Apprentissage automatique et règles d’expert",
            "operations": list(wordings.OPERATIONS),
            "niveaux": {level.label: words for level, words in wordings.LEVELS.items()},
            "donnees": [_source(line) for line in catalogue.sources()],
            "variables": [_theme(line) for line in catalogue.themes()],
            "regles_expert": [_rule(rule) for rule in known.rules],
            "limites": list(LIMITS_OF_SCORES),
        },
        "modele_en_service": _model(known.model),
        "corrections_humaines": _corrections(known),
    }


def _source(line: catalogue.ReadSource) -> dict[str, Any]:
    return {
        "code": line.name, "titre": line.title, "lecteurs": line.readers,
        "variables": line.variables, "themes": list(line.themes),
    }  # fmt: skip


def _theme(line: catalogue.WeighedTheme) -> dict[str, Any]:
    return {
        "theme": line.label,
        "lecteurs": line.nature,
        "variables": [
            {"libelle": each.label, "source": each.source, "signe": each.monotone, "derivees": list(each.derived)}
            for each in line.variables
        ],
    }  # fmt: skip


def _rule(rule: Any) -> dict[str, Any]:
    return {
        "nom": rule.name,
        "condition": rule.condition.sentence,
        "effet": rule.effect,
        "motif": rule.reason,
        "depuis": rule.starts_on.isoformat(),
        "jusqu_au": rule.ends_on.isoformat() if rule.ends_on else None,
    }


def _model(model: ModelVersion | None) -> dict[str, Any] | None:
    """The model in service and its tests, with their intervals; none when no model is."""
    if model is None:
        return None
    metrics = model.metrics
    return {
        "numero": model.id,
        "empreinte": model.sha256,
        "appris_sur_ce_qui_etait_connu_le": model.trained_as_of.isoformat(),
        "seuils": metrics.get("thresholds"),
        "effectifs": metrics.get("counts"),
        "reserves": metrics.get("degraded", []),
        "evaluation": {
            name: {key: measured[key] for key in OF_HORIZON if key in measured}
            for name, measured in metrics.get("metrics", {}).items()
        },
    }


def _corrections(known: InForce) -> dict[str, Any]:
    told = known.overrides
    return {
        "liste_du": told.listed_on.isoformat() if told.listed_on else None,
        "niveaux_releves": told.raised,
        "niveaux_abaisses": told.lowered,
        "listes_retenues": told.withheld,
        "listes_retenues_puis_permises": told.allowed,
        "listes_retirees": told.withdrawn,
        "modeles_excuses": told.excused,
    }
