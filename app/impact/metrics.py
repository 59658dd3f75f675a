"""What each figure of the funnel counts: its definition, shown behind it, versioned.

Who changes what a figure counts changes its definition and its version: two reports that bear the same version say the same thing.
A test recounts each of them from the events, one by one.
"""

from dataclasses import dataclass
from types import MappingProxyType

from app.core.text.labelled import LabelledEnum

#: without so many firms, and so many of them that reached the stage, a rate is the luck of a few: it is not shown
FEWEST, FEWEST_REACHED = 20, 5


class MetricKind(LabelledEnum):
    """What a figure is a number of."""

    FIRMS = "entreprises", "Entreprises, chacune une fois"
    DELAY = "delai", "Délai médian, en jours"
    FLOW = "flux", "Flux : ce qui s’est terminé dans la période"


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A figure: what it counts, of what, as of when, and who answers for it."""

    code: str
    label: str
    kind: MetricKind
    #: what is counted
    counts: str
    #: the metric whose firms it is a share of
    of: str | None = None
    #: which date puts it in the period
    dated: str
    version: str = "1"
    owner: str = "Équipe Vigie, produit"

    @property
    def text(self) -> str:
        """The definition in one sentence, for whoever reads the figure."""
        share = f" Taux : parmi les {METRICS[self.of].label.lower()}." if self.of else ""
        return f"{self.counts}.{share} {self.dated}. Définition n° {self.version}."


FIRST = "Comptée à la date de la première liste qui la met en alerte, ou de son premier signalement"
SINCE = "Ne compte que ce qui suit cette première alerte"
ENDED = "Compté à la date de fin de l’accompagnement, sans ceux qui ont été supprimés"


def _firms(code: str, label: str, counts: str, *, of: str | None, dated: str = SINCE) -> Metric:
    return Metric(code=code, label=label, kind=MetricKind.FIRMS, counts=counts, of=of, dated=dated)


def _due(code: str, days: int) -> Metric:
    counts = f"Celles dont {days} jours ouvrés ont passé depuis ; fériés nationaux déduits"
    return _firms(code, f"Détectées depuis {days} jours ouvrés", counts, of=None)


def _within(code: str, days: int, *, of: str) -> Metric:
    counts = f"De celles dont {days} jours ouvrés ont passé, celles qu’un agent a cherché à joindre dans ces jours"
    return _firms(code, f"Contactées en {days} jours ouvrés", counts, of=of)


def _delay(code: str, label: str, until: str) -> Metric:
    counts = (
        f"Jours entre la première alerte et {until}, médiane des entreprises qui y sont arrivées"
    )
    return Metric(code=code, label=label, kind=MetricKind.DELAY, counts=counts, dated=SINCE)


def _flow(code: str, label: str, counts: str) -> Metric:
    return Metric(code=code, label=label, kind=MetricKind.FLOW, counts=counts, dated=ENDED)


#: every figure of the page of impact, by its code
METRICS = MappingProxyType({
    metric.code: metric
    for metric in (
        _firms(
            "detected", "Détectées", "Entreprises alertées ou signalées pour la première fois dans la période", of=None, dated=FIRST
        ),
        _firms("contacted", "Contactées", "Celles qu’un agent a cherché à joindre, avec ou sans réponse", of="detected"),
        _due("due_three", 3), _due("due_five", 5), _within("within_three", 3, of="due_three"), _within("within_five", 5, of="due_five"),
        _firms("visited", "Rencontrées", "Celles qui ont répondu à un contact, quel qu’en soit le moyen", of="contacted"),
        _firms("confirmed", "Difficulté confirmée", "Celles où un agent a confirmé une difficulté", of="visited"),
        _firms("supported", "Accompagnées", "Celles pour lesquelles un accompagnement a été ouvert", of="detected"),
        _firms(
            "supported_met", "Accompagnées après réponse",
            "Celles qui ont répondu à un contact et pour lesquelles un accompagnement a été ouvert", of="visited",
        ),
        _firms("concluded", "Avec une issue", "Celles dont un accompagnement est terminé", of="supported"),
        _delay("days_to_contact", "Jours avant contact", "le premier contact"),
        _delay("days_to_visit", "Jours avant rencontre", "le premier contact qui a reçu une réponse"),
        _delay("days_to_support", "Jours avant accompagnement", "l’ouverture de l’accompagnement"),
        _delay("days_to_outcome", "Jours avant issue", "la fin de l’accompagnement"),
        _flow("outcomes", "Issues", "Accompagnements terminés, par leur dernière issue enregistrée"),
        _flow(
            "jobs_at_stake", "Emplois en jeu", "Emplois en jeu des accompagnements terminés dont les deux nombres sont connus"
        ),
        _flow("jobs_kept", "Emplois préservés", "Emplois préservés de ces mêmes accompagnements"),
    )
})  # fmt: skip


def rate(reached: int, of: int) -> float | None:
    """Return a share between 0 and 1; `None` when too few firms make it."""
    return reached / of if of >= FEWEST and reached >= FEWEST_REACHED else None
