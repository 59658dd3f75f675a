"""E-mail addresses: whether one is well formed, without looking anything up."""

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

# The people of the demonstration live where nobody can be written to (RFC 2606).
SPECIAL_USE_DOMAIN_NAMES.remove("invalid")


def is_address(text: str) -> bool:
    """Whether ``text`` is a well-formed e-mail address."""
    try:
        validate_email(text, check_deliverability=False, strict=True)
    except EmailNotValidError:
        return False
    return True
