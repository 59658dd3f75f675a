"""The figures that are published, what each counts, and the places where each is told."""

from dataclasses import dataclass
from types import MappingProxyType

from app.accounts.models import Administration
from app.core.metrics import Metric, MetricKind
from app.core.text.labelled import LabelledEnum
from app.habilitations.reference.geography import NO_REGION, REGIONS
from app.impact.metrics import METRICS

#: in a place, the axis that is summed over; the word of `scoring.secrecy.cells`
ALL = "total"
UNKNOWN = "inconnu"


class Axis(LabelledEnum):
    """What firms are told apart by, in the order of a place."""

    REGION = "region", "Région"
    SECTOR = "secteur", "Secteur"
    SIZE = "taille", "Taille"
    PARTNER = "partenaire", "Partenaire"


#: sector -> its label and the sections of the NAF: the ten sectors of Insee (A10)
SECTORS = MappingProxyType({
    "AZ": ("Agriculture", "A"), "BE": ("Industrie", "BCDE"), "FZ": ("Construction", "F"),
    "GI": ("Commerce, transports, hébergement et restauration", "GHI"), "JZ": ("Information et communication", "J"),
    "KZ": ("Finance et assurance", "K"), "LZ": ("Immobilier", "L"),
    "MN": ("Services aux entreprises", "MN"), "OQ": ("Enseignement, santé, action sociale", "OPQ"), "RU": ("Autres services", "RSTU"),
})  # fmt: skip
#: size -> its label and the workforce from which it begins
SIZES = MappingProxyType({
    "0-9": ("Moins de 10 salariés", 0), "10-19": ("10 à 19", 10), "20-49": ("20 à 49", 20), "50-249": ("50 à 249", 50),
    "250+": ("250 et plus", 250),
})  # fmt: skip
LABELS = MappingProxyType({
    Axis.REGION: {**{code: label for code, (label, _) in REGIONS.items()}, NO_REGION: "Collectivités d’outre-mer"},
    Axis.SECTOR: {code: label for code, (label, _) in SECTORS.items()},
    Axis.SIZE: {code: label for code, (label, _) in SIZES.items()},
    Axis.PARTNER: {member.value: member.label for member in Administration},
})  # fmt: skip


def label_of(axis: Axis, code: str) -> str:
    """How a place on an axis is read."""
    return LABELS[axis].get(code, "Non renseigné")


@dataclass(frozen=True, kw_only=True)
class PublishedKind:
    """A published figure: its definition, and the tables where it is told; each table has all its margins.

    ``halves``, ``years``: the axes of the tables of a half-year, of a year. Of ``agents``, a year is not the sum of its halves.
    """

    metric: Metric
    halves: tuple[tuple[Axis, ...], ...]
    years: tuple[tuple[Axis, ...], ...]
    counts_agents: bool = False

    @property
    def code(self) -> str:
        """The code of its definition."""
        return self.metric.code


PAGE = "Bilans de la convention"
DATED = "Comptée une fois pour toutes, au semestre où cela arrive pour la première fois"
BY_PLACE = ((Axis.REGION,), (Axis.SECTOR,), (Axis.SIZE,))
CROSSED = ((Axis.REGION, Axis.SECTOR), (Axis.SIZE,))


def _first(code: str, label: str, counts: str, *, by_partner: bool = False) -> PublishedKind:
    metric = Metric(
        code=code, label=label, kind=MetricKind.FIRMS, counts=counts, dated=DATED, page=PAGE
    )
    partner = ((Axis.PARTNER,),) if by_partner else ()
    return PublishedKind(metric=metric, halves=BY_PLACE + partner, years=CROSSED + partner)


def _agents(code: str, label: str, counts: str, dated: str) -> PublishedKind:
    metric = Metric(
        code=code, label=label, kind=MetricKind.FLOW, counts=counts, dated=dated, page=PAGE
    )
    tables = ((Axis.PARTNER,),)
    return PublishedKind(metric=metric, halves=tables, years=tables, counts_agents=True)


#: every published figure, in the order of reports
KINDS = MappingProxyType({
    kind.code: kind
    for kind in (
        PublishedKind(metric=METRICS["detected"], halves=BY_PLACE, years=CROSSED),
        _first("first_contacted", "Contactées", "Entreprises qu’un agent a cherché à joindre, avec ou sans réponse", by_partner=True),
        _first("first_visited", "Rencontrées", "Entreprises qui ont répondu à un contact sur place ou en visioconférence", by_partner=True),
        _first("first_supported", "Accompagnées", "Entreprises pour lesquelles un accompagnement a été ouvert", by_partner=True),
        _first("first_concluded", "Avec une issue", "Entreprises dont un accompagnement a pris fin"),
        PublishedKind(metric=METRICS["within_three"], halves=((Axis.REGION,),), years=((Axis.REGION,),)),
        PublishedKind(metric=METRICS["within_five"], halves=((Axis.REGION,),), years=((Axis.REGION,),)),
        _agents("agents", "Agents", "Agents dont une habilitation est en vigueur", "Comptés au dernier jour de la période"),
        _agents(
            "agents_active", "Agents actifs",
            "Agents qui ont pris part à un contact, ouvert un accompagnement ou écrit un commentaire", "Comptés dans la période",
        ),
    )
})  # fmt: skip
#: those that are counts of firms told by sector
BY_SECTOR = tuple(code for code, kind in KINDS.items() if (Axis.SECTOR,) in kind.halves)
PROMPT = ("within_three", "within_five")
#: median delays, of the dictionary of the page of impact
DELAYS = ("days_to_contact", "days_to_visit", "days_to_support")
#: those that the dictionary has from here
OWN = tuple(kind.metric for kind in KINDS.values() if kind.metric.page == PAGE)
