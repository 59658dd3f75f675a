"""The visit form, designed for a phone in a car park: few required fields, the rest when there is time."""

from wtforms import DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Optional

from app.core.text.bounds import normalised
from app.core.web.cautions import CautiousForm
from app.core.web.forms import CheckboxesField, choices, number_or_none
from app.network.comments.forms import AudienceField
from app.visits.models import SEVERITY_WORDS, Channel, ContactResult, DifficultyNature, Verdict

SEVERITIES = [(str(degree), words) for degree, words in SEVERITY_WORDS.items()]
NOT_A_DATE = "Saisissez une date, par exemple 22/11/2026."


class CorrectionForm(CautiousForm):
    """The facts, then the note; services check that they are consistent."""

    SHARED = ("people_met", "body", "next_step")

    visited_on = DateField("Date", validators=[DataRequired(NOT_A_DATE)])
    channel = RadioField(
        "Comment",
        choices=choices(Channel.choices()),
        validators=[InputRequired("Dites comment le contact a eu lieu.")],
    )
    contact_result = RadioField(
        "Résultat du contact",
        choices=choices(ContactResult.choices()),
        validators=[InputRequired("Dites ce qu’a donné le contact.")],
    )
    verdict = RadioField(
        "Ce que vous concluez",
        choices=choices(Verdict.choices()),
        validators=[Optional()],
        description="À remplir si l’entreprise a répondu.",
    )
    nature = SelectField(
        "Nature de la difficulté",
        choices=choices([("", "Non précisée"), *DifficultyNature.choices()]),
        validators=[Optional()],
    )
    severity = RadioField("Gravité", choices=choices(SEVERITIES), validators=[Optional()])
    people_met = StringField("Personnes rencontrées", filters=[normalised], validators=[Optional()])
    body = TextAreaField(
        "Compte rendu",
        filters=[normalised],
        validators=[Optional()],
        description="10 000 caractères au plus. **gras**, listes et liens sont possibles.",
    )
    next_step = StringField("Prochaine étape", filters=[normalised], validators=[Optional()])
    next_step_on = DateField("Pour le", validators=[Optional()])
    companions = CheckboxesField(
        "Qui d’autre y était",
        coerce=number_or_none,
        validate_choice=False,
        choices=[],
        description="Chacun en est prévenu et lit la visite ; son compte rendu, s’il est du cercle choisi. L’auteur seul la corrige.",
    )


class VisitForm(CorrectionForm):
    """The same with the audience of the note, chosen once."""

    network_id = AudienceField("Qui pourra lire le compte rendu")
    met = CheckboxesField(
        "Qui vous avez rencontré",
        validate_choice=False,
        choices=[],
        description="Parmi les interlocuteurs connus.",
    )
    places = CheckboxesField(
        "Autres établissements visités",
        validate_choice=False,
        choices=[],
        description="Ceux de la même entreprise, pour la même visite. Le compte rendu est lu du cercle choisi là où ils sont aussi.",
    )
    #: the contact of the same day that the writer was told of
    same_day = HiddenField()
