"""What is asked of the guichet of a theme."""

from typing import Any

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired

from app.core.text.bounds import normalised
from app.core.web.forms import CheckboxesField, DsfrForm, number_or_none
from app.referrals.guichet.landings.models import Landing
from app.referrals.guichet.landings.services import BAD_SLUG, NO_TITLE, LandingEntry


class LandingForm(DsfrForm):
    """A guichet."""

    title = StringField(
        "Titre",
        filters=[normalised],
        validators=[InputRequired(NO_TITLE)],
        description="La question posée : « Un client ne vous paie pas ? »",
    )
    slug = StringField(
        "Fin de l’adresse",
        filters=[normalised],
        validators=[InputRequired(BAD_SLUG)],
        description="tresorerie-bfc donne /guichet/tresorerie-bfc.",
    )
    intro = TextAreaField("Introduction", filters=[normalised])
    partner = StringField(
        "Institution ou partenaire",
        filters=[normalised],
        description="Tel que ses lecteurs le connaissent.",
    )
    subject_ids = CheckboxesField(
        "Besoins proposés",
        choices=[],
        validate_choice=False,
        description="Aucun : tous ceux du guichet.",
    )
    origins = TextAreaField(
        "Sites qui peuvent l’afficher dans leurs pages", filters=[normalised],
        description="Un par ligne, sans chemin : https://www.exemple.fr. Aucun : la page ne s’ouvre qu’à son adresse.",
    )  # fmt: skip

    @property
    def entry(self) -> LandingEntry:
        """What is typed."""
        numbers = (number_or_none(said) for said in self.subject_ids.data or ())
        return LandingEntry(
            slug=self.slug.data,
            title=self.title.data,
            intro=self.intro.data,
            partner=self.partner.data,
            subject_ids=[number for number in numbers if number is not None],
            origins=self.origins.data,
        )


def shown_values(landing: Landing) -> dict[str, Any]:
    """Return what the fields of `LandingForm` show of a guichet."""
    return {
        "title": landing.title,
        "slug": landing.slug,
        "intro": landing.intro,
        "partner": landing.partner,
        "subject_ids": [str(number) for number in landing.subject_ids],
        "origins": "\n".join(landing.origins),
    }
