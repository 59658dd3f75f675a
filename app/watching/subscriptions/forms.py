"""What is chosen to be told of a view or of a département."""

from wtforms import BooleanField, RadioField
from wtforms.validators import InputRequired

from app.core.web.forms import DsfrForm, choices
from app.watching.subscriptions.models import TellingLevel, TellingPace


class SubscriptionForm(DsfrForm):
    """How often one is told, and whether by e-mail as well as by the bell."""

    pace = RadioField(
        "À quel rythme ?",
        choices=choices(TellingPace.choices()),
        validators=[InputRequired("Choisissez un rythme.")],
    )
    by_mail = BooleanField(
        "Dans mes courriels aussi, à leur heure, sans nommer aucune entreprise", default=True
    )


class LevelForm(DsfrForm):
    """How much one is told."""

    level = RadioField("M’informer de", choices=choices(TellingLevel.choices()))
