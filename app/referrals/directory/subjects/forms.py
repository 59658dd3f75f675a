"""What is asked of a subject, and of whoever receives what nobody else does."""

from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, WholeNumberField
from app.referrals.directory.subjects.services import NO_LABEL, NO_THEME, SubjectEntry


class SubjectForm(DsfrForm):
    """A subject."""

    label = StringField("Sujet", filters=[normalised], validators=[InputRequired(NO_LABEL)])
    theme = StringField(
        "Thème", filters=[normalised], validators=[InputRequired(NO_THEME)], description="Un thème qui existe, ou un nouveau.",
    )  # fmt: skip
    public_wording = StringField(
        "Au guichet, dans les mots d’un chef d’entreprise", filters=[normalised],
        description="« Un client ne me paie pas ». Vide : le guichet ne le propose pas.",
    )  # fmt: skip
    public_help = StringField(
        "Au guichet, ce qui aide à choisir", filters=[normalised],
        description="Une phrase : ce qu’un conseiller peut faire.",
    )  # fmt: skip

    @property
    def entry(self) -> SubjectEntry:
        """What is typed."""
        return SubjectEntry(
            label=self.label.data,
            theme=self.theme.data,
            public_wording=self.public_wording.data,
            public_help=self.public_help.data,
        )


class SubjectChangeForm(SubjectForm):
    """The same, and whether it is still offered."""

    archived = BooleanField("Archiver : plus aucun besoin ne porte sur ce sujet")


class FallbackForm(DsfrForm):
    """Who receives what nobody else does."""

    expert_id = WholeNumberField(
        "Numéro de l’expert", validators=[InputRequired("Donnez le numéro d’un expert.")],
        description="Celui de l’adresse de sa fiche.",
    )  # fmt: skip
    sujet = SelectField("Sujet", choices=[], validate_choice=False)
    area = StringField(
        "Territoire", filters=[normalised], validators=[InputRequired("Donnez un territoire.")],
        description="Un code (21, R27, FR) ou une commune.",
    )  # fmt: skip
