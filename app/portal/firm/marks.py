"""What happened to a firm, on the time axis of its main chart: alerts, contacts, délais, procedures, those the reader may know."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.companies.models import PaymentPlan, ProcedureEvent
from app.companies.presenters import procedure_sentence
from app.core.text.french import date_fr, euros
from app.detections.models import DetectionEntry
from app.visits.models import Visit
from scoring.vocabulary import Novelty

#: the letter of each kind, and what it stands for
LETTERS = {"A": "alerte", "C": "contact ou visite", "D": "délai de paiement", "P": "procédure"}


@dataclass(frozen=True, kw_only=True)
class TimeMark:
    """Something that happened one day: the ``letter`` of its kind, and a sentence."""

    on: date
    letter: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Happened:
    """What the reader may know of a firm, of each kind."""

    entries: Iterable[DetectionEntry]
    visits: Iterable[Visit]
    plans: Iterable[PaymentPlan]
    procedures: Iterable[ProcedureEvent]


def marks_by_month(months: Sequence[date], happened: Happened) -> list[list[TimeMark]]:
    """Return the marks of each month, in the order of their days; what is before or after is left out."""
    found: dict[date, list[TimeMark]] = {month: [] for month in months}
    for mark in sorted(_marks(happened), key=lambda mark: mark.on):
        found.get(mark.on.replace(day=1), []).append(mark)
    return list(found.values())


def letters_used(marks: Iterable[Iterable[TimeMark]]) -> list[tuple[str, str]]:
    """Return the letters of some marks with what they stand for, in the order of the legend."""
    used = {mark.letter for month in marks for mark in month}
    return [(letter, kind) for letter, kind in LETTERS.items() if letter in used]


def _marks(happened: Happened) -> Iterable[TimeMark]:
    for entry in happened.entries:
        if entry.novelty is not Novelty.NONE:
            said = f"{entry.level.label}, {entry.novelty.label}"
            yield _mark("A", entry.list.as_of, said)
    for visit in happened.visits:
        yield _mark("C", visit.visited_on, f"{visit.channel.label}, {visit.contact_result.label}")
    for plan in happened.plans:
        if plan.is_approved:
            granted = f"Délai de {euros(plan.amount)} jusqu’au {date_fr(plan.due_on)}"
            yield _mark("D", plan.created_on, granted)
    for event in happened.procedures:
        yield _mark("P", event.effective_on, procedure_sentence(event))


def _mark(letter: str, on: date, said: str) -> TimeMark:
    return TimeMark(on=on, letter=letter, sentence=f"{date_fr(on)} : {said}")
