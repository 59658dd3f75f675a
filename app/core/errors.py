"""Errors of the domain: services and queries raise them, the web turns them into answers."""


class DomainError(Exception):
    """Something the user can mend; the message is French and says what to do. ``field`` names the form field, if one is to blame."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class NotFoundError(Exception):
    """The object does not exist, or lies out of reach: the answer is the same."""
