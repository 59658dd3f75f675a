"""Forms for follows and notification settings."""

from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired

from app.accounts.models import MailPace
from app.core.web.forms import DsfrForm, choices
from app.network.models import FollowLevel


class FollowForm(DsfrForm):
    """How much news of a firm an agent wants."""

    level = SelectField("M’informer de", choices=choices(FollowLevel.choices()))


#: what a follow that is over says, beside its levels
STOPPED = ("stop", "Ne plus suivre")
#: mentions and échéances name an agent in a text or a task of a firm: views, territories and people have none of their own
TWO_LEVELS = [
    *((each.value, each.label) for each in (FollowLevel.ALL, FollowLevel.NOTHING)),
    STOPPED,
]


class FollowedForm(DsfrForm):
    """How much news of something that is followed an agent wants, or none any more."""

    siren = HiddenField()
    level = SelectField("M’informer de", choices=choices([*FollowLevel.choices(), STOPPED]))


class TwoLevelsForm(DsfrForm):
    """The same of what is told whole or not: a view, a territory, the accompagnements of a colleague."""

    level = SelectField(
        "M’informer de",
        choices=choices(TWO_LEVELS),
    )


class EmailsForm(DsfrForm):
    """Which e-mails the agent wants."""

    mail_pace = RadioField(
        "Recevoir un courriel de ce qui est nouveau dans ce que je suis",
        description="Jamais vide. Il ne nomme aucune entreprise, et ne redit rien de ce que vous avez lu.",
        choices=choices(MailPace.choices()),
        validators=[InputRequired("Choisissez quand il vient.")],
    )
    wants_at_once = BooleanField(
        "Recevoir aussitôt un courriel quand un texte me cite ou qu’une échéance m’est confiée",
        description="Sinon, le courriel de ce qui est nouveau le dira.",
    )
