"""Sign-in and commitment forms."""

from wtforms import BooleanField, EmailField, HiddenField, PasswordField
from wtforms.validators import DataRequired, Length

from app.core.dsfr_forms import DsfrForm


class SignInForm(DsfrForm):
    """Address and passphrase, plus where to go and what was being typed when the session was lost."""

    email = EmailField(
        "Adresse électronique",
        validators=[DataRequired("Saisissez votre adresse électronique."), Length(max=254)],
    )
    password = PasswordField(
        "Mot de passe", validators=[DataRequired("Saisissez votre mot de passe."), Length(max=256)]
    )
    next = HiddenField()
    resume = HiddenField()


class CommitmentForm(DsfrForm):
    """The signature."""

    accepted = BooleanField(
        "J’ai lu et j’engage ma responsabilité",
        validators=[DataRequired("Cochez la case pour engager votre responsabilité.")],
    )
