"""The question « Qui répondrait ? », in an address."""

from wtforms import SelectField, StringField

from app.core.text.bounds import normalised
from app.core.web.forms import DsfrForm, choices

SAID = choices([("", "On ne sait pas"), ("oui", "Oui"), ("non", "Non")])


class WhoAnswersForm(DsfrForm):
    """A subject, a commune, and what is known of the firm."""

    sujet = SelectField("Sujet", choices=[], validate_choice=False)
    commune = StringField("Commune", filters=[normalised])
    siren = StringField("Siren", filters=[normalised], description="Neuf chiffres. Sans lui, les critères sont à vérifier.")  # fmt: skip
    dette = SelectField("L’entreprise dit avoir une dette", choices=SAID, validate_choice=False)
    premiere = SelectField("C’est sa première demande", choices=SAID, validate_choice=False)

    class Meta(DsfrForm.Meta):
        """A search: nothing is written."""

        csrf = False
