"""The filters of a list, read from its URL."""

from collections.abc import Sequence

from werkzeug.datastructures import MultiDict
from wtforms import RadioField
from wtforms.validators import NumberRange, Optional

from app.companies.models import ProcedureStatus
from app.core.access.identity import Nature
from app.core.web.forms import CheckboxesField, DsfrForm, WholeNumberField, choices
from app.detections.lists import marks
from app.detections.lists.filters import (
    LARGEST_FIRST,
    NATURE_OF_FILTER,
    AccountsSign,
    AlertSource,
    DebtSign,
    Filters,
    Order,
    ShortTimeSign,
    Sort,
    WorkforceSign,
)
from scoring.dictionary.naf import SECTIONS
from scoring.vocabulary import Level, Novelty

NOTE_LIMIT = 1_000
LARGEST = 2_000_000_000
POSITIVE = NumberRange(0, LARGEST, message="Saisissez un nombre entier positif.")
#: the direction of the sort, in the URL
ASCENDING, DESCENDING = "croissant", "decroissant"


class ListFilterForm(DsfrForm):
    """The filters, named as in the URL. An invalid one, or one on a nature the reader lacks, is reported and ignored."""

    niveau = CheckboxesField("Niveau")
    nouveaute = CheckboxesField("Nouveauté")
    departement = CheckboxesField("Département")
    section = CheckboxesField("Activité")
    procedure = CheckboxesField("Procédure collective")
    suivi = CheckboxesField("Suivi")
    effectif_min = WholeNumberField("Effectif minimal", validators=[Optional(), POSITIVE])
    effectif_max = WholeNumberField("Effectif maximal", validators=[Optional(), POSITIVE])
    dette_min = WholeNumberField("Dette sociale minimale (€)", validators=[Optional(), POSITIVE])
    effectif = CheckboxesField("Évolution de l’effectif")
    dette = CheckboxesField("Compte à l’Urssaf")
    activite_partielle = CheckboxesField("Activité partielle")
    comptes = CheckboxesField("Derniers comptes connus")
    source = RadioField("Source", default="")

    def __init__(
        self,
        query: MultiDict[str, str],
        *,
        departments: Sequence[tuple[str, str]],
        natures: frozenset[Nature],
    ) -> None:
        super().__init__(formdata=query, meta={"csrf": False})
        lacking = {name: kind for name, kind in NATURE_OF_FILTER.items() if kind not in natures}
        #: the nature that the reader would need, by name of field, for filters requested without it
        self.refused = {name: kind for name, kind in lacking.items() if self[name].data}
        self.offered = {field.name for field in self} - set(lacking)
        for name in self.refused:
            self[name].process(None)
        self.niveau.choices = choices(pair for pair in Level.choices() if pair[0] != Level.NONE)
        self.nouveaute.choices = choices(
            pair for pair in Novelty.choices() if pair[0] != Novelty.NONE
        )
        self.departement.choices = choices(departments)
        self.section.choices = choices((code, label) for code, (label, _, _) in SECTIONS.items())
        self.procedure.choices = choices(ProcedureStatus.choices())
        self.suivi.choices = choices((mark.code, mark.filter_label) for mark in marks.list_marks())
        self.effectif.choices = choices(WorkforceSign.choices())
        self.dette.choices = choices(DebtSign.choices())
        self.activite_partielle.choices = choices(ShortTimeSign.choices())
        self.comptes.choices = choices(AccountsSign.choices())
        self.source.choices = choices([("", "Toutes"), *AlertSource.choices()])

    @property
    def state(self) -> tuple[object, ...]:
        """As for any form, and which filters are offered."""
        return *super().state, frozenset(self.offered)

    def filters(self) -> Filters:
        """Return the filters in force; `validate` must have run."""
        source = "" if self.source.errors else self.source.data or ""
        return Filters(
            levels=tuple(Level(code) for code in _valid(self.niveau)),
            novelties=tuple(Novelty(code) for code in _valid(self.nouveaute)),
            departments=tuple(_valid(self.departement)),
            sections=tuple(_valid(self.section)),
            procedures=tuple(ProcedureStatus(code).value for code in _valid(self.procedure)),
            marks=tuple(_valid(self.suivi)),
            workforce_min=_number(self.effectif_min),
            workforce_max=_number(self.effectif_max),
            debt_min=_number(self.dette_min),
            debt_signs=tuple(DebtSign(code) for code in _valid(self.dette)),
            workforce_signs=tuple(WorkforceSign(code) for code in _valid(self.effectif)),
            short_time_signs=tuple(ShortTimeSign(code) for code in _valid(self.activite_partielle)),
            accounts_signs=tuple(AccountsSign(code) for code in _valid(self.comptes)),
            source=AlertSource(source) if source else None,
        )


def requested_sort(query: MultiDict[str, str]) -> Sort | None:
    """Return the column that the URL sorts by; `None` when there is none or it is unknown."""
    try:
        return Sort(query["tri"])
    except (KeyError, ValueError):
        return None


def order_of(query: MultiDict[str, str], natures: frozenset[Nature]) -> Order:
    """Return the order in the URL; the default one if it is unknown or would reveal a nature the reader lacks."""
    sort = requested_sort(query)
    direction = query.get("sens")
    if sort is None or not sort.is_offered(natures):
        sort = Sort.LEVEL if Sort.LEVEL.is_offered(natures) else Sort.COMPANY
        direction = None
    default = DESCENDING if sort in LARGEST_FIRST else ASCENDING
    return Order(sort=sort, descending=(direction or default) == DESCENDING)


def direction_of(order: Order) -> str:
    """Return the direction of an order, as in the URL."""
    return DESCENDING if order.descending else ASCENDING


def _valid(field: CheckboxesField) -> list[str]:
    codes = {choice.value for choice in field.choices}
    return [code for code in field.data or [] if code in codes]


def _number(field: WholeNumberField) -> int | None:
    return None if field.errors else field.data
