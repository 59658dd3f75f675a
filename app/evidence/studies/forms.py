"""What is asked of whoever registers a study."""

from datetime import date

from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from app.core.now import today
from app.core.text.bounds import normalised
from app.core.text.french import month_fr
from app.core.web.forms import CheckboxesField, DsfrForm, choices
from app.evidence.studies.models import HORIZONS, LONGEST_NOTE, LONGEST_TITLE
from app.evidence.studies.services import StudyRequest
from scoring.vocabulary import StudyOutcome

#: months that are offered, from the present one back
OFFERED = 96


class StudyForm(DsfrForm):
    """The question, the firms, how long they are followed, when the answer is read."""

    title = StringField(
        "Titre",
        filters=[normalised],
        validators=[
            DataRequired("Donnez un titre à l’étude."),
            Length(max=LONGEST_TITLE, message=f"{LONGEST_TITLE} caractères au plus."),
        ],
    )
    outcome = SelectField(
        "Issue mesurée",
        choices=choices(StudyOutcome.choices()),
        validators=[InputRequired("Choisissez l’issue.")],
    )
    cohort_from = SelectField("Première liste", choices=[])
    cohort_to = SelectField("Dernière liste", choices=[])
    horizons = CheckboxesField(
        "Horizons, en mois",
        choices=choices([(str(each), f"{each} mois") for each in HORIZONS]),
        validators=[DataRequired("Choisissez au moins un horizon.")],
    )
    departments = CheckboxesField("Départements")
    frozen_on = DateField("Jour de la lecture", validators=[DataRequired("Donnez un jour.")])
    note = TextAreaField(
        "Ce que vous voulez savoir, et pourquoi",
        filters=[normalised],
        validators=[
            DataRequired("Dites ce que vous voulez savoir."),
            Length(max=LONGEST_NOTE, message=f"{LONGEST_NOTE} caractères au plus."),
        ],
    )

    def offer(self, departments: list[tuple[str, str]]) -> None:
        """Offer the months and the départements."""
        months = [(each.isoformat(), month_fr(each)) for each in past_months(today())]
        self.cohort_from.choices = choices(months)
        self.cohort_to.choices = choices(months)
        self.departments.choices = choices(departments)

    def asked(self) -> StudyRequest:
        """Return the study that is asked for."""
        return StudyRequest(
            title=self.title.data or "",
            outcome=StudyOutcome(self.outcome.data),
            cohort_from=date.fromisoformat(self.cohort_from.data),
            cohort_to=date.fromisoformat(self.cohort_to.data),
            horizons=[int(each) for each in self.horizons.data or ()],
            departments=self.departments.data or (),
            frozen_on=self.frozen_on.data,
            note=self.note.data or "",
        )


def past_months(day: date) -> list[date]:
    """First days of the months that have begun, latest first."""
    rank = day.year * 12 + day.month - 1
    return [date(each // 12, each % 12 + 1, 1) for each in range(rank, rank - OFFERED, -1)]
