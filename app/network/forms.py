"""Forms for follows and notification settings."""

from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import InputRequired

from app.accounts.models import MailPace
from app.core.web.forms import DsfrForm, choices
from app.network.models import FollowLevel


class FollowForm(DsfrForm):
    """How much news of a firm an agent wants."""

    level = SelectField("M’informer de", choices=choices(FollowLevel.choices()))


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
