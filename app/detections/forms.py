"""Forms: the filters of a list, a human signal, an answer to a detection, a run."""

from collections.abc import Sequence

from werkzeug.datastructures import MultiDict
from wtforms import DateField, HiddenField, RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.companies.models import ProcedureStatus
from app.companies.naf import SECTIONS
from app.core.dsfr_forms import CheckboxesField, DsfrForm, WholeNumberField, choices
from app.core.identity import Nature
from app.core.texts import normalised
from app.detections import marks
from app.detections.filters import (
    LARGEST_FIRST,
    NATURE_OF_FILTER,
    Filters,
    Order,
    Sort,
    Source,
)
from app.detections.models import FeedbackReason, Level, Novelty, SignalSource
from app.detections.services import COMMENT_LIMIT

NOTE_LIMIT = 1_000
LARGEST = 2_000_000_000
POSITIVE = NumberRange(0, LARGEST, message="Saisissez un nombre entier positif.")
#: « what comes first » in the URL
ASCENDING, DESCENDING = "croissant", "decroissant"


class FilterForm(DsfrForm):
    """The filters, named as they are in the URL. An invalid one, or one on a nature the reader lacks, is said and ignored."""

    niveau = CheckboxesField("Niveau")
    nouveaute = CheckboxesField("Nouveauté")
    departement = CheckboxesField("Département")
    section = CheckboxesField("Activité")
    procedure = CheckboxesField("Procédure collective")
    suivi = CheckboxesField("Suivi")
    effectif_min = WholeNumberField("Effectif minimal", validators=[Optional(), POSITIVE])
    effectif_max = WholeNumberField("Effectif maximal", validators=[Optional(), POSITIVE])
    dette_min = WholeNumberField("Dette sociale minimale (€)", validators=[Optional(), POSITIVE])
    source = RadioField("Source", default="")

    def __init__(
        self,
        asked: MultiDict[str, str],
        *,
        departments: Sequence[tuple[str, str]],
        natures: frozenset[Nature],
    ) -> None:
        super().__init__(formdata=asked, meta={"csrf": False})
        lacking = {name: kind for name, kind in NATURE_OF_FILTER.items() if kind not in natures}
        #: by name of field, the nature that the reader would need; those that were asked all the same
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
        self.source.choices = choices([("", "Toutes"), *Source.choices()])

    def filters(self) -> Filters:
        """What is asked; `validate` must have run."""
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
            source=Source(source) if source else None,
        )


def asked_sort(asked: MultiDict[str, str]) -> Sort | None:
    """The column that the URL asks the rows to follow; `None` for none, and for anything unknown."""
    try:
        return Sort(asked["tri"])
    except (KeyError, ValueError):
        return None


def order_of(asked: MultiDict[str, str], natures: frozenset[Nature]) -> Order:
    """The order in the URL; anything unknown, or that would reveal a nature the reader lacks, means the default one."""
    sort = asked_sort(asked)
    direction = asked.get("sens")
    if sort is None or not sort.is_offered(natures):
        sort = Sort.LEVEL if Sort.LEVEL.is_offered(natures) else Sort.COMPANY
        direction = None
    default = DESCENDING if sort in LARGEST_FIRST else ASCENDING
    return Order(sort=sort, descending=(direction or default) == DESCENDING)


class SignalForm(DsfrForm):
    """Flag a firm."""

    source = RadioField(
        "D’où vient l’information ?",
        choices=choices(SignalSource.choices()),
        validators=[InputRequired("Choisissez la source.")],
    )
    comment = TextAreaField(
        "Ce que vous savez",
        description="Visible par les agents habilités du territoire de l’entreprise.",
        validators=[
            InputRequired("Dites en une phrase ce que vous savez."),
            Length(
                max=COMMENT_LIMIT, message=f"Le commentaire dépasse {COMMENT_LIMIT} caractères."
            ),
        ],
    )


class FeedbackForm(DsfrForm):
    """Was this detection useful?"""

    is_useful = RadioField(
        "Cette détection vous est-elle utile ?",
        choices=choices([("oui", "Utile"), ("non", "Inutile")]),
        validators=[InputRequired("Dites si la détection est utile ou non.")],
    )
    reasons = CheckboxesField(
        "Si elle ne l’est pas, pourquoi ?", choices=choices(FeedbackReason.choices())
    )
    comment = TextAreaField(
        "Commentaire",
        description="Lu par l’équipe qui améliore le modèle.",
        validators=[
            Length(max=COMMENT_LIMIT, message=f"Le commentaire dépasse {COMMENT_LIMIT} caractères.")
        ],
    )


class RunForm(DsfrForm):
    """Run the detection now."""

    as_of = DateField(
        "Date de détection",
        description="La détection lit ce qui était connu ce jour-là.",
        validators=[InputRequired("Choisissez une date.")],
    )


def _valid(field: CheckboxesField) -> list[str]:
    known = {choice.value for choice in field.choices}
    return [code for code in field.data or [] if code in known]


def _number(field: WholeNumberField) -> int | None:
    return None if field.errors else field.data


class AllowForm(DsfrForm):
    """Pass over a drift in the red; the journal keeps the reason."""

    reason = TextAreaField(
        "Motif",
        description="Pourquoi la liste peut servir malgré la dérive. Conservé dans le journal.",
        filters=[normalised],
        validators=[DataRequired("Dites pourquoi."), Length(max=NOTE_LIMIT)],
    )


class RulesForm(DsfrForm):
    """A version of the expert rules: tried, or saved."""

    text = TextAreaField(
        "Règles (YAML)",
        description="Une liste de règles : name, when, effect (+1, +2 ou -1), reason, author, from, until. "
        "Les signes et les textes sont entre guillemets.",
        filters=[normalised],
        validators=[InputRequired("Écrivez les règles.")],
    )
    in_force_from = DateField(
        "Applicable aux détections à partir du",
        validators=[InputRequired("Choisissez une date.")],
    )
    note = TextAreaField(
        "Ce qui change, et pourquoi",
        description="Conservé avec la version et dans le journal.",
        filters=[normalised],
        validators=[DataRequired("Dites ce qui change."), Length(max=NOTE_LIMIT)],
    )
    base = HiddenField()

    @property
    def base_version(self) -> int | None:
        """The version it was written from."""
        number = str(self.base.data or "")
        return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None

    def validate_trial(self) -> bool:
        """Whether what a try needs is there: the note may wait."""
        self.validate()
        self.note.errors = []
        return not self.errors
