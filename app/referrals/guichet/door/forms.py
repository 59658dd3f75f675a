"""What a head of firm is asked, in two pages that are one form: what is not shown is carried."""

from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    StringField,
    TextAreaField,
)

from app.core.text.bounds import normalised
from app.core.web.forms import CheckboxesField, DsfrForm, choices

SAID = choices([("oui", "Oui"), ("non", "Non"), ("", "Je ne sais pas")])


class DoorForm(DsfrForm):
    """A request by the public door. Without a CSRF token: it has no session, its pass is signed (see `passes`)."""

    door = HiddenField()
    subjects = CheckboxesField(
        "De quoi avez-vous besoin ?",
        choices=[],
        validate_choice=False,
        description="Une ou plusieurs réponses.",
    )
    firm = StringField(
        "Votre entreprise", filters=[normalised], description="Son numéro Siren (9 chiffres) ou Siret (14), ou son nom.",
    )  # fmt: skip
    siren = RadioField("Laquelle est la vôtre ?", choices=[], validate_choice=False)
    firm_name = StringField(
        "Nom de l’entreprise", filters=[normalised],
        description="Seulement si elle vient d’être créée ou si son numéro n’est pas trouvé.",
    )  # fmt: skip
    commune = StringField("Commune de l’entreprise", filters=[normalised], description="Son nom ou son code postal.")  # fmt: skip
    area = RadioField("Laquelle ?", choices=[], validate_choice=False)
    name = StringField("Votre nom", filters=[normalised])
    telephone = StringField("Votre téléphone", filters=[normalised], description="Pour que le conseiller vous appelle.")  # fmt: skip
    email = StringField(
        "Votre adresse électronique", filters=[normalised],
        description="Pour recevoir le lien de suivi de votre demande. Exemple : nom@exemple.fr",
    )  # fmt: skip
    message = TextAreaField(
        "Votre situation, en quelques phrases", filters=[normalised],
        description="Ce qui se passe, ce qui presse. N’écrivez ni numéro de compte ni renseignement de santé.",
    )  # fmt: skip
    has_debt = RadioField(
        "Avez-vous une dette envers l’Urssaf ou les impôts ?",
        choices=SAID,
        default="",
        validate_choice=False,
    )
    is_first = RadioField(
        "Est-ce la première fois que vous demandez de l’aide ?",
        choices=SAID,
        default="",
        validate_choice=False,
    )
    consent = BooleanField("J’accepte")
    #: nobody sees it: what fills it fills everything
    website = StringField("Ne remplissez pas ce champ")

    class Meta(DsfrForm.Meta):
        """A partner's page holds it without our cookie."""

        csrf = False


#: the fields of each page, in order
FIRST = ("subjects", "firm", "siren", "firm_name", "commune", "area")
SECOND = ("name", "telephone", "email", "message", "has_debt", "is_first", "consent", "website")
