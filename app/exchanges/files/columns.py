"""What the file says of an accompagnement, and which of it may come back: what an administration's own tool would own."""

from collections.abc import Callable, Mapping, Sequence

from app.core.text.exports.spreadsheets import CellKind, Column
from app.exchanges.files import stamps
from app.exchanges.files.standing import CaseStanding
from app.exchanges.references import reference_of
from app.values.models import ValueList

REFERENCE, STAMP = "Accompagnement", "Repère"
STATE, CRITICALITY = "État", "Criticité"
DEADLINE, DUE_ON = "Prochaine échéance", "Échéance pour le"
#: the lists whose values may come back, by the name of their column
LISTS: Mapping[str, ValueList] = {
    "Actions réalisées": ValueList.ACTION,
    "Réorientations": ValueList.REDIRECTION,
    "Étiquettes": ValueList.TAG,
}
#: between values in one cell
BETWEEN = " ; "
#: what may come back; the two columns of an échéance are one field
FIELDS = (STATE, CRITICALITY, *LISTS, DEADLINE)


def values_of(kind: ValueList) -> Callable[[CaseStanding], str]:
    """Return how a cell says the values of a list: in the order of their names, whatever that of the list."""
    return lambda standing: BETWEEN.join(sorted(v.label for v in standing.of_list(kind)))


def plain(text: str) -> str:
    """A text as a file gives it back: spreadsheets keep no line."""
    return " ".join(text.split())


def deadline_text(what: str, due_on: str) -> str:
    """What stands for an échéance: its day and what is to be done."""
    return f"{due_on} {what}".strip()


def _deadline(standing: CaseStanding) -> str:
    return plain(standing.deadline.what) if standing.deadline else ""


def _due_on(standing: CaseStanding) -> str:
    return standing.deadline.due_on.isoformat() if standing.deadline else ""


def fields_of(standing: CaseStanding) -> dict[str, str]:
    """What an accompagnement says of each field that may come back."""
    return {
        STATE: standing.case.state.label,
        CRITICALITY: standing.case.criticality.label,
        **{name: values_of(kind)(standing) for name, kind in LISTS.items()},
        DEADLINE: deadline_text(_deadline(standing), _due_on(standing)),
    }


#: each column, and what it says of an accompagnement
COLUMNS: Sequence[tuple[Column, Callable[[CaseStanding], object]]] = (
    (Column(REFERENCE), lambda s: reference_of(s.case.id)),
    (Column("Siret"), lambda s: s.case.siret),
    (Column("Raison sociale", width=40), lambda s: s.company.name),
    (Column("Commune", width=24), lambda s: s.place.commune or ""),
    (Column("Département"), lambda s: s.case.department),
    (Column(STATE), lambda s: s.case.state.label),
    (Column(CRITICALITY), lambda s: s.case.criticality.label),
    (Column("Référents", width=30), lambda s: s.referents),
    (Column("Ouvert le", CellKind.DATE), lambda s: s.case.opened_on),
    (Column("Terminé le", CellKind.DATE), lambda s: s.case.closed_on),
    (Column("Issue", width=24), lambda s: s.case.outcome.label if s.case.outcome else ""),
    (Column("Dernières nouvelles", CellKind.DATE), lambda s: s.case.heard_on),
    (Column("Filières", width=24), values_of(ValueList.SECTOR)),
    (Column("Difficultés", width=24), values_of(ValueList.DIFFICULTY)),
    *((Column(name, width=30), values_of(kind)) for name, kind in LISTS.items()),
    (Column(DEADLINE, width=40), _deadline),
    (Column(DUE_ON, CellKind.DATE), lambda s: s.deadline.due_on if s.deadline else None),
    (Column(STAMP, width=12), lambda s: stamps.stamped(s.case.id, fields_of(s))),
)
