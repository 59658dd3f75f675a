"""What each figure of the orientation counts. A test recounts each of them from the events, one by one."""

from collections.abc import Mapping
from types import MappingProxyType

from app.core.metrics import Metric, MetricKind

PAGE = "Qualité de l’orientation"
FILED = "Besoins déposés dans la période, vus aujourd’hui : un besoin récent peut encore aboutir"
DELAY = (
    "Les jours ouvrés sont ceux du département du besoin, comptés du dépôt, ou de l’envoi à l’antenne choisie. Un refus n’est pas une"
    " prise en charge ; un besoin retiré avant ce jour n’est pas compté"
)
NOW = "Vraie au moment où la page est lue"
#: how the figures that others are shares of are read in a sentence
AMONG = {
    "needs": "besoins",
    "due_three": "besoins dont le 3e jour ouvré est passé",
    "due_five": "besoins dont le 5e jour ouvré est passé",
    "answers": "besoins sur lesquels l’entreprise a répondu",
}


def _metric(
    code: str, label: str, counts: str, *, of: str | None = None, dated: str = FILED,
    kind: MetricKind = MetricKind.FLOW,
) -> Metric:  # fmt: skip
    return Metric(
        code=f"quality_{code}", label=label, kind=kind, counts=counts, of=f"quality_{of}" if of else None,
        among=AMONG[of] if of else "", dated=dated, page=PAGE,
    )  # fmt: skip


def _taken(code: str, days: int) -> tuple[Metric, Metric]:
    """How many needs are old enough, and how many of them were taken in charge in time."""
    due = _metric(
        f"due_{code}",
        f"Besoins de {days} jours ouvrés",
        f"Besoins dont le {days}e jour ouvré est passé",
        dated=DELAY,
    )
    said = f"Besoins qu’un expert a dit prendre en charge au plus tard le {days}e jour ouvré, et n’a pas rendus"
    return due, _metric(
        code, f"Pris en charge en {days} jours ouvrés", said, of=f"due_{code}", dated=DELAY
    )


_ALL = (
    _metric("needs", "Besoins", "Besoins déposés, sans ceux des demandes que l’équipe a écartées"),
    _metric(
        "firms", "Entreprises", "Entreprises qui ont déposé un besoin, chacune une fois",
        kind=MetricKind.FIRMS,
    ),
    *_taken("three", 3),
    *_taken("five", 5),
    _metric(
        "exchanged", "Échanges",
        "Besoins pour lesquels un expert a proposé une aide, ou dit après échange qu’il n’y en a pas", of="needs",
    ),
    _metric(
        "refused", "Refusés", "Besoins dont un expert au moins a dit qu’ils n’étaient pas pour lui", of="needs"
    ),
    _metric(
        "rerouted", "Adressés de nouveau",
        "Besoins adressés à un autre après un refus, une expiration, un départ, ou par l’équipe", of="needs",
    ),
    _metric("expired", "Expirés", "Besoins qu’un expert au moins a laissé expirer", of="needs"),
    _metric(
        "unanswered", "Sans réponse", "Besoins non retirés dont aucun expert n’a rien dit encore", of="needs"
    ),
    _metric("nobody", "Sans expert", "Besoins que personne n’a, ou n’a plus, à traiter", of="needs"),
    _metric(
        "answers", "Avis d’entreprises",
        "Besoins sur lesquels l’entreprise a répondu aux questions qui lui sont envoyées",
    ),
    _metric(
        "satisfied", "Entreprises aidées",
        "Besoins dont l’entreprise dit que ce qui lui fut proposé l’a aidée", of="answers",
    ),
    _metric(
        "covered", "Couverture",
        "Part des communes et des sujets pour lesquels un expert en service répond, sans les derniers recours",
        dated=NOW, kind=MetricKind.STOCK,
    ),
)  # fmt: skip
METRICS: Mapping[str, Metric] = MappingProxyType(
    {each.code.removeprefix("quality_"): each for each in _ALL}
)
