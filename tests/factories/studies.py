"""A study registered, and read: what it found is invented."""

from datetime import date

from app.core.access.identity import system_identity
from app.core.now import today
from app.evidence.studies import services
from app.evidence.studies.models import ImpactStudy
from scoring.vocabulary import ImpactVerdict, StudyOutcome
from tests.factories.network import system, working_as

ACTOR = system_identity("tests")
ASKED = services.StudyRequest(
    title="Confidence-d’étude",
    outcome=StudyOutcome.OPENING,
    cohort_from=date(2023, 1, 1),
    cohort_to=date(2023, 7, 1),
    horizons=(12, 18),
    departments=(),
    frozen_on=date(2023, 1, 1),
    note="L’accompagnement évite-t-il des procédures ?",
)
CURVE = {
    "survival": [1.0, 0.96, 0.9],
    "low": [1.0, 0.94, 0.87],
    "high": [1.0, 0.98, 0.93],
    "at_risk": [400, 380, None],
}
DETAILS = {
    "told_treated": 400, "told_control": 4_321, "estimate": -0.05, "se": 0.01, "low": -0.0696, "high": -0.0304, "mde": 0.028,
    "n_treated": 400, "n_control": 4_321, "events": 512, "p_value": 1e-6, "adjusted": 2e-6,
    "balance": [{"name": "Risque à 18 mois", "before": 0.42, "after": 0.03}, {"name": "Effectif", "before": -0.1, "after": -0.01}],
    "curves": {"times": [0.0, 6.0, 12.0], "treated": CURVE, "control": CURVE},
    "checks": {
        "e_value": {"estimate": 2.4, "bound": 1.8},
        "rosenbaum": {"gamma": 1.7, "p_value": 0.001, "discordant": 77},
        "cut": {"refusal": "Le seuil a été déplacé à la main."},
    },
}  # fmt: skip


def asked(**changed: object) -> services.StudyRequest:
    """A study that may be registered today."""
    return services.StudyRequest(**{**vars(ASKED), "frozen_on": today(), **changed})


def register(scientist: int, **changed: object) -> int:
    """Register a study as a data scientist; its number."""
    with working_as(scientist) as (session, who):
        return services.register(session, who, asked(**changed)).id


def plant_study(scientist: int) -> int:
    """A study that was read: favourable at 18 months, refused at 12."""
    study_id = register(scientist)
    favourable = services.StudyFinding(
        horizon=18, verdict=ImpactVerdict.FAVORABLE, sentence="Favorable : 5 points de moins.", needed="", refusal="",
        details=DETAILS, truth=None,
    )  # fmt: skip
    refused = services.StudyFinding(
        horizon=12, verdict=ImpactVerdict.NON_CONCLUANT, sentence="Non concluant : aucun chiffre ne peut être donné.", needed="",
        refusal="Trop peu de défaillances.", details={}, truth=None,
    )  # fmt: skip
    with system() as session:
        study = session.get_one(ImpactStudy, study_id)
        found = [favourable, refused]
        services.store(session, ACTOR, study, found, code_version="c0de", data_version="da7a")
    return study_id
