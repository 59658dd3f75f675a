"""What the firm agrees to: shown word for word, kept word for word with the request."""

from flask import current_app

from config import Config

#: the day the text was last changed
VERSION = "1er décembre 2026"
TEXT = (
    "J’accepte que ma demande et mes coordonnées soient transmises aux conseillers, publics ou partenaires, qui"
    " peuvent y répondre. Elles ne servent qu’à cela. Elles sont effacées {months} mois après la fin de la"
    " demande ; je peux retirer ma demande à tout moment par le lien de suivi que je reçois."
)


def text() -> str:
    """Return the sentence that the firm agrees to now."""
    config: Config = current_app.config["VIGIE"]
    return TEXT.format(months=config.guichet_months)


def kept() -> str:
    """Return what is kept of it: the sentence and its version."""
    return f"{text()} (version du {VERSION})"
