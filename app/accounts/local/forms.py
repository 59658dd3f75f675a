"""Sign-in, factors, passphrase and commitment forms."""

from wtforms import BooleanField, EmailField, HiddenField, PasswordField, StringField, TelField
from wtforms.validators import DataRequired, EqualTo, Length

from app.accounts.local.enrolment import LONGEST_LABEL
from app.accounts.local.passphrases import LONGEST, SHORTEST
from app.core.web.forms import DsfrForm


class ReturningForm(DsfrForm):
    """A step of signing in: where to go next, and what was being typed when the session was lost."""

    next = HiddenField()
    resume = HiddenField()


class SignInForm(ReturningForm):
    """Address and passphrase."""

    email = EmailField(
        "Adresse électronique",
        validators=[DataRequired("Saisissez votre adresse électronique."), Length(max=254)],
    )
    password = PasswordField(
        "Phrase de passe",
        validators=[DataRequired("Saisissez votre phrase de passe."), Length(max=LONGEST)],
    )


class CodeForm(ReturningForm):
    """The second factor, after the passphrase."""

    code = StringField(
        "Code",
        description="Les six chiffres de votre application d’authentification, ou un code de secours.",
        validators=[DataRequired("Saisissez le code."), Length(max=40)],
    )


class PasskeyForm(ReturningForm):
    """The device's response, filled in by passkeys.js."""

    credential = HiddenField(validators=[DataRequired("L’appareil n’a pas répondu. Réessayez.")])


class TelephoneForm(DsfrForm):
    """The number that an agent gives to those who work with them."""

    telephone = TelField(
        "Téléphone professionnel",
        description="Dix chiffres, ou un numéro international qui commence par +. Laissez vide pour le retirer.",
        validators=[Length(max=30)],
    )


class NewPasskeyForm(DsfrForm):
    """A new passkey, and the name the agent gives it."""

    label = StringField(
        "Nom de la clé",
        description="Pour la reconnaître : « Téléphone », « Clé du bureau »…",
        validators=[DataRequired("Donnez un nom à cette clé."), Length(max=LONGEST_LABEL)],
    )
    credential = HiddenField(validators=[DataRequired("L’appareil n’a pas répondu. Réessayez.")])


class TotpForm(DsfrForm):
    """The first code of an authenticator app."""

    code = StringField(
        "Code affiché par l’application",
        description="Six chiffres, qui changent toutes les trente secondes.",
        validators=[DataRequired("Saisissez le code à six chiffres."), Length(max=20)],
    )


class ProofForm(DsfrForm):
    """The current passphrase, required before changing how the agent signs in."""

    present = PasswordField(
        "Phrase de passe",
        validators=[DataRequired("Saisissez votre phrase de passe."), Length(max=LONGEST)],
    )
    next = HiddenField()


class PassphraseForm(DsfrForm):
    """A new passphrase, typed twice, and the current one."""

    present = PasswordField(
        "Phrase de passe actuelle",
        validators=[DataRequired("Saisissez votre phrase de passe actuelle."), Length(max=LONGEST)],
    )
    passphrase = PasswordField(
        "Nouvelle phrase de passe",
        description=f"Au moins {SHORTEST} caractères : plusieurs mots sans lien entre eux, que vous retiendrez.",
        validators=[DataRequired("Saisissez la nouvelle phrase de passe."), Length(max=LONGEST)],
    )
    again = PasswordField(
        "La nouvelle, encore une fois",
        validators=[EqualTo("passphrase", "Les deux saisies diffèrent. Recommencez.")],
    )


class CommitmentForm(DsfrForm):
    """The signature."""

    accepted = BooleanField(
        "J’ai lu et j’engage ma responsabilité",
        validators=[DataRequired("Cochez la case pour engager votre responsabilité.")],
    )
