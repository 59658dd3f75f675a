"""Forms of the register: a request, how its person was verified, its extension, its answer."""

from wtforms import DateField, EmailField, SelectField, StringField, TelField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Optional

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, choices
from app.records.persons.models import IdentityProof, PersonOutcome, PersonRight, ReceivedBy

DAY = "Donnez le jour, par exemple 30/11/2026."


class WhoForm(DsfrForm):
    """Who a person is: what is known of them."""

    name = StringField(
        "Nom et prénom", filters=[normalised], validators=[Optional()],
        description="Dans n’importe quel ordre. Le nom de naissance et celui d’usage, s’ils diffèrent, se cherchent l’un après l’autre.",
    )  # fmt: skip
    email = EmailField("Adresse électronique", filters=[normalised], validators=[Optional()])
    telephone = TelField("Téléphone", filters=[normalised], validators=[Optional()])


class PersonRequestForm(WhoForm):
    """What a person asks."""

    kind = SelectField(
        "Ce qu’elle demande",
        choices=choices(PersonRight.choices()),
        validators=[InputRequired("Choisissez ce qui est demandé.")],
    )
    received_on = DateField("Reçue le", validators=[DataRequired(DAY)])
    received_by = SelectField(
        "Par",
        choices=choices(ReceivedBy.choices()),
        validators=[InputRequired("Choisissez par quelle voie elle est venue.")],
    )
    body = TextAreaField(
        "La demande, en quelques mots",
        filters=[normalised],
        validators=[DataRequired("Écrivez ce qui est demandé.")],
    )


class IdentityProofForm(DsfrForm):
    """How the identity of whoever asks was verified."""

    proof = SelectField(
        "Identité vérifiée par",
        choices=choices(IdentityProof.choices()),
        validators=[InputRequired("Choisissez comment.")],
    )
    proof_on = DateField("Le", validators=[DataRequired(DAY)])


class ExtensionForm(DsfrForm):
    """Why the answer takes longer."""

    reason = TextAreaField(
        "La raison dite à la personne",
        description="Deux mois de plus, une seule fois. La personne en est prévenue dans le premier mois, avec cette raison.",
        filters=[normalised],
    )


class PersonAnswerForm(DsfrForm):
    """What the person was answered."""

    outcome = SelectField(
        "Suite donnée",
        choices=choices(PersonOutcome.choices()),
        validators=[InputRequired("Choisissez la suite donnée.")],
    )
    answered_on = DateField("Répondue le", validators=[DataRequired(DAY)])
    answer = TextAreaField(
        "La réponse, en quelques mots",
        description="D’un refus, son motif et la voie de recours : réclamation à la CNIL, recours juridictionnel.",
        filters=[normalised],
        validators=[DataRequired("Écrivez ce qui a été répondu.")],
    )
