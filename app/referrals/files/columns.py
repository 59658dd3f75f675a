"""An expert as the cells of a line, and back: what is written is what is read."""

import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import TypeVar

from app.companies.models import ProcedureStatus
from app.core.errors import DomainError
from app.core.text.folding import folded
from app.core.text.labelled import LabelledEnum
from app.core.text.telephone import telephone_of
from app.referrals.criteria import Criteria
from app.referrals.directory import typed
from app.referrals.directory.experts.services import ExpertEntry
from app.referrals.directory.models import Expert, ExpertKind

Labelled = TypeVar("Labelled", bound=LabelledEnum)

NUMBER, INSTITUTION, ANTENNE, EMAIL, STATE, STAMP = (
    "Expert n°", "Institution", "Antenne", "Adresse électronique", "État", "Repère",
)  # fmt: skip
ANTENNE_AREAS = "Territoire de l’antenne"
#: the subjects that criteria are limited to
LIMITED = "Sujets des critères"
#: fields that a file may change, in the order of its columns
FIELDS = (
    "Qui répond", "Nom", EMAIL, "Téléphone", "Services rendus", "Territoire", "Effectif minimum", "Effectif maximum",
    "Ancienneté minimum", "Ancienneté maximum", "NAF acceptés", "NAF exclus", "Catégories acceptées", "Catégories exclues",
    "Situations acceptées", "Dette déclarée", "Première demande", LIMITED, "Besoins ouverts au plus", "Source", "Vérifié le",
)  # fmt: skip
COLUMNS = (NUMBER, INSTITUTION, ANTENNE, ANTENNE_AREAS, *FIELDS, STATE, STAMP)
REQUIRED = (INSTITUTION, ANTENNE, "Nom", EMAIL, "Services rendus")
IN_SERVICE, ARCHIVED = "En service", "Archivé"
BETWEEN = " | "
NO_SERVICE = "« {} » n’est pas un sujet de l’annuaire."
NO_NUMBER = "« {} » n’est pas un nombre entier."
NO_DATE = "« {} » n’est pas une date : écrivez par exemple 22/11/2026."
NO_ANSWER = "« {} » n’est pas une réponse connue : {}."
YES_NO = {"oui": True, "non": False, "": None}


def texts_of(entry: ExpertEntry, subjects: Mapping[int, str]) -> dict[str, str]:
    """Return the cells of what is said of an expert, by field."""
    wanted = entry.criteria
    services = [
        f"{subjects[number]} : {text.replace('|', '/')}"
        for number, text in sorted(entry.services.items())
        if number in subjects
    ]
    values = (
        entry.kind.label, entry.name, entry.email, entry.telephone, BETWEEN.join(services), typed.written_areas(entry.areas),
        _number(wanted.workforce_min), _number(wanted.workforce_max), _number(wanted.age_min), _number(wanted.age_max),
        ", ".join(wanted.naf_accepted), ", ".join(wanted.naf_excluded), ", ".join(wanted.legal_accepted),
        ", ".join(wanted.legal_excluded), ", ".join(ProcedureStatus(code).label for code in wanted.procedures),
        _flag(wanted.debt), _flag(wanted.first),
        BETWEEN.join(subjects[number] for number in sorted(entry.criteria_subjects) if number in subjects),
        _number(entry.capacity), entry.source,
        entry.verified_on.isoformat() if entry.verified_on else "",
    )  # fmt: skip
    return dict(zip(FIELDS, values, strict=True))


def entry_of_expert(expert: Expert, account: str = "") -> ExpertEntry:
    """Return what is said of an expert today."""
    return ExpertEntry(
        kind=expert.kind, name=expert.name, email=expert.email, telephone=expert.telephone, account=account,
        services={each.subject_id: each.service for each in expert.competences}, areas=list(expert.areas),
        criteria=Criteria.of(expert.criteria), criteria_subjects=tuple(expert.criteria_subjects),
        capacity=expert.capacity, source=expert.source, verified_on=expert.verified_on,
    )  # fmt: skip


def entry_of_cells(cells: Mapping[str, str], subjects: Mapping[str, int], account: str) -> ExpertEntry:  # fmt: skip
    """Return what the cells of a line say; ``subjects``: their numbers, by folded label. Raise `DomainError`."""

    def cell(field: str) -> str:
        return cells.get(folded(field), "")

    def number(field: str) -> int | None:
        return _whole(cell(field))

    entry = ExpertEntry(
        kind=_labelled(ExpertKind, cell("Qui répond")) if cell("Qui répond") else ExpertKind.PERSON,
        name=cell("Nom"), email=cell(EMAIL).lower(), telephone=telephone_of(cell("Téléphone"), field="Téléphone"), account=account,
        services=_services(cell("Services rendus"), subjects),
        areas=typed.areas_of(cell("Territoire"), field="Territoire"),
        criteria=Criteria(
            workforce_min=number("Effectif minimum"), workforce_max=number("Effectif maximum"),
            age_min=number("Ancienneté minimum"), age_max=number("Ancienneté maximum"),
            naf_accepted=typed.naf_of(cell("NAF acceptés"), field="NAF acceptés"),
            naf_excluded=typed.naf_of(cell("NAF exclus"), field="NAF exclus"),
            legal_accepted=typed.legal_of(cell("Catégories acceptées"), field="Catégories acceptées"),
            legal_excluded=typed.legal_of(cell("Catégories exclues"), field="Catégories exclues"),
            procedures=tuple(_labelled(ProcedureStatus, part).value for part in _listed(cell("Situations acceptées"))),
            debt=_yes_no(cell("Dette déclarée")), first=_yes_no(cell("Première demande")),
        ),
        criteria_subjects=_subjects(cell(LIMITED), subjects),
        capacity=number("Besoins ouverts au plus"), source=cell("Source"), verified_on=_day(cell("Vérifié le")),
    )  # fmt: skip
    entry.criteria.require_possible()
    return entry


def stamp_of(texts: Mapping[str, str], *, is_archived: bool) -> str:
    """Return what stands for an entry as it was when the file was made."""
    whole = "\n".join([*texts.values(), str(is_archived)])
    return hashlib.sha256(whole.encode()).hexdigest()[:12]


def _subjects(text: str, subjects: Mapping[str, int]) -> tuple[int, ...]:
    labels = [part.strip() for part in text.split(BETWEEN.strip()) if part.strip()]
    unknown = next((label for label in labels if folded(label) not in subjects), None)
    if unknown is not None:
        raise DomainError(NO_SERVICE.format(unknown))
    return tuple(sorted({subjects[folded(label)] for label in labels}))


def _services(text: str, subjects: Mapping[str, int]) -> dict[int, str]:
    services = {}
    for part in (each.strip() for each in text.split(BETWEEN.strip()) if each.strip()):
        pieces = part.split(":")
        # A label may hold a colon, and begin as another does: the longest that leaves a service.
        cuts = [*range(len(pieces) - 1, 0, -1), len(pieces)]
        cut = next((n for n in cuts if folded(":".join(pieces[:n])) in subjects), None)
        if cut is None:
            raise DomainError(NO_SERVICE.format(pieces[0].strip()))
        services[subjects[folded(":".join(pieces[:cut]))]] = ":".join(pieces[cut:]).strip()
    return services


def _labelled(kind: type[Labelled], text: str) -> Labelled:
    for member in kind:
        if folded(member.label) == folded(text):
            return member
    raise DomainError(NO_ANSWER.format(text, ", ".join(member.label for member in kind)))


def _listed(text: str) -> list[str]:
    return [part.strip() for part in re.split("[,;]", text) if part.strip()]


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _flag(value: bool | None) -> str:
    return "" if value is None else "oui" if value else "non"


def _whole(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise DomainError(NO_NUMBER.format(text))
    return int(text)


def _yes_no(text: str) -> bool | None:
    if folded(text) not in YES_NO:
        raise DomainError(NO_ANSWER.format(text, "oui, non, ou rien"))
    return YES_NO[folded(text)]


def _day(text: str) -> date | None:
    for shape in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    if text:
        raise DomainError(NO_DATE.format(text))
    return None
