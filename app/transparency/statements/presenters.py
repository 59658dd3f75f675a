"""The statement of processing of a firm, as it is printed: nothing that its maker does not read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.cases import queries as cases
from app.cases.models import CaseState
from app.cases.queries import CaseFilter
from app.companies import queries as companies
from app.companies.models import Company, SourceFreshness
from app.core.access.identity import Identity, Nature
from app.core.now import utcnow
from app.core.text.french import date_fr, month_fr, number_fr
from app.detections import panels as detections
from app.detections.panels import Standing
from app.transparency.algorithm import wordings
from app.transparency.statements import queries
from scoring.data.sources.registry import SOURCES
from scoring.dictionary.registry import REGISTRY
from scoring.vocabulary import LIMITS_OF_SCORES, Openness

#: the sources that weigh something
WEIGHED = frozenset(feature.source for feature in REGISTRY)
NOT_PUBLISHED = "non reçue"
HIDDEN = "non habilité"


@dataclass(frozen=True, kw_only=True)
class UsedSource:
    """A source that the algorithm reads: up to when, for the list and today, and whether its lines are open to the reader."""

    title: str
    of_list: str
    today: str
    reading: str


def statement(session: Session, identity: Identity, company: Company) -> dict[str, Any]:
    """Return the context of the statement."""
    stands = detections.standing(session, identity, company)
    told = detections.of_firm(session, identity, company, stands)
    missing = [nature for nature in Nature if nature not in company.readable]
    known = cases.page_of_cases(session, identity, CaseFilter(siren=company.siren))
    return {
        "company": company,
        "seat": companies.find_head_office(session, identity, company.siren),
        "made_at": utcnow(),
        "missing": missing,
        "entry": stands.entry,
        "reads_score": stands.reads_score,
        "current_list": stands.current_list,
        "why_not": told["alert"]["why_not"],
        "rules": told["alert"]["rules"],
        "sources": _sources(companies.find_freshness(session), stands, company),
        "themes": _themes(told["why"]["themes"]) if stands.entry else [],
        "facts": _facts(session, identity, stands),
        "history": [(date_fr(past.list.as_of), past.level.label) for past in stands.entries],
        "lookers": queries.list_lookers(session, identity, company.siren),
        "open_cases": sum(row[0].state is not CaseState.TERMINE for row in known.rows),
        "ended_cases": sum(row[0].state is CaseState.TERMINE for row in known.rows),
        "words": wordings,
        "limits": LIMITS_OF_SCORES,
    }


def _sources(
    fresh: Mapping[str, SourceFreshness], stands: Standing, company: Company
) -> list[UsedSource]:
    used = stands.entry.list.parameters.get("freshness", {}) if stands.entry else {}
    return [
        UsedSource(
            title=source.title,
            of_list=_month(used.get(name)) if stands.entry else "–",
            today=_today(fresh.get(name)),
            reading=_reading(source.nature, company),
        )
        for name, source in SOURCES.items()
        if name in WEIGHED
    ]


def _month(written: str | None) -> str:
    return month_fr(date.fromisoformat(written)) if written else "–"


def _today(fresh: SourceFreshness | None) -> str:
    return month_fr(fresh.month) if fresh and fresh.month else NOT_PUBLISHED


def _reading(nature: Nature | Openness, company: Company) -> str:
    if isinstance(nature, Openness):
        return "publique" if nature is Openness.PUBLIC else "lue par le calcul seul"
    return "dans ce relevé" if nature in company.readable else HIDDEN


def _themes(themes: Sequence[detections.ThemeLine]) -> list[tuple[str, str, str]]:
    return [
        (theme.label, HIDDEN, "–")
        if theme.is_hidden
        else (theme.label, theme.effect, number_fr(theme.contribution, 2))
        for theme in themes
    ]


def _facts(session: Session, identity: Identity, stands: Standing) -> list[str]:
    """The facts that weighed, the heaviest first, among those that the reader reads."""
    if stands.entry is None:
        return []
    return detections.sentences(session, identity, stands.entry)
