"""What each figure of the product counts: its definition, declared by the domain whose figure it is, shown behind it, versioned.

Who changes what a figure counts changes its definition and its version: two reports that bear the same version say the same thing.
A test recounts each of them from the events.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Flask

from app.core.slots import Slot
from app.core.text.labelled import LabelledEnum

#: without so many firms, and so many of them that reached the stage, a rate is the luck of a few: it is not shown
FEWEST, FEWEST_REACHED = 20, 5


class MetricKind(LabelledEnum):
    """What a figure is a number of."""

    FIRMS = "entreprises", "Entreprises, chacune une fois"
    DELAY = "delai", "Délai médian, en jours"
    FLOW = "flux", "Flux : ce qui a eu lieu dans la période"
    STOCK = "stock", "Stock : ce qui est vrai au moment où la page est lue"
    VALUE = "valeur", "Valeur d’une entreprise"


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A figure: what it counts, of what, as of when, and who answers for it."""

    code: str
    label: str
    kind: MetricKind
    #: what is counted
    counts: str
    #: the code of the metric that it is a share of, and how that one is read
    of: str | None = None
    among: str = ""
    #: the date of reference
    dated: str
    #: the page that shows it
    page: str
    version: str = "1"
    owner: str = "Équipe Vigie, produit"

    @property
    def text(self) -> str:
        """The definition in one sentence, for whoever reads the figure."""
        share = f" Taux : parmi les {self.among}." if self.of else ""
        return f"{self.counts}.{share} {self.dated}. Définition n° {self.version}."


def on_page(
    page: str, *, kind: MetricKind, dated: str, figures: Mapping[str, tuple[str, str]]
) -> tuple[Metric, ...]:
    """Return the metrics of a page that have no whole; ``figures``: code -> (label, what is counted)."""
    return tuple(
        Metric(code=code, label=label, kind=kind, counts=counts, dated=dated, page=page)
        for code, (label, counts) in figures.items()
    )


#: the metrics of each domain
declared: Slot[Metric] = Slot("what figures count")


def declare(metrics: Iterable[Metric]) -> None:
    """Enter metrics in the dictionary, while the application is built."""
    for metric in metrics:
        declared.fill(metric)


def dictionary() -> Mapping[str, Metric]:
    """Return every metric by its code, in the order in which the domains are plugged in. Raise `ValueError` on a code given twice."""
    known = {metric.code: metric for metric in declared}
    if len(known) < len(list(declared)):
        raise ValueError("two metrics bear the same code")
    return known


def metric(code: str) -> Metric:
    """Return the metric of a code; raise `KeyError` on a figure that nobody defined."""
    # A page asks for some forty: none of them makes the dictionary again.
    for each in declared:
        if each.code == code:
            return each
    raise KeyError(code)


def rate(reached: int, of: int) -> float | None:
    """Return a share between 0 and 1; `None` when too few firms make it."""
    return reached / of if of >= FEWEST and reached >= FEWEST_REACHED else None


def init_app(app: Flask) -> None:
    """Let pages show what their figures count."""
    app.add_template_global(metric, "metric")
