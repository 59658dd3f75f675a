"""Entries of the directory as pages say them."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.companies.models import ProcedureStatus
from app.core.now import today
from app.core.text.french import date_fr, number_fr
from app.referrals.criteria import Criteria
from app.referrals.directory.models import Antenne, Expert
from app.referrals.directory.typed import area_name


@dataclass(frozen=True, kw_only=True)
class DescribedEntry:
    """Where an entry answers and for which firms, in words; whether both are those of the antenne."""

    areas: tuple[str, ...]
    conditions: tuple[str, ...]
    areas_inherited: bool = False
    conditions_inherited: bool = False


def described(expert: Expert, subjects: Mapping[int, str]) -> DescribedEntry:
    """Return an expert in words; ``subjects``: their labels, by number."""
    antenne = expert.antenne
    own = _limited(expert, subjects)
    # Those of the antenne hold for the subjects that the expert's own say nothing of.
    rest = _limited(antenne, subjects) if not expert.criteria or expert.criteria_subjects else []
    return DescribedEntry(
        areas=tuple(map(area_name, expert.territory)),
        conditions=(*own, *(f"{each} (antenne)" if own else each for each in rest)),
        areas_inherited=not expert.areas,
        conditions_inherited=not expert.criteria,
    )


def described_antenne(antenne: Antenne, subjects: Mapping[int, str]) -> DescribedEntry:
    """Return an antenne in words; ``subjects``: their labels, by number."""
    return DescribedEntry(
        areas=tuple(map(area_name, antenne.areas)), conditions=tuple(_limited(antenne, subjects))
    )


def _limited(entry: Antenne | Expert, subjects: Mapping[int, str]) -> list[str]:
    """Each condition of an entry, with the subjects it is about when it is not about every one."""
    sentences = conditions_said(Criteria.of(entry.criteria))
    about = ", ".join(subjects.get(each, str(each)) for each in entry.criteria_subjects)
    return [f"{each} ; pour : {about}" for each in sentences] if about else sentences


def conditions_said(criteria: Criteria) -> list[str]:
    """Return each condition as a sentence."""
    sentences = [
        _bounds("Effectif", criteria.workforce_min, criteria.workforce_max, "personnes"),
        _bounds("Ancienneté", criteria.age_min, criteria.age_max, "ans"),
        _listed("Activités acceptées (NAF)", criteria.naf_accepted),
        _listed("Activités exclues (NAF)", criteria.naf_excluded),
        _listed("Catégories juridiques acceptées", criteria.legal_accepted),
        _listed("Catégories juridiques exclues", criteria.legal_excluded),
        _listed("Situations", [ProcedureStatus(code).label for code in criteria.procedures]),
        _either(criteria.debt, "Avec une dette déclarée", "Sans dette déclarée"),
        _either(criteria.first, "Première demande", "Déjà une demande"),
    ]
    return [sentence for sentence in sentences if sentence]


def absence_said(expert: Expert) -> str:
    """Return until when an expert is away today, and who stands in; nothing when they are there."""
    day = today()
    current = [each for each in expert.absences if each.starts_on <= day <= each.ends_on]
    if not current:
        return ""
    last = max(current, key=lambda each: each.ends_on)
    stead = f", remplacé par {last.delegate.name}" if last.delegate else ""
    return f"Absent jusqu’au {date_fr(last.ends_on)}{stead}"


def left_said(count: int) -> str:
    """Return what archiving does to the needs that experts have open; nothing when there are none."""
    if not count:
        return ""
    needs = "1 besoin ouvert ira" if count == 1 else f"{number_fr(count)} besoins ouverts iront"
    return f"{needs} à d’autres experts ou, sans autre expert, à l’équipe de l’orientation."


def account_of(session: Session, expert: Expert) -> str:
    """Return the address of the account of an expert, if they have one."""
    agent = session.get(Agent, expert.agent_id) if expert.agent_id else None
    return agent.email if agent else ""


def _bounds(label: str, least: int | None, most: int | None, unit: str) -> str:
    if least is None and most is None:
        return ""
    if least is None:
        return f"{label} : {most} {unit} au plus"
    return f"{label} : {least} {unit} au moins" if most is None else f"{label} : de {least} à {most} {unit}"  # fmt: skip


def _listed(label: str, items: list[str] | tuple[str, ...]) -> str:
    return f"{label} : {', '.join(items)}" if items else ""


def _either(flag: bool | None, yes: str, no: str) -> str:
    return "" if flag is None else yes if flag else no
