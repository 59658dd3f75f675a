"""Forms to open, update and close an accompagnement."""

from collections.abc import Sequence
from typing import Any

from wtforms import DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Optional

from app.cases.attention import UNATTENDED
from app.cases.models import SILENT_AFTER, CaseState, Criticality, MemberRole, Outcome
from app.core.text.bounds import normalised
from app.core.text.labelled import LabelledEnum
from app.core.web.forms import DsfrForm, WholeNumberField, choices
from app.unlocks.models import UnlockSource
from app.unlocks.services import Motive
from app.values.models import ListValue, ValueList

ANY = ("", "Tous")
ANY_OF = ("", "Toutes")
DELETED = ("supprime", "Supprimé")
#: the lists whose values filter accompagnements
FILTERED = (ValueList.SECTOR, ValueList.DIFFICULTY, ValueList.BODY, ValueList.TAG)
SIREN_LENGTH = 9
#: in progress, and nothing heard for long
SILENT = ("sans", f"Sans nouvelles depuis {SILENT_AFTER.days} jours")
#: offered to whoever may give them to somebody
WITHOUT_REFERENT = (UNATTENDED, "Sans référent en poste")
WHOSE = [("all", "Tous"), ("mine", "Les miens"), ("network", "Ceux de mon réseau")]


class CaseForm(DsfrForm):
    """Change an accompagnement."""

    criticality = RadioField(
        "Criticité",
        choices=choices(Criticality.choices()),
        default=Criticality.NONE.value,
        validators=[InputRequired("Choisissez une criticité.")],
    )


class NewCaseForm(CaseForm):
    """Open an accompagnement."""

    context = TextAreaField(
        "Contexte",
        filters=[normalised],
        validators=[Optional()],
        description="Les premiers mots de sa synthèse, que d’autres compléteront. 10 000 caractères au plus.",
    )


class MotiveForm(DsfrForm):
    """Why an act opens the confidential data of a firm, as an unlock does."""

    source = RadioField(
        "D’où vient votre besoin de voir les données ?",
        choices=choices(UnlockSource.choices()),
        validators=[InputRequired("Choisissez la source.")],
    )
    motive = TextAreaField(
        "Pourquoi ouvrir les données confidentielles ?",
        filters=[normalised],
        validators=[
            DataRequired("Dites en quelques mots ce que vous savez et ce que vous cherchez.")
        ],
        description="Ce motif est lu par les responsables de votre réseau.",
    )

    @property
    def stated(self) -> Motive:
        """The motive as typed."""
        return Motive(source=UnlockSource(self.source.data), text=self.motive.data)


class OpeningForm(NewCaseForm, MotiveForm):
    """Open an accompagnement on a firm whose confidential data it opens: with a motive."""


class StateForm(DsfrForm):
    """Change the state of an open accompagnement."""

    state = RadioField(
        "État",
        choices=choices([(s.value, s.label) for s in CaseState if s != CaseState.TERMINE]),
        validators=[InputRequired("Choisissez un état.")],
    )
    reason = StringField("Raison", filters=[normalised], validators=[Optional()])


class CaseMemberForm(DsfrForm):
    """Add a member, or change their role."""

    agent_id = SelectField("Agent", coerce=str, validate_choice=False, choices=[])
    role = RadioField(
        "Rôle",
        choices=choices(MemberRole.choices()),
        default=MemberRole.PARTICIPANT.value,
        validators=[InputRequired("Choisissez un rôle.")],
    )


class RemovalForm(DsfrForm):
    """A button and its CSRF token."""


class EndingForm(DsfrForm):
    """The outcome of an accompagnement."""

    outcome = RadioField(
        "Issue",
        choices=choices(Outcome.choices()),
        validators=[InputRequired("Choisissez une issue.")],
    )
    occurred_on = DateField(
        "Date de l’issue", validators=[DataRequired("Saisissez une date, par exemple 22/11/2026.")]
    )
    jobs_at_stake = WholeNumberField("Emplois en jeu", validators=[Optional()])
    jobs_kept = WholeNumberField("Emplois préservés", validators=[Optional()])
    comment = TextAreaField(
        "Commentaire",
        filters=[normalised],
        validators=[Optional()],
        description="Lu par tous ceux qui voient l’accompagnement. 10 000 caractères au plus.",
    )


class View(LabelledEnum):
    """How accompagnements are seen."""

    TABLE = "table", "Table"
    BOARD = "tableau", "Tableau"
    CALENDAR = "calendrier", "Calendrier"


class CaseFilterForm(DsfrForm):
    """The filters of the list, in its URL; an unknown choice filters nothing."""

    class Meta(DsfrForm.Meta):
        """A filter changes nothing: it needs no token."""

        csrf = False

    reseau = SelectField("Accompagnements", choices=choices(WHOSE), default="all")
    etat = SelectField("État", choices=choices([ANY, *CaseState.choices(), DELETED]))
    nouvelles = SelectField("Nouvelles", choices=choices([ANY, SILENT]))
    departement = SelectField("Département", choices=[])
    criticite = SelectField("Criticité", choices=choices([ANY, *Criticality.choices()]))
    filiere = SelectField("Filière", choices=[])
    difficulte = SelectField("Difficulté", choices=[])
    instance = SelectField("Instance", choices=[])
    etiquette = SelectField("Étiquette", choices=[])
    agent = SelectField("Portefeuille de", choices=[])
    entreprise = StringField("Siren de l’entreprise")
    vue = HiddenField()

    @property
    def view(self) -> View:
        """How they are seen: as a table when nothing else is well said."""
        return View(self.vue.data) if self.vue.data in set(View) else View.TABLE

    def offer(self, values: Sequence[ListValue]) -> None:
        """Offer these values, by their codes; archived ones too, which old accompagnements keep."""
        for kind in FILTERED:
            offered = [
                (value.code, value.full_label) for value in values if value.list_code is kind
            ]
            self[kind.value].choices = choices([ANY_OF, *offered])

    def value_ids(self, values: Sequence[ListValue]) -> tuple[int, ...]:
        """The numbers of the values that are filtered on."""
        wanted = {(kind, self.chosen(kind.value)) for kind in FILTERED}
        return tuple(value.id for value in values if (value.list_code, value.code) in wanted)

    @property
    def siren(self) -> str | None:
        """Return the firm, `None` when what was typed is not the number of one."""
        typed = "".join((self.entreprise.data or "").split())
        return typed if len(typed) == SIREN_LENGTH and typed.isascii() and typed.isdigit() else None

    @property
    def in_force(self) -> dict[str, Any]:
        """The filters by name; none for one that keeps everything."""
        names = (
            "reseau",
            "etat",
            "nouvelles",
            "departement",
            "criticite",
            "agent",
            *(kind.value for kind in FILTERED),
        )
        return {**{name: self.chosen(name) for name in names}, "entreprise": self.siren}

    def chosen(self, name: str) -> Any:
        """Return the value of a filter, `None` when it keeps everything or is not one of the choices."""
        field = self[name]
        codes = {choice.value for choice in field.choices}
        return field.data if field.data and field.data in codes else None
