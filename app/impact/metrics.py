"""What each figure of the funnel counts. A test recounts each of them from the events, one by one."""

from types import MappingProxyType

from app.core.metrics import Metric, MetricKind

PAGE = "De l’alerte à l’issue"
FIRST = "Comptée à la date de la première liste qui la met en alerte, ou de son premier signalement"
SINCE = "Ne compte que ce qui suit cette première alerte"
ENDED = "Compté à la date de fin de l’accompagnement, sans ceux qui ont été supprimés"
#: days after the first alert within which trends are compared, so that each quarter has had as long
OBSERVED = 90
#: how the metrics that others are shares of are read in a sentence
AMONG = {
    "detected": "détectées", "contacted": "contactées", "answered": "entreprises qui ont répondu", "visited": "rencontrées",
    "confirmed": "difficultés confirmées", "supported": "accompagnées", "due_three": "détectées depuis 3 jours ouvrés",
    "due_five": "détectées depuis 5 jours ouvrés", "observed": f"détectées depuis {OBSERVED} jours",
}  # fmt: skip


def _firms(
    code: str, label: str, counts: str, *, of: str | None, dated: str = SINCE, version: str = "1"
) -> Metric:
    return Metric(
        code=code, label=label, kind=MetricKind.FIRMS, counts=counts, of=of, among=AMONG[of] if of else "", dated=dated,
        page=PAGE, version=version,
    )  # fmt: skip


def _due(code: str, days: int) -> Metric:
    counts = f"Celles dont {days} jours ouvrés ont passé depuis ; fériés nationaux déduits"
    return _firms(code, f"Détectées depuis {days} jours ouvrés", counts, of=None)


def _within(code: str, days: int, *, of: str) -> Metric:
    counts = f"De celles dont {days} jours ouvrés ont passé, celles qu’un agent a cherché à joindre dans ces jours"
    return _firms(code, f"Contactées en {days} jours ouvrés", counts, of=of)


def _soon(code: str, label: str, counts: str) -> Metric:
    told = f"De celles dont {OBSERVED} jours ont passé, celles {counts} dans ces jours"
    return _firms(code, f"{label} en {OBSERVED} jours", told, of="observed")


def _delay(code: str, label: str, until: str, *, version: str = "1") -> Metric:
    counts = (
        f"Jours entre la première alerte et {until}, médiane des entreprises qui y sont arrivées"
    )
    kind = MetricKind.DELAY
    return Metric(
        code=code, label=label, kind=kind, counts=counts, dated=SINCE, page=PAGE, version=version
    )


def _flow(code: str, label: str, counts: str) -> Metric:
    kind = MetricKind.FLOW
    return Metric(code=code, label=label, kind=kind, counts=counts, dated=ENDED, page=PAGE)


STAGES = (
    _firms(
        "detected", "Détectées", "Entreprises alertées ou signalées pour la première fois dans la période", of=None, dated=FIRST
    ),
    _firms("contacted", "Contactées", "Celles qu’un agent a cherché à joindre, avec ou sans réponse", of="detected"),
    _due("due_three", 3), _due("due_five", 5), _within("within_three", 3, of="due_three"), _within("within_five", 5, of="due_five"),
    _firms("answered", "Ont répondu", "Celles qui ont répondu à un contact, quel qu’en soit le moyen", of="contacted"),
    _firms(
        "visited", "Rencontrées", "Celles qui ont répondu à un contact sur place ou en visioconférence ; le téléphone ne compte pas",
        of="answered", version="2",
    ),
    _firms("confirmed", "Difficulté confirmée", "Celles où un agent a confirmé une difficulté", of="answered", version="2"),
    _firms(
        "confirmed_visited", "Confirmée et rencontrée", "Celles qui ont été rencontrées et où un agent a confirmé une difficulté",
        of="visited",
    ),
    _firms("supported", "Accompagnées", "Celles pour lesquelles un accompagnement a été ouvert", of="detected"),
    _firms(
        "supported_confirmed", "Confirmée et accompagnée",
        "Celles où un agent a confirmé une difficulté et pour lesquelles un accompagnement a été ouvert", of="confirmed",
    ),
    _firms("concluded", "Avec une issue", "Celles dont un accompagnement est terminé", of="supported"),
)  # fmt: skip
DELAYS = (
    _delay("days_to_contact", "Jours avant contact", "le premier contact"),
    _delay("days_to_answer", "Jours avant réponse", "le premier contact qui a reçu une réponse"),
    _delay(
        "days_to_visit", "Jours avant rencontre", "la première rencontre, sur place ou en visioconférence", version="2"
    ),
    _delay("days_to_support", "Jours avant accompagnement", "l’ouverture de l’accompagnement"),
    _delay("days_to_outcome", "Jours avant issue", "la fin de l’accompagnement"),
)  # fmt: skip
TREND = (
    _firms("observed", f"Détectées depuis {OBSERVED} jours", f"Celles dont {OBSERVED} jours ont passé depuis", of=None),
    _soon("soon_contacted", "Contactées", "qu’un agent a cherché à joindre"),
    _soon("soon_answered", "Ont répondu", "qui ont répondu à un contact"),
    _soon("soon_visited", "Rencontrées", "qui ont été rencontrées sur place ou en visioconférence"),
    _soon("soon_confirmed", "Difficulté confirmée", "où un agent a confirmé une difficulté"),
    _soon("soon_supported", "Accompagnées", "pour lesquelles un accompagnement a été ouvert"),
)  # fmt: skip
ENDS = (
    _flow("outcomes", "Issues", "Accompagnements terminés, par leur dernière issue enregistrée"),
    _flow(
        "jobs_at_stake", "Emplois en jeu", "Emplois en jeu des accompagnements terminés dont les deux nombres sont connus"
    ),
    _flow("jobs_kept", "Emplois préservés", "Emplois préservés de ces mêmes accompagnements"),
)  # fmt: skip

#: every figure of the page of impact, by its code
METRICS = MappingProxyType({
    metric.code: metric for metric in (*STAGES, *DELAYS, *TREND, *ENDS)
})  # fmt: skip
