"""What is asked of a region before its guichet opens, and whether it is there. Pure: from what was read, without a database."""

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from app.core.text.french import counted_fr, date_fr, percent_fr
from app.core.text.labelled import LabelledEnum
from app.referrals.areas.gazetteer import AreaKind, Gazetteer
from app.referrals.coverage.measuring import measured
from app.referrals.directory.models import FRESH_FOR
from app.referrals.routing.cards import Directory

#: the share of communes × subjects that must have an expert
COVERED = 0.9
#: how long a test e-mail says something
TESTED_FOR = timedelta(days=90)
#: names that a line shows
NAMED = 5


class RegionPoint(LabelledEnum):
    """What is asked of a region."""

    DIRECTORY = "annuaire", "Annuaire importé"
    VERIFIED = "verifie", "Entrées vérifiées depuis moins d’un an"
    COVERAGE = "couverture", "Couverture des communes et des sujets"
    MANAGERS = "responsables", "Un responsable par antenne"
    FALLBACK = "secours", "Dernier recours nommé"
    MAIL = "courriel", "Courriel essayé"
    TEAM = "equipe", "Équipe nommée"


@dataclass(frozen=True, kw_only=True)
class PointState:
    """Whether one point is there, and what is missing, in words."""

    point: RegionPoint
    is_met: bool
    said: str


@dataclass(frozen=True, kw_only=True)
class EntryDates:
    """When the entries of the directory were verified: antennes, experts; whom each antenne has as managers."""

    antennes: Mapping[int, date | None]
    experts: Mapping[int, date | None]
    managed: Collection[int]


@dataclass(frozen=True, kw_only=True)
class RegionFacts:
    """What the checklists of all regions are made of. ``tests``: when the last test e-mail of each region was taken by the server."""

    directory: Directory
    dates: EntryDates
    gazetteer: Gazetteer
    today: date
    now: datetime
    team: int
    #: the areas where somebody in service receives, of every subject, what nobody else does
    last_resorts: Set[str]
    tests: Mapping[str, datetime | None] = field(default_factory=dict)


def checklist(known: RegionFacts, region: str) -> Sequence[PointState]:
    """Return each point of a region."""
    # A set, so that each expert’s few areas are looked up in it, and not the other way.
    inside = set(known.gazetteer.holding(known.gazetteer.communes(region)))
    experts = [each for each in known.directory.in_service if not each.areas.isdisjoint(inside)]
    antennes = {each.antenne_id for each in experts}
    return (
        _directory(len(experts), len(antennes)),
        _verified(known, [each.id for each in experts], antennes),
        _coverage(known, region),
        _managers(known, antennes),
        _fallback(known, region),
        _mail(known, region),
        PointState(
            point=RegionPoint.TEAM, is_met=known.team > 0,
            said=f"{counted_fr(known.team, 'compte')} de l’équipe de l’orientation.",
        ),
    )  # fmt: skip


def _directory(experts: int, antennes: int) -> PointState:
    said = f"{counted_fr(experts, 'expert')} en service, de {counted_fr(antennes, 'antenne')}."
    return PointState(point=RegionPoint.DIRECTORY, is_met=experts > 0, said=said)


def _verified(known: RegionFacts, experts: Sequence[int], antennes: Collection[int]) -> PointState:
    verified = [
        *(known.dates.experts.get(each) for each in experts),
        *(known.dates.antennes.get(each) for each in antennes),
    ]
    old = sum(each is None or (known.today - each).days > FRESH_FOR for each in verified)
    said = f"{counted_fr(old, 'entrée')} à vérifier, sur {len(verified)}."
    return PointState(
        point=RegionPoint.VERIFIED, is_met=bool(verified) and not old, said=said
    )  # fmt: skip


def _coverage(known: RegionFacts, region: str) -> PointState:
    found = measured(known.directory, [region], known.gazetteer)
    holes = [known.directory.subjects[each] for each in found.holes]
    asked = f"{percent_fr(found.share, 1)} des communes et sujets ont un expert, {percent_fr(COVERED)} sont demandés."
    missing = f" Personne pour : {_named(holes)}." if holes else ""  # fmt: skip
    return PointState(
        point=RegionPoint.COVERAGE, is_met=found.share >= COVERED, said=asked + missing
    )  # fmt: skip


def _managers(known: RegionFacts, antennes: Collection[int]) -> PointState:
    without = sorted(set(antennes) - set(known.dates.managed))
    lacking = [known.directory.antennes[each].name for each in without]
    said = f"Sans responsable : {_named(lacking)}." if lacking else "Chaque antenne a un responsable."  # fmt: skip
    if not antennes:
        said = "Aucune antenne n’y répond."
    return PointState(
        point=RegionPoint.MANAGERS, is_met=bool(antennes) and not lacking, said=said
    )  # fmt: skip


def _fallback(known: RegionFacts, region: str) -> PointState:
    """A last resort for every subject, in the region as a whole or in each of its départements."""
    within = known.gazetteer.of_kind(AreaKind.DEPARTMENT, within=region)
    lacking = [each.label for each in within if known.last_resorts.isdisjoint(each.within)]
    said = f"Personne pour : {_named(lacking)}." if lacking else "Nommé dans toute la région."
    return PointState(point=RegionPoint.FALLBACK, is_met=not lacking, said=said)


def _mail(known: RegionFacts, region: str) -> PointState:
    at = known.tests.get(region)
    if at is None:
        said = "Jamais parti : envoyez un courriel d’essai, puis rouvrez cette page."
    elif known.now - at > TESTED_FOR:
        said = f"Le dernier est parti le {date_fr(at)} : envoyez-en un autre."
    else:
        said = f"Parti le {date_fr(at)}."
    is_met = at is not None and known.now - at <= TESTED_FOR
    return PointState(point=RegionPoint.MAIL, is_met=is_met, said=said)


def _named(names: Sequence[str]) -> str:
    more = f" et {len(names) - NAMED} de plus" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
