"""The filters of a list, read from its URL."""

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict
from wtforms import Field, RadioField
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
    DrawSign,
    Filters,
    Order,
    ShortTimeSign,
    SignalsKept,
    Sort,
    WorkforceSign,
)
from app.detections.lists.why.causes import CAUSES
from scoring.dictionary.legal_categories import LEVEL_2
from scoring.dictionary.naf import DIVISIONS, SECTIONS
from scoring.vocabulary import Level, Novelty, Theme

NOTE_LIMIT = 1_000
LARGEST = 2_000_000_000
POSITIVE = NumberRange(0, LARGEST, message="Saisissez un nombre entier positif.")
AGE = NumberRange(0, 500, message="Saisissez un nombre d’années, de 0 à 500.")
#: the direction of the sort, in the URL
ASCENDING, DESCENDING = "croissant", "decroissant"


#: the panel of filters: each group, and its fields. The first ones stand open
GROUPS = (
    ("Alerte", ("niveau", "nouveaute", "theme", "source", "tirage", "signalements")),
    ("Suivi", ("suivi", "liste", "hors_liste")),
    ("Lieu", ("departement", "territoire")),
    ("Activité", ("section", "division")),
    ("Entreprise", ("effectif_min", "effectif_max", "age_min", "age_max", "effectif", "forme")),
    ("Comptes", ("ca_min", "ca_max", "comptes")),
    ("Dette et activité partielle", ("dette_min", "dette", "activite_partielle")),
    ("Procédure collective", ("procedure",)),
)
OPEN_GROUPS = 2


@dataclass(frozen=True, kw_only=True)
class FilterGroup:
    """Filters that go together; ``count``: how many values are in force; ``is_open``: shown unfolded."""

    title: str
    fields: Sequence[Field]
    count: int
    is_open: bool


class ListFilterForm(DsfrForm):
    """The filters, named as in the URL. An invalid one, or one on a nature the reader lacks, is reported and ignored."""

    niveau = CheckboxesField("Niveau")
    nouveaute = CheckboxesField("Nouveauté")
    departement = CheckboxesField("Département")
    section = CheckboxesField("Activité")
    division = CheckboxesField("Activité, plus précisément")
    forme = CheckboxesField("Forme juridique")
    territoire = CheckboxesField("Territoire d’industrie du siège")
    procedure = CheckboxesField("Procédure collective")
    suivi = CheckboxesField("Suivi")
    effectif_min = WholeNumberField("Effectif minimal", validators=[Optional(), POSITIVE])
    effectif_max = WholeNumberField("Effectif maximal", validators=[Optional(), POSITIVE])
    ca_min = WholeNumberField("Chiffre d’affaires minimal (k€)", validators=[Optional(), POSITIVE])
    ca_max = WholeNumberField("Chiffre d’affaires maximal (k€)", validators=[Optional(), POSITIVE])
    age_min = WholeNumberField("Âge minimal (années)", validators=[Optional(), AGE])
    age_max = WholeNumberField("Âge maximal (années)", validators=[Optional(), AGE])
    dette_min = WholeNumberField("Dette sociale minimale (€)", validators=[Optional(), POSITIVE])
    effectif = CheckboxesField("Évolution de l’effectif")
    dette = CheckboxesField("Compte à l’Urssaf")
    activite_partielle = CheckboxesField("Activité partielle")
    comptes = CheckboxesField("Derniers comptes connus")
    theme = CheckboxesField("Thème qui pèse le plus")
    liste = CheckboxesField("Listes d’entreprises")
    hors_liste = CheckboxesField("Absentes de ces listes")
    source = RadioField("Source", default="")
    tirage = CheckboxesField("Tirage au sort")
    signalements = CheckboxesField("Signalements humains")

    def __init__(
        self,
        query: MultiDict[str, str],
        *,
        departments: Sequence[tuple[str, str]],
        territories: Sequence[tuple[str, str]],
        lists: Sequence[tuple[str, str]] = (),
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
        self.division.choices = choices(
            (code, f"{code} – {label}") for code, label in DIVISIONS.items()
        )
        self.forme.choices = choices(LEVEL_2.items())
        self.territoire.choices = choices(territories)
        self.theme.choices = choices(
            (theme.value, theme.label)
            for theme in CAUSES
            if theme.nature is None or theme.nature in natures
        )
        self.tirage.choices = choices(DrawSign.choices())
        self.signalements.choices = choices(SignalsKept.choices())
        self.procedure.choices = choices(ProcedureStatus.choices())
        self.suivi.choices = choices((mark.code, mark.filter_label) for mark in marks.list_marks())
        self.effectif.choices = choices(WorkforceSign.choices())
        self.dette.choices = choices(DebtSign.choices())
        self.activite_partielle.choices = choices(ShortTimeSign.choices())
        self.comptes.choices = choices(AccountsSign.choices())
        self.liste.choices = choices(lists)
        self.hors_liste.choices = choices(lists)
        self.source.choices = choices([("", "Toutes"), *AlertSource.choices()])

    @property
    def state(self) -> tuple[object, ...]:
        """As for any form, and which filters are offered."""
        return *super().state, frozenset(self.offered)

    @property
    def groups(self) -> list[FilterGroup]:
        """The groups of filters that the reader is offered."""
        offered = [
            (title, [self[name] for name in names if self.offers(name)]) for title, names in GROUPS
        ]
        return [
            FilterGroup(
                title=title,
                fields=fields,
                count=sum(_count(field) for field in fields),
                is_open=place < OPEN_GROUPS or any(field.errors for field in fields),
            )
            for place, (title, fields) in enumerate(offered)
            if fields
        ]

    def offers(self, name: str) -> bool:
        """Return whether the reader may use a filter, and has something to choose there."""
        has_choices = not isinstance(self[name], CheckboxesField) or bool(self[name].choices)
        return name in self.offered and has_choices

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
            divisions=tuple(_valid(self.division)),
            revenue_min=_number(self.ca_min),
            revenue_max=_number(self.ca_max),
            age_min=_number(self.age_min),
            age_max=_number(self.age_max),
            legal_forms=tuple(_valid(self.forme)),
            territories=tuple(_valid(self.territoire)),
            themes=tuple(Theme(code) for code in _valid(self.theme)),
            lists=tuple(int(code) for code in _valid(self.liste)),
            off_lists=tuple(int(code) for code in _valid(self.hors_liste)),
            source=AlertSource(source) if source else None,
            draw_signs=tuple(DrawSign(code) for code in _valid(self.tirage)),
            keeps_signals=bool(_valid(self.signalements)),
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


def _count(field: Field) -> int:
    """How many values of a field are in force."""
    if isinstance(field, CheckboxesField):
        return len(_valid(field))
    return int(field.data not in (None, "") and not field.errors)


def _number(field: WholeNumberField) -> int | None:
    return None if field.errors else field.data
