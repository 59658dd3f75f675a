"""Forms to search a person, and to say what is done of something of theirs."""

from wtforms import EmailField, RadioField, StringField, TelField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Optional

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm
from app.records.persons.finding.services import NO_MOTIVE, NO_REASON
from app.records.persons.forms import WhoForm


class PersonSearchForm(WhoForm):
    """Whom to look for, and why."""

    motive = TextAreaField(
        "Pourquoi cette recherche",
        description=(
            "Ce motif reste inscrit avec la recherche, à laquelle le journal renvoie."
            " Par exemple : demande d’accès reçue le 3 novembre, identité vérifiée."
        ),
        filters=[normalised],
        validators=[DataRequired(NO_MOTIVE)],
    )


class FindingActForm(DsfrForm):
    """What is done of something of theirs, and why."""

    act = RadioField(
        "Ce que vous faites", validators=[InputRequired("Choisissez ce que vous faites.")]
    )
    name = StringField("Nom", filters=[normalised], validators=[Optional()])
    function = StringField("Fonction", filters=[normalised], validators=[Optional()])
    telephone = TelField("Téléphone", filters=[normalised], validators=[Optional()])
    email = EmailField("Adresse électronique", filters=[normalised], validators=[Optional()])
    reason = TextAreaField(
        "Pourquoi",
        description="Cela reste inscrit, et figure dans la réponse à la personne.",
        filters=[normalised],
        validators=[DataRequired(NO_REASON)],
    )
