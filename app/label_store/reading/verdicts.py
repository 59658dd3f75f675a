"""What visits found, as the page of verdicts shows it: what is missing, or the model and its calibration."""

from typing import Any

from app.core.metrics import rate
from app.core.text.french import counted_fr, number_fr, percent_fr
from scoring.vocabulary import RANDOM_VISITS, VerdictUse

#: what the model reads, in words
FEATURES = {
    "log_odds": "Risque à 18 mois",
    "soon": "Part de ce risque dans les 12 premiers mois",
    "is_first": "Première alerte",
    "is_high": "Niveau élevé",
}


def context(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the context of the page, from what a building says of verdicts (`app.label_store.building.store.verdict_facts`)."""
    model, chosen_share = facts["model"], rate(facts["chosen_confirmed"], facts["chosen"])
    return {
        "random": facts["random"],
        "needed": RANDOM_VISITS,
        "missing": max(0, RANDOM_VISITS - facts["random"]),
        "refusal": facts["refusal"],
        "places": facts["places"],
        "answered": facts["answered"],
        "uses": [
            [use.label, number_fr(facts["uses"][use.value])]
            for use in VerdictUse
            if use.value in facts["uses"]
        ],
        "chosen": counted_fr(facts["chosen"], "visite"),
        "chosen_share": None if chosen_share is None else percent_fr(chosen_share),
        "model": _model(model) if model else None,
    }  # fmt: skip


def _model(model: dict[str, Any]) -> dict[str, Any]:
    lines = model["calibration"]
    return {
        "precision": _interval(model["precision"]),
        "effective": number_fr(model["precision"]["effective"]),
        "coefficients": [
            [label, f"{model['coefficients'][name]:+.2f}".replace(".", ",").replace("-", "−")]
            for name, label in FEATURES.items()
        ],
        "labels": [f"Groupe {rank}" for rank in range(1, len(lines) + 1)],
        "predicted": [100 * line["predicted"] for line in lines],
        "observed": [100 * line["estimate"] for line in lines],
        "rows": [
            [f"Groupe {rank}", number_fr(line["n"]), percent_fr(line["predicted"]), _interval(line)]
            for rank, line in enumerate(lines, start=1)
        ],
    }


def _interval(share: dict[str, Any]) -> str:
    told = (percent_fr(share[name]) for name in ("estimate", "low", "high"))
    return "{} (de {} à {})".format(*told)
