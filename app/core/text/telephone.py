"""Telephone numbers as people give them: French ones, or those that begin with +."""

import re

from app.core.errors import DomainError

NOT_A_NUMBER = (
    "Ce n’est pas un numéro de téléphone : saisissez dix chiffres, ou un numéro qui commence par +."
)


def telephone_of(said: str | None, *, field: str) -> str:
    """Return the number that somebody gives, in groups of two digits when it is French, empty when none is given.

    Raise `DomainError` on ``field`` for what is no number.
    """
    digits = re.sub(r"[\s.\-()]", "", said or "")
    if digits and not re.fullmatch(r"0[0-9]{9}|\+[0-9]{8,15}", digits):
        raise DomainError(NOT_A_NUMBER, field=field)
    return " ".join(re.findall("..", digits)) if digits.startswith("0") else digits
